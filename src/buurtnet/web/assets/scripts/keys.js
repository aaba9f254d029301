// The desk's keyboard: a key presses the button, or follows the link, that carries it (`data-key`). In a verdict that is unfolded a digit chooses
// the reason with that number, and sends it where the verdict says so (`data-sends`). Can be switched off, and never acts while somebody types.

const OFF = "desk-keys-off";
const VERDICTS = ".verdict details, details[data-sends]";

/** @param {EventTarget | null} target */
function types(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select"));
}

/** The verdict that somebody unfolded, or that came back because something is missing: digits belong to it. @type {Element | null} */
let at = document.querySelector(".wrong-list ~ details[open]");

/** @returns {HTMLDetailsElement | null} */
const unfolded = () => (at instanceof HTMLDetailsElement && at.open ? at : null);

/** Chooses the reason with the number, and sends it unless something is still to be written. @param {HTMLDetailsElement} part @param {number} number */
function choose(part, number) {
  const radio = part.querySelectorAll("input[type=radio]")[number - 1];
  if (!(radio instanceof HTMLInputElement)) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  const send = part.querySelector("button[type=submit]");
  // What somebody began to write is sent by the button alone.
  const begun = [...part.querySelectorAll("textarea")].some((text) => text.value.trim());
  if (!("sends" in part.dataset) || begun || !(send instanceof HTMLElement)) radio.focus();
  else send.click();
  return true;
}

/** Unfolds a verdict, folds the others, and leads to what is to be chosen or written first. @param {HTMLElement} summary */
function unfold(summary) {
  const part = (at = summary.parentElement);
  for (const other of document.querySelectorAll(VERDICTS)) if (other instanceof HTMLDetailsElement && other !== part) other.open = false;
  summary.click();
  if (part instanceof HTMLDetailsElement && part.open) {
    const first = part.querySelector("input:not([type=hidden]), select, textarea");
    (first instanceof HTMLElement ? first : summary).focus();
    part.scrollIntoView({ block: "nearest" });
  }
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was for the desk */
function press(event) {
  const part = unfolded();
  if (part && event.key === "Escape") {
    part.open = false;
    part.querySelector("summary")?.focus();
    return true;
  }
  // Enter sends what is unfolded, never the verdict that stands first.
  if (part && event.key === "Enter" && event.target instanceof HTMLInputElement) {
    const send = part.querySelector("button[type=submit]");
    if (send instanceof HTMLElement) send.click();
    return true;
  }
  if (part && /^[1-9]$/.test(event.key) && choose(part, Number(event.key))) return true;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!(pressed instanceof HTMLElement)) return false;
  if (pressed.matches("summary")) unfold(pressed);
  else {
    pressed.focus();
    pressed.click();
  }
  return true;
}

/** Numbers the reasons that a digit chooses, and shows under them what the person would read. */
function showReasons() {
  for (const part of document.querySelectorAll(VERDICTS)) {
    for (const [place, radio] of [...part.querySelectorAll("input[type=radio]")].slice(0, 9).entries()) {
      const key = Object.assign(document.createElement("kbd"), { textContent: String(place + 1) });
      key.setAttribute("aria-hidden", "true");
      radio.closest("label")?.append(key);
    }
    const shown = part.querySelector("output[data-preview]");
    if (!shown) continue;
    part.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.dataset.preview) shown.textContent = target.dataset.preview;
    });
  }
}

export function followKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || localStorage.getItem(OFF)) return;
    if (types(event.target) && event.key !== "Escape") return;
    if (press(event)) event.preventDefault();
  });
  const choice = document.querySelector("input[data-keys]");
  if (choice instanceof HTMLInputElement) {
    choice.checked = !localStorage.getItem(OFF);
    choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes")));
  }
  showReasons();
  document.addEventListener("click", ({ target }) => {
    const summary = target instanceof Element ? target.closest("summary") : null;
    if (summary?.parentElement?.matches(VERDICTS)) at = summary.parentElement;
  });
  // What is ticked belongs to the form below, which opens by itself.
  document.addEventListener("change", ({ target }) => {
    const form = target instanceof HTMLInputElement && target.matches(".pick input") ? target.form?.closest("details") : null;
    if (form) form.open = true;
  });
}
