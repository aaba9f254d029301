// The shell, which is the same for everybody, and copies of the person's own pages, bound to their mark.

/** Addresses of the built files and of the offline pages, written in by the build. */
const SHELL = SHELL_OF_THIS_BUILD;
const DESK = DESK_OF_THIS_BUILD;
const SHELL_NAME = NAME_OF_THIS_BUILD;
const KEPT = "kept-";
const DAYS = 7;

export async function keepShell() {
  const cache = await caches.open(SHELL_NAME);
  await cache.addAll(SHELL);
}

/** What the desk's pages need beside it: for workers alone. */
export async function keepDesk() {
  const cache = await caches.open(SHELL_NAME);
  for (const path of DESK) if (!(await cache.match(path))) await cache.add(path);
}

/** Throws away shells of earlier builds. */
export async function dropOldShells() {
  for (const name of await caches.keys()) if (!name.startsWith(KEPT) && name !== SHELL_NAME) await caches.delete(name);
}

/** @param {string | Request} request */
export async function fromShell(request) {
  return (await caches.open(SHELL_NAME)).match(request);
}

/** The headers that hold for an answer made here of that answer's text. @param {Response} answer */
export function headersOf(answer) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return headers;
}

/** The file of this build that stands for one of an earlier build, which an old copy of a page still names. @param {string} path */
export async function standIn(path) {
  const stem = (/** @type {string} */ name) => name.replace(/-[0-9A-F]{8}\./, ".");
  const name = [...SHELL, ...DESK].find((one) => stem(one) === stem(path));
  return name ? fromShell(name) : undefined;
}

/** Keeps the page as it is now. @param {string} mark @param {string} path @param {Response} answer */
export async function keepCopy(mark, path, answer) {
  const headers = headersOf(answer);
  headers.set("Kept-At", new Date().toISOString());
  const cache = await caches.open(KEPT + mark);
  await cache.put(path, new Response(await answer.text(), { headers }));
}

/** The copy, where there is one that is not too old. @param {string | undefined} mark @param {string} path */
export async function findCopy(mark, path) {
  if (!mark) return;
  const copy = await (await caches.open(KEPT + mark)).match(path);
  return copy && Date.now() - Date.parse(copy.headers.get("Kept-At") ?? "") < DAYS * 86_400_000 ? copy : undefined;
}

/** The addresses that can be read. @param {string | undefined} mark */
export async function listCopies(mark) {
  if (!mark) return [];
  const pages = await (await caches.open(KEPT + mark)).keys();
  return pages.map((one) => new URL(one.url).pathname);
}

/** Throws away every page of a person. */
export async function dropCopies() {
  for (const name of await caches.keys()) if (name.startsWith(KEPT)) await caches.delete(name);
}

/** The page as it was, marked as such, its forms with keys of their own. @param {Response} copy @param {Record<string, string>} data */
export async function show(copy, data = {}) {
  const html = await copy.text();
  const said = Object.entries({ at: copy.headers.get("Kept-At") ?? "", ...data });
  const marks = said.map(([name, value]) => ` data-kept-${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`);
  const fresh = html.replace(/([?&;]once=)[0-9a-f-]{36}/g, (_, before) => before + crypto.randomUUID());
  return new Response(fresh.replace("<html", () => `<html${marks.join("")}`), { headers: headersOf(copy) });
}
