// Pages of the person: from the network where it answers in time, else as they were; and the rule for whom anything is kept.
import { dropCopies, findCopy, fromShell, keepCopy, show } from "./copies.js";
import { doorOf, keptAs } from "./rules.js";
import { worker } from "./scope.js";
import { sendWaiting } from "./sending.js";
import { clear, listWaiting, noteFact, readFact } from "./store.js";

export const PATIENCE_MS = 4_000;
const A_DAY = 86_400_000;

/** Grows with each wiping: an answer that was asked for before it is not kept any more. */
let wipings = 0;

/** @param {number} ms @returns {Promise<never>} */
export function giveUpAfter(ms) {
  return new Promise((_, reject) => setTimeout(reject, ms, new Error("no answer in time")));
}

/** Takes everything of a person off the phone. */
export async function wipe() {
  wipings += 1;
  await Promise.all([dropCopies(), clear()]);
}

/** Does as the answer says: keeps it for its person, or wipes what it may not stay beside. @param {Response} answer @param {string | null} path */
async function take(answer, path, begun = wipings) {
  const whose = answer.headers.get("Kept-For");
  if (!whose) return;
  if (whose === "nobody") return dropCopies();
  if (whose === "never") {
    await wipe();
    await worker.registration.unregister();
    return;
  }
  if ((await readFact("mark")) !== whose) {
    await wipe();
    begun = wipings;
    await noteFact("mark", whose);
  }
  await noteFact("language", answer.headers.get("Content-Language"));
  if (path && answer.status === 200 && begun === wipings) await keepCopy(whose, path, answer);
}

/** Sends what waits first, so that the page shows it, but nobody waits long for that. */
export async function sendFirst() {
  if ((await listWaiting()).some((entry) => !entry.refused)) await Promise.race([sendWaiting(), giveUpAfter(PATIENCE_MS)]).catch(() => {});
}

/** @param {Request} request @param {URL} url @param {(work: Promise<unknown>) => void} waitUntil @returns {Promise<Response>} */
export async function openPage(request, url, waitUntil) {
  await sendFirst();
  const path = keptAs(url);
  const begun = wipings;
  const answered = fetch(request).then(async (answer) => {
    // Read before anything is wiped: what is opened meanwhile would hold the wiping up.
    const mark = await readFact("mark");
    const taken = take(answer.clone(), path, begun).catch(() => {});
    waitUntil(taken);
    if (answer.headers.get("Kept-For") !== mark) await taken;
    return answer;
  });
  waitUntil(answered.catch(() => {}));
  const instead = await readOffline(url);
  try {
    return await (instead ? Promise.race([answered, giveUpAfter(PATIENCE_MS)]) : answered);
  } catch {
    return instead ? show(instead) : offlinePage(url);
  }
}

/** What can be read under the address without a connection. @param {URL} url */
export async function readOffline(url) {
  const mark = await readFact("mark");
  const door = doorOf(url);
  return findCopy(mark, door ? `/new/whole/${door}` : url.pathname);
}

/** What says kindly that there is no connection. @param {URL} url @returns {Promise<Response>} */
async function offlinePage(url) {
  const page = (await fromShell(url.pathname)) ?? (await fromShell(await offlinePath()));
  return page ? show(page, { at: "", for: (await readFact("mark")) ?? "" }) : Response.error();
}

export async function offlinePath() {
  return `/offline/${(await readFact("language")) ?? "nl"}`;
}

/** Brings what can be read and done without a connection: what a post needs once a day, the person's own lists where they are not there yet. */
export async function prepare() {
  if (!(await readFact("mark"))) await take(await fetch("/"), "/");
  const mark = await readFact("mark");
  if (!mark) return;
  const language = await readFact("language");
  for (const path of ["/new", "/new/whole/need", "/new/whole/offer", "/", "/posts", "/messages", "/me", "/helplines"]) {
    const copy = await findCopy(mark, path);
    const old = copy && path.startsWith("/new") && Date.now() - Date.parse(copy.headers.get("Kept-At") ?? "") > A_DAY;
    if (!copy || old || copy.headers.get("Content-Language") !== language) await take(await fetch(path), path);
  }
}
