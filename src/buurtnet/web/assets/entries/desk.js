// The desk's keyboard: a key presses the button or follows the link that carries it (`data-key`). Can be switched off, and never acts while
// somebody types.
import { followCounters } from "../scripts/counters.js";

const OFF = "desk-keys-off";

/** @param {EventTarget | null} target */
function types(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || types(event.target) || localStorage.getItem(OFF)) return;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!(pressed instanceof HTMLElement)) return;
  event.preventDefault();
  pressed.focus();
  pressed.click();
});

const choice = document.querySelector("input[data-keys]");
if (choice instanceof HTMLInputElement) {
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes")));
}

followCounters();
