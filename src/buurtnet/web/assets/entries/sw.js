// The worker: keeps the shell and the person's own pages, and lets forms wait for the connection. Only where the server says for whom
// (`Kept-For`); see docs/decisions/0014.
import { dropOldShells, fromShell, keepShell, listCopies, standIn } from "../worker/copies.js";
import { forgetHere, leaveHere, letBe, sendForm, showRefused, takeStep } from "../worker/forms.js";
import { openPage, prepare } from "../worker/pages.js";
import { listenForPush } from "../worker/push.js";
import { doorOf, isForgetting, isLeaving, mayWait } from "../worker/rules.js";
import { worker } from "../worker/scope.js";
import { sendWaiting, tellPages } from "../worker/sending.js";
import { readFact } from "../worker/store.js";

/** @param {Request} request @returns {Promise<Response>} */
async function bring(request) {
  const kept = await fromShell(request);
  return kept ?? fetch(request).catch(async () => (await standIn(new URL(request.url).pathname)) ?? Response.error());
}

/** @param {Request} request @param {URL} url @param {FetchEvent} event @returns {Promise<Response> | undefined} */
function answer(request, url, event) {
  if (request.mode !== "navigate") return url.pathname.startsWith("/static/") ? bring(request) : undefined;
  const waitUntil = (/** @type {Promise<unknown>} */ work) => event.waitUntil(work);
  if (request.method === "POST") {
    if (isLeaving(url)) return leaveHere(request);
    if (isForgetting(url)) return forgetHere(request);
    if (mayWait(url, request)) return sendForm(request, url);
    return doorOf(url) ? takeStep(request, url) : undefined;
  }
  const refused = /^\/waiting\/([0-9a-f-]{36})$/.exec(url.pathname)?.[1];
  if (refused) return showRefused(refused).then((page) => page ?? Response.redirect("/", 303));
  return request.method === "GET" ? openPage(request, url, waitUntil) : undefined;
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const answered = url.origin === location.origin ? answer(event.request, url, event) : undefined;
  if (answered) event.respondWith(answered);
});

worker.addEventListener("install", (event) => event.waitUntil(keepShell().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(dropOldShells().then(() => worker.clients.claim())));
worker.addEventListener("sync", (/** @type {any} */ event) => event.waitUntil(sendWaiting()));

/** A page was opened, or the connection is back: sends what waits, says how it stands, and brings what is needed later. @param {boolean} own */
async function greet(own) {
  const tell = async () => tellPages(await listCopies(await readFact("mark")));
  await tell();
  await sendWaiting().catch(() => {});
  if (own) await prepare().catch(() => {});
  await tell();
}

worker.addEventListener("message", (event) => event.waitUntil(event.data.letBe ? letBe(event.data.letBe) : greet(Boolean(event.data.own))));
listenForPush();
