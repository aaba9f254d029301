// What the worker keeps, what it lets wait, and what ends the keeping: by address alone, in one place.

const ID = "[0-9a-f-]{36}";

/** Pages of the person that can be read without a connection. */
const KEPT = new RegExp(`^/(|posts|matches|messages|me|(posts|matches|conversations)/${ID}|helplines|new|new/whole/(need|offer))$`);
/** Forms that wait for the connection: an answer, "it worked out", a message, a post. */
const WAITING = new RegExp(`^/(matches/${ID}/(answer|done)|conversations/${ID}/messages|posts|posts/whole)$`);
/** Of the desk: the blank page to register somebody on the street, which holds nobody's data, and what a worker writes and taps there. */
const WORK_KEPT = /^\/desk\/people\/new$/;
const WORK_WAITING = new RegExp(`^/desk/(people/new|tasks/${ID}/log)$`);
/** Forms after which nothing may be left on the phone: at once where somebody leaves, once it is done where somebody asks to be forgotten. */
const LEAVING = /^\/(sign-out|me\/sign-out-everywhere)$/;
const FORGETTING = /^\/me\/data\/forget$/;
/** Steps of the wizard: without a connection one page stands for all of them. */
const STEP = /^\/new\/(need|offer)(\/[a-z.-]+)?$/;

/** Whether the mark is a worker's. @param {string | undefined} mark */
export function isWork(mark) {
  return Boolean(mark?.startsWith("work-"));
}

/** Under which address the page is kept for the person; null where it is not. @param {URL} url @param {string} mark */
export function keptAs(url, mark) {
  return (isWork(mark) ? WORK_KEPT : KEPT).test(url.pathname) && (url.search === "" || url.search === "?new=true") ? url.pathname : null;
}

/** Whether what is sent there may wait. @param {URL} url @param {Request} request */
export function mayWait(url, request) {
  return (WAITING.test(url.pathname) || WORK_WAITING.test(url.pathname)) && url.searchParams.has("once") && (request.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
}

/** Whether one of a few buttons is the answer: the last one counts. Anything else that waits is the same only under the same key and with the
 * same words, so that a double tap is one and two messages are two. @param {URL} url */
export function isChoice(url) {
  return /\/(answer|done|log)$/.test(url.pathname);
}

/** @param {URL} url */
export function isLeaving(url) {
  return LEAVING.test(url.pathname);
}

/** @param {URL} url */
export function isForgetting(url) {
  return FORGETTING.test(url.pathname);
}

/** Which of the two doors a step of the wizard stands behind. @param {URL} url @returns {string | undefined} */
export function doorOf(url) {
  return STEP.exec(url.pathname)?.[1];
}

/** The page on which the person sees that it waits: the conversation, the question, the list of posts. @param {URL} url */
export function pageOf(url) {
  return url.pathname.replace(/\/(answer|done|messages|whole)$/, "");
}
