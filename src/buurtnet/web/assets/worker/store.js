// What the phone holds for one person: who they are (an opaque mark), and what waits to be sent. In IndexedDB; gone as a whole with `clear`.
import { deleteDB, openDB } from "idb";

const NAME = "buurtnet";

/** @typedef {{id: string, key: string, url: string, body: string, mark: string, at: number, refused?: string, headers?: [string, string][]}} Entry */

/** @type {Promise<import("idb").IDBPDatabase> | null} */
let opened = null;

function open() {
  return (opened ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("waiting", { keyPath: "id" });
      db.createObjectStore("facts");
    },
  }));
}

/** @param {string} name @returns {Promise<any>} */
export async function readFact(name) {
  return (await open()).get("facts", name);
}

/** @param {string} name @param {unknown} value */
export async function noteFact(name, value) {
  await (await open()).put("facts", value, name);
}

/** What waits, the oldest first. @returns {Promise<Entry[]>} */
export async function listWaiting() {
  /** @type {Entry[]} */
  const all = await (await open()).getAll("waiting");
  return all.sort((a, b) => a.at - b.at);
}

/** Takes the place of an entry with the same id. @param {Entry} entry */
export async function keep(entry) {
  await (await open()).put("waiting", entry);
}

/** Lets go of just this entry, not of one that has taken its place. @param {Entry} entry */
export async function drop({ id, key }) {
  const change = (await open()).transaction("waiting", "readwrite");
  if ((await change.store.get(id))?.key === key) await change.store.delete(id);
  await change.done;
}

/** Leaves nothing. */
export async function clear() {
  const before = opened;
  opened = null;
  (await before)?.close();
  await deleteDB(NAME);
}
