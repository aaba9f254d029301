// What can be taken back for a few seconds: the bar shows how long, and goes when it is over.

const TICK_MS = 250;

export function followUndo() {
  const bar = document.querySelector("form.undo[data-undo]");
  if (!(bar instanceof HTMLFormElement)) return;
  const all = Math.max(Number(bar.dataset.undo), 0) * 1000;
  const ends = Date.now() + all;
  const left = Object.assign(document.createElement("progress"), { max: 10_000, value: all });
  left.setAttribute("aria-hidden", "true");
  bar.append(left);
  const timer = setInterval(() => {
    left.value = ends - Date.now();
    if (left.value > 0) return;
    clearInterval(timer);
    bar.remove();
  }, TICK_MS);
  // Whoever presses in the last moment is not left with a button that goes under the finger.
  bar.addEventListener("submit", () => clearInterval(timer));
}
