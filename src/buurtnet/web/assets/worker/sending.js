// Sends what waits, each once: the same key until the server has answered, and one round at a time for all tabs, because only the worker sends.
import { headersOf } from "./copies.js";
import { worker } from "./scope.js";
import { drop, keep, listWaiting, noteFact, readFact } from "./store.js";

const PATIENCE_MS = 20_000;
const LATER = [408, 425, 429];

/** When something was sent last: a page that opens right after that says so. */
let sentAt = 0;
/** @type {Promise<void> | null} */
let running = null;

/** Sends all that waits; fails where the connection is away, so that the browser tries again. */
export function sendWaiting() {
  return (running ??= sendAll().finally(() => {
    running = null;
  }));
}

async function sendAll() {
  for (const entry of await listWaiting()) if (!entry.refused && !(await sendOne(entry))) return;
}

/** Whether to go on with the next one. @param {import("./store.js").Entry} entry */
async function sendOne(entry) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(entry.url, {
      method: "POST",
      body: entry.body,
      redirect: "manual",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html", "Idempotency-Key": entry.key, "Kept-For": entry.mark },
      signal: stop.signal,
    });
    if (answer.type === "opaqueredirect" || answer.ok) {
      await drop(entry);
      sentAt = Date.now();
    } else if (answer.status === 401) {
      await noteFact("signIn", true);
      await tellPages();
      return false;
    } else if (answer.status >= 500 || LATER.includes(answer.status)) {
      throw new Error("later");
    } else {
      await keep({ ...entry, refused: await answer.text(), headers: [...headersOf(answer)] });
    }
    await noteFact("signIn", false);
    await tellPages();
    return true;
  } finally {
    clearTimeout(timer);
  }
}

/** Tells every open page how it stands, and what can be read. @param {string[]} [kept] */
export async function tellPages(kept) {
  const pages = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const waiting = (await listWaiting()).map(({ id, key, url, body, refused }) => ({ id, key, url, body, refused: Boolean(refused) }));
  const told = { waiting, sentAt, kept, mark: await readFact("mark"), signIn: await readFact("signIn") };
  for (const page of pages) page.postMessage(told);
}
