// Forms of the person: sent where there is a connection, else kept with their key until there is one.
import { findCopy, headersOf, show } from "./copies.js";
import { isChoice, isWork, pageOf } from "./rules.js";
import { giveUpAfter, offlinePath, readOffline, sendFirst, wipe } from "./pages.js";
import { worker } from "./scope.js";
import { tellPages } from "./sending.js";
import { drop, keep, listWaiting, readFact } from "./store.js";

const PATIENCE_MS = 15_000;
const AWAY = [502, 503, 504];

/** @param {Request} request */
async function post(request) {
  const answer = await Promise.race([fetch(request), giveUpAfter(PATIENCE_MS)]);
  if (AWAY.includes(answer.status)) throw new Error("away");
  return answer;
}

/** @param {string} key @param {string} html the answer that says what is not right, its forms tied to what it was about */
function tie(key, html) {
  return html.replace(/([?&;]once=[0-9a-f-]{36})/g, `$1&mends=${key}`);
}

/** Lets go of what the person has mended just now. @param {URL} url */
async function letGo(url) {
  const mended = url.searchParams.get("mends");
  for (const entry of await listWaiting()) if (mended && entry.key === mended) await drop(entry);
}

/** Sends the form; where the connection is away, lets it wait and shows the page on which that is seen.
 * @param {Request} request @param {URL} url @returns {Promise<Response>} */
export async function sendForm(request, url) {
  const body = await request.clone().text();
  await sendFirst();
  const mended = /^[0-9a-f-]{36}$/.exec(url.searchParams.get("mends") ?? "")?.[0];
  try {
    const answer = await post(request);
    if (answer.type === "opaqueredirect") await letGo(url);
    else if (mended) return new Response(tie(mended, await answer.text()), { status: answer.status, headers: headersOf(answer) });
    return answer;
  } catch (error) {
    const mark = await readFact("mark");
    // Another website can send a form here too, and does not know the mark: of it nothing waits, for later it would go as the person's own.
    if (!mark || new URLSearchParams(body).get("kept-for") !== mark) throw error;
    await letGo(url);
    url.searchParams.delete("mends");
    const address = url.pathname + url.search;
    await keep({ id: isChoice(url) ? url.pathname : `${address}\n${body}`, key: crypto.randomUUID(), url: address, body, mark, at: Date.now() });
    await /** @type {any} */ (worker.registration).sync?.register("send").catch(() => {});
    const seen = await whereSeen(url, mark);
    if (seen) return Response.redirect(seen, 303);
    // Nothing of it is kept to be shown: the page stays as it is, and says that it waits.
    await tellPages();
    return new Response(null, { status: 204 });
  }
}

/** Where it is seen that it waits; null where a worker's page is best left open. @param {URL} url @param {string} mark */
async function whereSeen(url, mark) {
  for (const path of [pageOf(url), "/"]) if (await findCopy(mark, path)) return path;
  return isWork(mark) ? null : offlinePath();
}

/** A step of the wizard: where the connection is away, the words come back on the page that goes on without one.
 * @param {Request} request @param {URL} url @returns {Promise<Response>} */
export async function takeStep(request, url) {
  const body = await request.clone().text();
  try {
    return await post(request);
  } catch (error) {
    const page = await readOffline(url);
    if (!page) throw error;
    return show(page, { typed: body });
  }
}

/** Leaves nothing on the phone, whether the network is there or not. @param {Request} request @returns {Promise<Response>} */
export async function leaveHere(request) {
  const gone = `${await offlinePath()}#left`;
  await wipe();
  try {
    return await fetch(request);
  } catch {
    return Response.redirect(gone, 303);
  }
}

/** Leaves nothing on the phone once the person is forgotten. @param {Request} request @returns {Promise<Response>} */
export async function forgetHere(request) {
  const answer = await fetch(request);
  if (answer.type === "opaqueredirect") await wipe();
  return answer;
}

/** What the server said to something that waited, to be mended. @param {string} key @returns {Promise<Response | undefined>} */
export async function showRefused(key) {
  const entry = (await listWaiting()).find((one) => one.key === key);
  if (!entry?.refused) return;
  return new Response(tie(entry.key, entry.refused), { headers: entry.headers });
}

/** Throws away what the person lets be. @param {string} key */
export async function letBe(key) {
  for (const entry of await listWaiting()) if (entry.key === key) await drop(entry);
  await tellPages();
}
