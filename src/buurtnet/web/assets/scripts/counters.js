// The desk's counters, kept up to date while the page is looked at: one connection for each tab, none for a tab that nobody sees.

const FIRST_MS = 3_000;
const LONGEST_MS = 60_000;

/** @type {EventSource | null} */
let source = null;
let pause = FIRST_MS;
let timer = 0;
/** What the page came with, by the name of the counter. @type {Map<string, string>} */
const came = new Map();

/** @returns {HTMLElement[]} */
const places = () => [...document.querySelectorAll("[data-count]")].filter((place) => place instanceof HTMLElement);

/** @param {Record<string, string>} counts the numbers as they are written; without a name the one of everything that is not there */
function show(counts) {
  for (const place of places()) {
    const number = counts[place.dataset.count ?? ""] ?? counts[""];
    if (place.textContent !== number) place.textContent = number;
    const line = place.closest("[data-hides]");
    if (line instanceof HTMLElement) line.hidden = number === counts[""];
  }
  for (const line of document.querySelectorAll("[data-news]")) {
    const name = line instanceof HTMLElement ? (line.dataset.news ?? "") : "";
    if (line instanceof HTMLElement && came.has(name)) line.hidden = (counts[name] ?? counts[""]) === came.get(name);
  }
}

function disconnect() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function connect() {
  if (source || document.hidden) return;
  source = new EventSource("/desk/live");
  source.addEventListener("counts", (event) => {
    pause = FIRST_MS;
    show(JSON.parse(event.data));
  });
  // Signed out, without the role, or acting for somebody in another tab: what stands here is not this tab's to show any more.
  source.addEventListener("end", () => {
    disconnect();
    location.assign("/");
  });
  // A browser comes back by itself unless it was refused.
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    disconnect();
    timer = window.setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST_MS);
  });
}

export function followCounters() {
  for (const place of places()) came.set(place.dataset.count ?? "", place.textContent ?? "");
  if (!came.size) return;
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);
}
