// Forms: the list of what is wrong gets the focus, and a form is not sent twice by an impatient finger.

/** @param {ParentNode} root */
function focusWrong(root) {
  const list = root.querySelector("[data-focus]");
  if (list instanceof HTMLElement) list.focus();
}

/** @param {SubmitEvent} event */
function sendOnce(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.matches("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

export function guardForms() {
  focusWrong(document);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("htmx:afterSettle", (event) => focusWrong(/** @type {Element} */ (event.target)));
  // Back from the next page, the form may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}
