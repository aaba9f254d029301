// The page's side of the worker (entries/sw.js): registers it where the phone is the person's own, leaves nothing where it is not, and says how it
// stands: what waits for the connection, what was sent, and that a page is shown as it was.

/** @typedef {{id: string, key: string, url: string, body: string, refused: boolean}} Waiting */
/** @typedef {{waiting: Waiting[], sentAt: number, kept?: string[], mark?: string, signIn?: boolean}} Told */

const SHOWN_MS = 8000;
const PAUSES_MS = { first: 2000, longest: 60_000 };
const ENDING = 'form[action^="/sign-out"], form[action^="/me/sign-out-everywhere"]';
const page = document.documentElement;
const line = document.getElementById("line");
const words = line?.dataset ?? {};
/** @type {Map<string, HTMLElement>} */
const notes = new Map();
let waits = 0;
/** Whether the connection came back while a kept page was looked at. */
let back = false;
let pause = PAUSES_MS.first;
let again = 0;

/** @param {string} tag @param {string | undefined} text @param {string} [kind] */
function make(tag, text, kind = "") {
  return Object.assign(document.createElement(tag), { textContent: text ?? "", className: kind });
}

/** @param {string} href @param {string | undefined} text */
function link(href, text) {
  return Object.assign(document.createElement("a"), { href, textContent: text ?? "" });
}

/** Says it in the line, or nothing. @param {Node[]} parts */
function say(...parts) {
  if (line && line.textContent !== parts.map((part) => part.textContent).join("")) line.replaceChildren(...parts);
}

/** The time of a kept page, with its day where that is not today. @param {string} at */
function timeOf(at) {
  const time = new Date(at);
  const day = time.toDateString() === new Date().toDateString() ? undefined : "long";
  return time.toLocaleString(`${page.lang}-u-nu-latn`, { weekday: day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** What was typed or tapped. @param {URLSearchParams} fields @param {HTMLFormElement | null} form */
function wordsOf(fields, form) {
  for (const [name, value] of fields) {
    const button = form?.querySelector(`button[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (button) return button.textContent?.trim();
  }
  return fields.get(form?.dataset.says ?? "text") ?? "";
}

/** What waits, at its form unless the next post is written there; elsewhere where it has words, but not between those of somebody who writes. @param {Waiting} entry */
function note(entry) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector(`form[action^="${entry.url.split("?")[0]}?"]:not([data-whole])`));
  const box = make("div", "", "waits");
  const said = wordsOf(new URLSearchParams(entry.body), form) ?? "";
  if (!form && !entry.refused && (!said || document.querySelector("main form textarea"))) return box;
  const text = make("p", said, "words");
  text.dir = "auto";
  box.append(text, make("p", words.waiting, "quiet"));
  if (entry.refused) {
    const drop = Object.assign(make("button", words.letBe, "btn plain small"), { type: "button" });
    drop.addEventListener("click", () => {
      box.remove();
      ask({ letBe: entry.key });
    });
    const seen = make("p", "");
    seen.append(link(`/waiting/${entry.key}`, words.refused));
    box.lastChild?.replaceWith(seen, drop);
  }
  // An answer is given once; a message may be followed by another one.
  if (form && !form.querySelector("textarea") && !form.dataset.says) form.hidden = !entry.refused;
  if (form) form.before(box);
  else line?.after(box);
  return box;
}

/** It was sent. @param {HTMLElement} box */
function settle(box) {
  back = true;
  box.lastElementChild?.replaceWith(make("p", words.sent, "quiet"));
  // A message now stands among the others; an answer has no other place to be seen.
  if (box.nextElementSibling?.querySelector("textarea")) setTimeout(() => box.remove(), SHOWN_MS);
}

/** @param {Told} told */
function tell({ waiting, sentAt, kept, mark, signIn }) {
  const own = page.dataset.keptFor || page.dataset.kept;
  if (own !== mark) return say(...(own === "nobody" && waiting.length ? [link("/sign-in", words.sign)] : []));
  for (const [key, box] of notes) {
    const entry = waiting.find((one) => one.key === key);
    if (entry && !entry.refused) continue;
    notes.delete(key);
    if (entry) box.remove();
    else if (box.isConnected) settle(box);
  }
  for (const entry of waiting) if (!notes.has(entry.key)) notes.set(entry.key, note(entry));
  for (const list of kept ? document.querySelectorAll("[data-kept-pages]") : []) {
    list.toggleAttribute("hidden", !kept?.length);
    for (const one of list.querySelectorAll("a")) one.parentElement?.toggleAttribute("hidden", !kept?.includes(one.pathname));
  }
  waits = waiting.filter((one) => !one.refused).length;
  tryAgain(waits > 0 && !signIn);
  const parts = [];
  if (page.dataset.keptAt && back) parts.push(link(location.href, words.back));
  else if (page.dataset.keptAt) parts.push(make("p", words.copy?.replace("{time}", timeOf(page.dataset.keptAt))));
  if (waits) parts.push(signIn ? link("/sign-in", words.sign) : make("p", words.waits?.split("|")[Math.min(waits, 4) - 1]));
  else if (Date.now() - sentAt < SHOWN_MS) {
    parts.push(make("p", words.sent));
    setTimeout(() => tell({ waiting, sentAt: 0, kept, mark, signIn }), SHOWN_MS);
  }
  say(...parts);
}

/** A connection that is back may not carry anything yet: what waits is tried again, less and less often. @param {boolean} wanted */
function tryAgain(wanted) {
  clearTimeout(again);
  if (!wanted) pause = PAUSES_MS.first;
  else if (navigator.onLine) {
    again = setTimeout(() => {
      pause = Math.min(2 * pause, PAUSES_MS.longest);
      void ask();
    }, pause);
  }
}

/** Asks the worker, where there is one. @param {{letBe?: string, own?: boolean}} [what] */
async function ask(what = { own: page.dataset.kept !== "nobody" }) {
  const registration = await navigator.serviceWorker.getRegistration();
  registration?.active?.postMessage(what);
  return registration;
}

async function forget() {
  await (await navigator.serviceWorker.getRegistration())?.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  indexedDB.deleteDatabase("buurtnet");
}

/** Once the page stands and the phone has nothing else to do. */
function register() {
  const start = () => navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then(() => ask());
  const idle = () => ("requestIdleCallback" in window ? requestIdleCallback(() => start(), { timeout: 5000 }) : setTimeout(start, 1000));
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle);
}

export async function keepOffline() {
  const { kept, keptFor } = page.dataset;
  if (!("serviceWorker" in navigator) || !(kept || keptFor)) return;
  if (kept === "never") return forget();
  navigator.serviceWorker.addEventListener("message", (event) => tell(event.data));
  navigator.serviceWorker.startMessages();
  window.addEventListener("online", () => {
    back = true;
    pause = PAUSES_MS.first;
    void ask();
  });
  window.addEventListener("offline", () => {
    back = false;
  });
  document.addEventListener(
    "submit",
    (event) => {
      if (!waits || !(/** @type {Element} */ (event.target).matches(ENDING)) || confirm(words.leave)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  if (!(await ask()) && kept !== "nobody") register();
}
