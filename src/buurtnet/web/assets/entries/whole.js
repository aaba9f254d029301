// A whole post on one page (posts/whole.html): a step at a time, and at the end, made on the phone, what the other sees. It works without a
// connection; then the worker keeps what is sent until there is one.

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-whole]"));
const steps = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-step]")]);
const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | RadioNodeList} */ (form.elements.namedItem(name));
const seen = (/** @type {string} */ name) => /** @type {HTMLElement} */ (form.querySelector(`[data-seen="${name}"]`));
const ticked = (/** @type {string} */ name) => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`input[name="${name}"]:checked`)]);
const wordsOf = (/** @type {HTMLInputElement} */ input) => input.closest("label")?.querySelector("span")?.textContent?.trim() ?? "";
let at = "";

/** @param {string} name */
function go(name) {
  at = name;
  for (const step of steps) step.hidden = step.dataset.step !== name;
  scrollTo(0, 0);
  /** @type {HTMLElement | null | undefined} */ (steps.find((step) => !step.hidden)?.querySelector(".question"))?.focus();
}

/** Whether there is enough to show; else the browser says what is missing. */
function isSaid() {
  const when = ticked("when")[0]?.value;
  const fixed = { regularly: "slots", day: "day" }[when ?? ""];
  const missing = steps[2].dataset.missing ?? "";
  for (const name of ["slots", "day"]) {
    const first = /** @type {HTMLInputElement | null} */ (form.querySelector(`input[name="${name}"]`));
    first?.setCustomValidity(name === fixed && !ticked(name).length ? missing : "");
  }
  return form.reportValidity();
}

/** Shows what the other sees: the theme as others read it, the words, when; and how far was chosen. */
function showSeen() {
  const theme = ticked("theme")[0];
  const shown = theme?.dataset.shown ?? "";
  seen("theme").hidden = !shown;
  /** @type {HTMLElement} */ (seen("theme").lastElementChild).textContent = shown;
  const drawn = theme?.closest("label")?.querySelector("use")?.getAttribute("href");
  if (drawn) seen("theme").querySelector("use")?.setAttribute("href", drawn);
  seen("text").textContent = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea")).value.trim();
  const when = ticked("when")[0];
  const moments = { regularly: ticked("slots"), day: ticked("day") }[when?.value ?? ""] ?? [when];
  seen("when").replaceChildren(...moments.map((one) => Object.assign(document.createElement("span"), { textContent: wordsOf(one) })));
  seen("reach").textContent = (seen("reach").dataset.words ?? "").replace("{reach}", wordsOf(ticked("reach")[0]));
  const kind = !theme || "sensitive" in theme.dataset ? "sensitive" : "plain";
  for (const part of form.querySelectorAll("[data-if]")) part.toggleAttribute("hidden", part.getAttribute("data-if") !== kind);
}

/** Puts back what was typed on a step that could not be sent. @param {URLSearchParams} typed */
function fill(typed) {
  for (const input of form.querySelectorAll("input, textarea")) {
    if (input instanceof HTMLTextAreaElement) input.value = typed.get(input.name) ?? input.value;
    else if (input instanceof HTMLInputElement && /radio|checkbox/.test(input.type) && typed.has(input.name)) {
      input.checked = typed.getAll(input.name).includes(input.value);
    }
  }
}

/** Begins where the address leads: at a theme, inside one, or at the words. */
function begin() {
  const slug = /^\/new\/(?:need|offer)\/(.+)$/.exec(location.pathname)?.[1];
  const theme = slug === "unknown" ? "" : slug;
  const input = theme === undefined ? null : form.querySelector(`input[name="theme"][value="${CSS.escape(theme)}"]`);
  const root = theme && form.querySelector(`[data-root="${CSS.escape(theme)}"]`);
  const { keptTyped } = document.documentElement.dataset;
  const whole = keptTyped !== undefined || new URLSearchParams(location.search).has("whole");
  if (keptTyped) fill(new URLSearchParams(keptTyped));
  if (root && !whole) root.setAttribute("open", "");
  else if (input instanceof HTMLInputElement) input.checked = true;
  const chosen = ticked("theme").length > 0;
  if (keptTyped && chosen && isSaid()) {
    showSeen();
    return go("seen");
  }
  go(chosen ? "say" : "theme");
}

form.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const to = target.closest("[data-to]")?.getAttribute("data-to");
  // A tap on a theme goes on at once; with the keyboard, whose arrows choose too, the button does.
  if (to) go(to);
  else if (at === "theme" && event.detail > 0 && target.closest("label.chip")) setTimeout(() => ticked("theme").length && go("say"));
});
form.addEventListener("submit", (event) => {
  if (at === "seen") {
    /** @type {HTMLInputElement} */ (field("seen")).value = "yes";
    /** @type {HTMLInputElement} */ (field("said")).value = String(Math.floor(Date.now() / 1000));
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (at === "theme" && ticked("theme").length) go("say");
  else if (at === "say" && isSaid()) {
    showSeen();
    go("seen");
  }
});
form.noValidate = true;
/** @type {HTMLTextAreaElement} */ (form.querySelector("textarea")).required = true;
for (const button of form.querySelectorAll("[data-steps-only]")) button.removeAttribute("hidden");
begin();
