// "Use my location" on the page that asks for a neighbourhood: the outlines come to the device, the position never leaves it.
import { findPlace } from "../scripts/places.js";

const PATIENCE = { timeout: 20_000, maximumAge: 60_000, enableHighAccuracy: true };

/** @returns {Promise<GeolocationPosition>} */
function askPosition() {
  return new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject, PATIENCE));
}

/** Marks on the map what is chosen in the list. @param {Element} places */
function showChosen(places) {
  const chosen = places.querySelector("input:checked");
  for (const area of places.querySelectorAll("[data-place]")) {
    area.classList.toggle("on", chosen instanceof HTMLInputElement && area.getAttribute("data-place") === chosen.value);
  }
}

/** @param {Element} places @param {string} id @returns {string} the name of the chosen place, "" if it is not in the list */
function choose(places, id) {
  const radio = places.querySelector(`input[value="${CSS.escape(id)}"]`);
  if (!(radio instanceof HTMLInputElement)) return "";
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
  return radio.closest("label")?.querySelector("bdi")?.textContent ?? "";
}

/** @param {Element} places @param {HTMLElement} button */
async function locate(places, button) {
  const said = places.querySelector("[data-locate-said]");
  const say = (/** @type {string | undefined} */ text) => said && (said.textContent = text ?? "");
  say(button.dataset.looking);
  try {
    const [answer, position] = await Promise.all([fetch(button.dataset.locate ?? ""), askPosition()]);
    if (!answer.ok) throw new Error(answer.statusText);
    const { features } = await answer.json();
    const id = findPlace(features, position.coords.longitude, position.coords.latitude);
    const name = id === null ? "" : choose(places, String(id));
    say(name ? button.dataset.here?.replace("{place}", name) : button.dataset.elsewhere);
  } catch {
    say(button.dataset.failed);
  }
}

for (const places of document.querySelectorAll("fieldset.places")) {
  const button = places.querySelector("button[data-locate]");
  if (button instanceof HTMLElement && "geolocation" in navigator) {
    button.hidden = false;
    button.addEventListener("click", () => void locate(places, button));
  }
  for (const area of places.querySelectorAll("[data-place]")) {
    area.addEventListener("click", (event) => {
      event.preventDefault();
      choose(places, area.getAttribute("data-place") ?? "");
    });
  }
  places.addEventListener("change", () => showChosen(places));
  showChosen(places);
}
