// What went wrong with a part of the page is said at its edge, and goes away again.

const SHOWN_MS = 8000;

export function sayFailures() {
  const said = document.getElementById("said");
  if (!said) return;
  let timer = 0;
  const fade = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => said.replaceChildren(), SHOWN_MS);
  };
  document.addEventListener("htmx:sendError", () => {
    // A page that is shown as it was says so itself, at its top.
    if (document.documentElement.dataset.keptAt) return;
    said.textContent = said.dataset.offline ?? "";
    fade();
  });
  document.addEventListener("htmx:responseError", fade);
}
