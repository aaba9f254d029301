// The map as a picture to keep: title, month, map, legend, where it comes from and what is left out, in one PNG that can be defended by itself.
import { colour, dots, hatch } from "./patterns.js";

const WIDE = 1600;
const MARGIN = 56;
const PLAIN = "system-ui, sans-serif";

/** @param {string} id */
function words(id) {
  return (document.getElementById(id)?.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** @param {CanvasRenderingContext2D} brush @param {string} text @param {number} room @returns {string[]} */
function wrap(brush, text, room) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && brush.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Writes lines from the edge where the language begins; gives where the next line may stand. */
class Page {
  /** @param {CanvasRenderingContext2D} brush */
  constructor(brush) {
    this.brush = brush;
    this.turned = document.documentElement.dir === "rtl";
    this.y = MARGIN;
    brush.textBaseline = "top";
  }

  /** @param {string} text @param {string} font @param {string} ink @param {number} high */
  write(text, font, ink, high) {
    const { brush } = this;
    brush.font = `${font} ${PLAIN}`;
    brush.fillStyle = ink;
    brush.direction = this.turned ? "rtl" : "ltr";
    brush.textAlign = "start";
    for (const line of text ? wrap(brush, text, WIDE - 2 * MARGIN) : []) {
      brush.fillText(line, this.turned ? WIDE - MARGIN : MARGIN, this.y);
      this.y += high;
    }
  }

  legend() {
    const { brush } = this;
    brush.font = `26px ${PLAIN}`;
    let x = MARGIN;
    for (const one of document.querySelectorAll("#map-legend li")) {
      const text = one.textContent?.trim() ?? "";
      const wide = 60 + brush.measureText(text).width + 40;
      if (x > MARGIN && x + wide > WIDE - MARGIN) {
        x = MARGIN;
        this.y += 48;
      }
      const at = this.turned ? WIDE - x - 44 : x;
      brush.fillStyle = fill(brush, one.querySelector("rect")?.getAttribute("class") ?? "");
      brush.fillRect(at, this.y, 44, 30);
      brush.strokeStyle = colour("--soft");
      brush.strokeRect(at, this.y, 44, 30);
      brush.fillStyle = colour("--ink");
      brush.fillText(text, this.turned ? WIDE - x - 60 : x + 60, this.y);
      x += wide;
    }
    this.y += 60;
  }
}

/** @param {CanvasRenderingContext2D} brush @param {string} kind */
function fill(brush, kind) {
  const tile = kind === "few" ? hatch() : kind === "inactive" ? dots() : null;
  if (!tile) return colour({ nobody: "--nobody", unpublished: "--card", flow: "--circle" }[kind] ?? `--${kind}`);
  const small = document.createElement("canvas");
  small.width = small.height = tile.width;
  small.getContext("2d")?.putImageData(tile, 0, 0);
  return brush.createPattern(small, "repeat") ?? colour("--under");
}

/** Has the browser save the map as it is seen. @param {import("maplibre-gl").Map} sheet */
export function savePicture(sheet) {
  // What WebGL has drawn can be read only while it draws.
  sheet.once("render", () => {
    const seen = sheet.getCanvas();
    const high = Math.round(((WIDE - 2 * MARGIN) * seen.height) / seen.width);
    const canvas = document.createElement("canvas");
    canvas.width = WIDE;
    canvas.height = high + 1000;
    const brush = canvas.getContext("2d");
    if (!brush) return;
    brush.fillStyle = colour("--paper");
    brush.fillRect(0, 0, WIDE, canvas.height);
    const page = new Page(brush);
    page.write(words("map-where"), "26px", colour("--soft"), 40);
    page.write(document.querySelector("h1")?.textContent ?? "", "700 48px", colour("--ink"), 62);
    page.write(document.querySelector("#map-top .lead")?.textContent ?? "", "28px", colour("--ink"), 40);
    page.y += 14;
    brush.drawImage(seen, MARGIN, page.y, WIDE - 2 * MARGIN, high);
    page.y += high + 28;
    page.legend();
    for (const note of document.querySelectorAll("#map-notes p")) page.write(note.textContent?.trim() ?? "", "22px", colour("--soft"), 32);
    page.write(location.origin + location.pathname + location.search, "22px", colour("--soft"), 32);
    save(canvas, page.y + MARGIN);
  });
  sheet.triggerRepaint();
}

/** @param {HTMLCanvasElement} canvas @param {number} high */
function save(canvas, high) {
  const cut = document.createElement("canvas");
  cut.width = canvas.width;
  cut.height = high;
  cut.getContext("2d")?.drawImage(canvas, 0, 0);
  cut.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const link = Object.assign(document.createElement("a"), { href: address, download: `${words("map-where").replace(/[^\p{L}\p{N}]+/gu, "-")}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }, "image/png");
}
