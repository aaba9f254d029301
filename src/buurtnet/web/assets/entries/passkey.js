// Passkeys of workers: asks the device for one, or for a proof of one, and sends the form with what it answered. Where the browser or the
// address cannot (a number is no host for a passkey), the buttons do not appear.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";

/** @param {HTMLButtonElement} button */
async function ask(button) {
  const { passkey = "", into = "", makes } = button.dataset;
  const form = /** @type {HTMLFormElement} */ (button.form);
  const failed = /** @type {HTMLElement | null} */ (form.querySelector("[data-passkey-failed]"));
  button.disabled = true;
  try {
    const answer = await fetch(passkey, { method: "POST" });
    if (!answer.ok) throw new Error(answer.statusText);
    const optionsJSON = await answer.json();
    const found = makes === undefined ? await startAuthentication({ optionsJSON }) : await startRegistration({ optionsJSON });
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: into, value: JSON.stringify(found) });
    form.append(field);
    form.submit();
  } catch {
    if (failed) failed.hidden = false;
    button.disabled = false;
  }
}

if (browserSupportsWebAuthn() && /[a-z]/i.test(location.hostname)) {
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const hidden = button.closest("[hidden]");
    if (hidden instanceof HTMLElement) hidden.hidden = false;
    button.addEventListener("click", () => void ask(button));
  }
}
