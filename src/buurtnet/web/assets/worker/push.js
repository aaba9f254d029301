// Notices on the device: that there is news, never what. The message says in which language; the words stand in this worker.
import { worker } from "./scope.js";

/** Has the browser's subscription kept for this session. @param {PushSubscription} subscription */
function keepSubscription(subscription) {
  return fetch("/api/v1/me/device", { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(subscription) });
}

/** @param {PushMessageData | null} data */
function readLanguage(data) {
  try {
    return /** @type {string} */ (data?.json().language);
  } catch {
    return "";
  }
}

/** One notice at a time: a newer one takes the older one's place. @param {PushEvent} event */
function show(event) {
  const language = readLanguage(event.data);
  const lang = language in NEWS_OF_THIS_BUILD ? language : "en";
  return worker.registration.showNotification("Buurtnet", {
    body: NEWS_OF_THIS_BUILD[lang] ?? "",
    lang,
    dir: "auto",
    icon: "/static/icon-192.png",
    tag: "news",
  });
}

/** Opens the start, where what waits stands; a page on which somebody may be writing is left alone. */
async function open() {
  const pages = await worker.clients.matchAll({ type: "window" });
  const start = pages.find((page) => new URL(page.url).pathname === "/");
  await (start ? start.focus().then((page) => page.navigate("/")) : worker.clients.openWindow("/"));
}

/** The push service gave the device another address: it is kept in the place of the old one. */
async function renew() {
  const answer = await fetch("/api/v1/me/device");
  if (!answer.ok) return;
  const { key, shows } = await answer.json();
  if (shows) await keepSubscription(await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

export function listenForPush() {
  worker.addEventListener("push", (event) => event.waitUntil(show(event)));
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open());
  });
  worker.addEventListener("pushsubscriptionchange", (event) => /** @type {ExtendableEvent} */ (event).waitUntil(renew()));
}
