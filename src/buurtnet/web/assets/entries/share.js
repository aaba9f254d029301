// A message that is written out: sent by the phone's own means, or copied. Without them it stands there to be taken over by hand.

/** @param {string | undefined} id */
const textOf = (id) => /** @type {HTMLTextAreaElement} */ (document.getElementById(id ?? "")).value;

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-send]"))) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => navigator.share({ text: textOf(button.dataset.send) }).catch(() => undefined));
}
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(button.dataset.copy));
    const said = document.getElementById("said");
    if (said) said.textContent = button.dataset.copied ?? "";
  });
}
