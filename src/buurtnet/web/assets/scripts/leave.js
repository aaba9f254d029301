// "Leave this page quickly": blanks the page at once and puts a neutral one in its place in the history. Three times Shift does the same.

const WITHIN_MS = 1500;

/** @param {HTMLAnchorElement} link */
function leave(link) {
  document.body.hidden = true;
  document.title = "";
  location.replace(link.href);
}

export function leaveQuickly() {
  const link = document.querySelector("a[data-leave]");
  if (!(link instanceof HTMLAnchorElement)) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link);
  });
  /** @type {number[]} */
  let presses = [];
  document.addEventListener("keyup", (event) => {
    presses = event.key === "Shift" ? [...presses, Date.now()].slice(-3) : [];
    if (presses.length === 3 && presses[2] - presses[0] < WITHIN_MS) leave(link);
  });
}
