// What looks for news by itself does so only while the page is looked at: what nobody saw must not count as read. That the phone was offline
// for a moment is not said each time.

/** @param {Event} event */
const looks = (event) => event.target instanceof Element && event.target.matches("[data-live]");

export function lookForNews() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && looks(event)) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", (event) => looks(event) && event.stopImmediatePropagation(), true);
}
