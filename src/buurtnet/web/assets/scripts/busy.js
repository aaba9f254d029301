// A part of the page that is being fetched says so to those who hear the page; what they listened to last stays until the new words are there.

/** @param {Event} event @returns {Element} */
function partOf(event) {
  return /** @type {CustomEvent} */ (event).detail.target;
}

export function sayBusy() {
  document.addEventListener("htmx:beforeRequest", (event) => partOf(event).setAttribute("aria-busy", "true"));
  for (const end of ["htmx:afterSettle", "htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(end, (event) => partOf(event).removeAttribute("aria-busy"));
  }
}
