// Pages of the person: from the network where it answers in time, else as they were; and the rule for whom anything is kept.
import { dropCopies, findCopy, fromShell, keepCopy, keepDesk, show } from "./copies.js";
import { doorOf, isWork, keptAs } from "./rules.js";
import { worker } from "./scope.js";
import { sendWaiting } from "./sending.js";
import { clear, listWaiting, noteFact, readFact } from "./store.js";

export const PATIENCE_MS = 4_000;
const A_DAY = 86_400_000;
/** Brought beforehand: for residents, and for a worker on the street. */
const OWN = ["/new", "/new/whole/need", "/new/whole/offer", "/", "/posts", "/messages", "/me", "/helplines"];
const STREET = ["/desk/people/new"];

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

/** Does as the answer says: keeps it for its person, or wipes what it may not stay beside. @param {Response} answer @param {URL} url */
async function take(answer, url, begun = wipings) {
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
  const path = keptAs(url, whose);
  if (path && answer.status === 200 && begun === wipings) await keepCopy(whose, path, answer);
}

/** Sends what waits first, so that the page shows it, but nobody waits long for that. */
export async function sendFirst() {
  if ((await listWaiting()).some((entry) => !entry.refused)) await Promise.race([sendWaiting(), giveUpAfter(PATIENCE_MS)]).catch(() => {});
}

/** @param {Request} request @param {URL} url @param {(work: Promise<unknown>) => void} waitUntil @returns {Promise<Response>} */
export async function openPage(request, url, waitUntil) {
  await sendFirst();
  const begun = wipings;
  const answered = fetch(request).then(async (answer) => {
    // Read before anything is wiped: what is opened meanwhile would hold the wiping up.
    const mark = await readFact("mark");
    const taken = take(answer.clone(), url, begun).catch(() => {});
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
  const bring = async (/** @type {string} */ path) => take(await fetch(path), new URL(path, location.origin));
  if (!(await readFact("mark"))) await bring("/");
  const mark = await readFact("mark");
  if (!mark) return;
  const language = await readFact("language");
  if (isWork(mark)) await keepDesk();
  for (const path of isWork(mark) ? STREET : OWN) {
    const copy = await findCopy(mark, path);
    const old = copy && path.includes("/new") && Date.now() - Date.parse(copy.headers.get("Kept-At") ?? "") > A_DAY;
    if (!copy || old || copy.headers.get("Content-Language") !== language) await bring(path);
  }
}
