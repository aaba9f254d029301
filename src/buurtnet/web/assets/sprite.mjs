// The pictograms of all pages as one SVG: those listed here and by the theme tree, from the lucide set (ISC licence), and our own three.
import { readFile } from "node:fs/promises";
import path from "node:path";

const LISTED = `accessibility arrow-left arrow-right bell calendar check chevron-right circle-alert clock eye flag footprints hand-heart hand-helping handshake
house info languages life-buoy list-checks lock log-in log-out mail map map-pin menu message-circle-question-mark
messages-square mic moon pause pencil phone plus printer qr-code repeat search send shield signpost smartphone sprout square sun sunrise
sunset trash-2 undo-2 user-plus user-round users volume-2 x`.split(/\s+/);

// Two houses leaning into each other, asking and giving; where they meet, a third colour.
const OWN = {
  mark: [
    "0 0 38 28",
    '<path d="M1 27V11L11 3l10 8v16z" fill="var(--need)"/><path d="M17 27V11L27 3l10 8v16z" fill="var(--offer)"/>' +
      '<path d="M17 27V11l2-1.6 2 1.6v16z" fill="var(--circle)"/>',
  ],
  neighbours: ["0 0 24 24", '<path d="M3 20v-9.500l5-4.500 5 4.500V20M11 8.300 14 5.500l6.500 5.500v9M1.500 20h21"/>'],
  circles: ["0 0 24 24", '<circle cx="9" cy="12" r="6"/><circle cx="15" cy="12" r="6"/>'],
};

/** The names under `icons` in the theme tree; none where that slice is not there. */
async function themeIcons(root) {
  try {
    const tree = await readFile(path.join(root, "src/buurtnet/themes/tree.toml"), "utf8");
    const list = /^icons\s*=\s*\[([^\]]*)\]/m.exec(tree);
    return list ? [...list[1].matchAll(/"([a-z0-9-]+)"/g)].map((found) => found[1]) : [];
  } catch {
    return [];
  }
}

/** The pictograms by which people know their own account: the names under PICTURES in the rules of people. */
async function peoplePictures(root) {
  const rules = await readFile(path.join(root, "src/buurtnet/people/rules/people.py"), "utf8");
  const list = /^PICTURES = \(([^)]*)\)/m.exec(rules);
  return list ? [...list[1].matchAll(/"([a-z0-9-]+)"/g)].map((found) => found[1]) : [];
}

/** The drawing with two decimals at most: a hundredth of a unit is less than any screen shows. */
const round = (/** @type {string} */ body) => body.replace(/\d*\.\d{3,}/g, (number) => Number(number).toFixed(2).replace(/^0\./, ".").replace(/(\.\d)0$/, "$1"));

/** The sprite as text; stops the build where a listed pictogram does not exist. */
export async function buildSprite(root) {
  const names = [...new Set([...LISTED, ...(await themeIcons(root)), ...(await peoplePictures(root))])].sort();
  const symbols = Object.entries(OWN).map(([name, [box, body]]) => `<symbol id="${name}" viewBox="${box}">${body}</symbol>`);
  for (const name of names) {
    if (name in OWN) continue;
    const source = await readFile(path.join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
    const body = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(source)?.[1].replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${round(body ?? "")}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
