// A part of the page that is being fetched says so to those who hear the page; what they listened to last stays until the new words are there.

/** @type {WeakMap<XMLHttpRequest, Element>} */
const parts = new WeakMap();

/** @param {Event} event @returns {{xhr: XMLHttpRequest, target: Element}} */
function asked(event) {
  return /** @type {CustomEvent} */ (event).detail;
}

export function sayBusy() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, target } = asked(event);
    parts.set(xhr, target);
    target.setAttribute("aria-busy", "true");
  });
  // Once it is there, or is known not to come; what could not come is said elsewhere (said.js).
  document.addEventListener("htmx:afterRequest", (event) => parts.get(asked(event).xhr)?.removeAttribute("aria-busy"));
}
