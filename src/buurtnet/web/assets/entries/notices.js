// The page about notices: whether this device shows them. Where the browser or the person's session cannot, the choice does not appear.

const part = /** @type {HTMLElement | null} */ (document.querySelector("[data-push]"));
const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (part?.querySelector(`[data-push-${name}]`));

/** @param {string} method @param {PushSubscription} [subscription] */
async function tell(method, subscription) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/api/v1/me/device", { method, headers, body: subscription && JSON.stringify(subscription) });
  if (!answer.ok) throw new Error(answer.statusText);
}

/** @param {boolean} here */
function offer(here) {
  find("on").hidden = here;
  find("off").hidden = !here;
}

/** Does what was asked and says how it went. @param {boolean} here @param {() => Promise<void>} work */
async function change(here, work) {
  let said = here ? "on" : "off";
  try {
    await work();
    offer(here);
    find(here ? "off" : "on").focus();
  } catch {
    said = Notification.permission === "denied" ? "denied" : "failed";
  }
  find("said").textContent = find("said").dataset[said] ?? "";
}

/** @param {PushManager} push @param {HTMLElement} shown */
async function start(push, shown) {
  const key = shown.dataset.push;
  offer(Boolean(shown.dataset.here && (await push.getSubscription())));
  shown.hidden = false;
  find("on").addEventListener("click", () =>
    change(true, async () => {
      await (await push.getSubscription())?.unsubscribe();
      await tell("PUT", await push.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    }),
  );
  find("off").addEventListener("click", () =>
    change(false, async () => {
      await tell("DELETE");
      await (await push.getSubscription())?.unsubscribe();
    }),
  );
}

// Only where there is a worker at all: on somebody's own phone, over a safe connection, in a browser that knows push.
const works = part && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (works) void navigator.serviceWorker.ready.then(({ pushManager }) => start(pushManager, part));
