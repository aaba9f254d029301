// The map to move, over the drawing that the page came with. Measures, months and orders are links and a form: here they change the page
// in place, and each view keeps its own address. Where this cannot run, the drawing and the table stay.
import { Map as Sheet, setWorkerUrl } from "maplibre-gl";
import { colour, dots, hatch } from "../scripts/patterns.js";
import { savePicture } from "../scripts/picture.js";
import { tell } from "../scripts/telling.js";

const FILLS = ["classes", "suppressed", "inactive", "nobody", "unpublished"];
const PARTS = ["map-top", "map-below", "map-figures"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

const figure = part("map-sheet");
const canvas = part("map-canvas");
const tip = part("map-tip");
const spoken = part("map-said");
const home = /** @type {const} */ ({ padding: 24, maxZoom: 15 });

/** @param {string | undefined} edges @returns {[number, number, number, number]} */
function bounds(edges = figure.dataset.bounds) {
  const [west, south, east, north] = (edges ?? "").split(",").map(Number);
  return [west ?? 0, south ?? 0, east ?? 0, north ?? 0];
}

/** The source of the view that is shown; layers of an earlier one may still stand under it. */
let shown = "";

/** Notes it; a whole style is read, so not while somebody moves the map. @param {Sheet} sheet */
function noteShown(sheet) {
  const last = sheet.getStyle().layers.filter((one) => one.id.startsWith("classes ")).pop();
  shown = last && "source" in last ? String(last.source) : "";
}

function style() {
  return `${figure.dataset.style}&scheme=${dark.matches ? "dark" : "light"}`;
}

/** Everything comes from here, whatever name this place was reached under. @param {string} address */
function ownAddress(address) {
  const { pathname, search } = new URL(address, location.href);
  return { url: location.origin + pathname + search };
}

/** @returns {Sheet} */
function unfold() {
  canvas.hidden = false;
  setWorkerUrl(figure.dataset.worker ?? "");
  return new Sheet({
    container: canvas,
    style: style(),
    ...(readPlace() ?? { bounds: bounds(), fitBoundsOptions: home }),
    minZoom: 6,
    maxZoom: 16,
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: calm.matches ? 0 : 200,
    transformRequest: ownAddress,
    locale: {
      "Map.Title": document.querySelector("svg.outlines")?.getAttribute("aria-label") ?? "",
      "CooperativeGesturesHandler.WindowsHelpText": figure.dataset.wheel ?? "",
      "CooperativeGesturesHandler.MacHelpText": figure.dataset.wheelMac ?? "",
      "CooperativeGesturesHandler.MobileHelpText": figure.dataset.gesture ?? "",
    },
  });
}

/** @type {number | null} */
let picked = null;

/** Marks one neighbourhood on the map and in the table. @param {Sheet} sheet @param {number | null} id */
function pick(sheet, id) {
  if (id === picked) return;
  if (shown && sheet.getSource(shown)) {
    const places = { source: shown, sourceLayer: "neighbourhoods" };
    sheet.removeFeatureState(places);
    if (id !== null) sheet.setFeatureState({ ...places, id }, { picked: true });
    // Its layer holds every border: while nobody points it is not drawn.
    if (sheet.getLayer(`picked ${shown}`)) sheet.setPaintProperty(`picked ${shown}`, "line-opacity", id === null ? 0 : 1);
  }
  for (const [one, on] of /** @type {[number | null, boolean][]} */ ([[picked, false], [id, true]])) {
    for (const row of document.querySelectorAll(`tr[data-area="${one}"]`)) row.classList.toggle("on", on);
  }
  picked = id;
}

/** @param {Sheet} sheet @param {import("maplibre-gl").MapMouseEvent} event */
function hover(sheet, event) {
  const room = canvas.clientWidth;
  const [found] = sheet.queryRenderedFeatures(event.point, { layers: FILLS.map((one) => `${one} ${shown}`).filter((one) => sheet.getLayer(one)) });
  pick(sheet, found ? Number(found.id) : null);
  tip.hidden = !found;
  if (!found) return;
  const lines = tell(found.properties, figure.dataset).map((text, number) => Object.assign(document.createElement(number ? "p" : "b"), { textContent: text }));
  if (String(found.properties.town) !== figure.dataset.town && event.type === "click") {
    const link = Object.assign(document.createElement("a"), { href: withTown(found.properties.town), textContent: figure.dataset.open });
    link.dataset.stay = "";
    lines.push(link);
  }
  tip.replaceChildren(...lines);
  if (event.type === "click") spoken.textContent = tell(found.properties, figure.dataset).join(". ");
  tip.style.setProperty("--x", `${Math.min(Math.max(event.point.x, 90), room - 90)}px`);
  tip.style.setProperty("--y", `${event.point.y}px`);
  tip.classList.toggle("below", event.point.y < 110);
  tip.classList.toggle("open", event.type === "click");
}

/** @param {number} town */
function withTown(town) {
  const address = new URL(location.href);
  address.searchParams.set("town", String(town));
  return address.pathname + address.search;
}

/** What finds a link or a choice again in another view. @param {Element} one */
function called(one) {
  return one.getAttribute("name") || one.getAttribute("data-stay") || one.textContent?.slice(0, 12);
}

/** Whether the choices are unfolded; on a wide screen they are seen in any case. */
function unfolded() {
  return Boolean(document.querySelector("details.picker[open]"));
}

/**
 * Shows another view of the page in place.
 * @param {Sheet | null} sheet @param {string} address @param {boolean} remember @param {boolean} open Whether the choices stay unfolded.
 */
async function turn(sheet, address, remember, open = unfolded()) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const sheetThere = page.getElementById("map-sheet");
  if (!sheetThere) return location.assign(address);
  const focused = document.activeElement === document.body ? null : document.activeElement;
  const held = focused && called(focused);
  if (sheet) pick(sheet, null);
  const moved = sheetThere.dataset.town !== figure.dataset.town;
  const restyled = sheetThere.dataset.style !== figure.dataset.style;
  Object.assign(figure.dataset, sheetThere.dataset);
  for (const id of PARTS) {
    const there = page.getElementById(id);
    if (there) part(id).replaceWith(there);
  }
  const drawing = sheetThere.querySelector("svg.outlines");
  if (drawing) document.querySelector("svg.outlines")?.replaceWith(drawing);
  document.title = page.title;
  if (remember) history.pushState(null, "", address);
  part("map-top").querySelector(".picker")?.toggleAttribute("open", open);
  for (const one of document.querySelectorAll("#map-top a, #map-top select, #map-below a, #map-figures th a")) {
    if (one instanceof HTMLElement && called(one) === held) one.focus({ preventScroll: true });
  }
  // What was pressed has been folded away.
  if (held && document.activeElement === document.body) part("map-top").querySelector("summary")?.focus({ preventScroll: true });
  tip.hidden = true;
  dress();
  spoken.textContent = [...document.querySelectorAll("h1, #map-where")].map((one) => one.textContent).join(". ");
  if (sheet && restyled) void restyle(sheet);
  if (sheet && moved) sheet.fitBounds(bounds(), { ...home, animate: !calm.matches });
}

/**
 * Changes what the map shows; what was there stays below until all of it has come, names too: MapLibre stumbles over a tile with names that
 * comes while their layer is away. Nothing stays marked: a tile that comes between two styles would be marked by a layer that is not there yet.
 * @param {Sheet} sheet
 */
async function restyle(sheet) {
  pick(sheet, null);
  const answer = await fetch(style());
  if (!answer.ok) return;
  const next = await answer.json();
  const [ground, ...layers] = next.layers;
  const coming = new Set(Object.keys(next.sources));
  const was = sheet.getStyle();
  const below = was.layers.filter((one) => "source" in one && !coming.has(one.source));
  sheet.setStyle({ ...next, sources: { ...was.sources, ...next.sources }, layers: [ground, ...below, ...layers] });
  noteShown(sheet);
  const wanted = figure.dataset.style;
  sheet.once("idle", () => figure.dataset.style === wanted && sheet.setStyle(next));
}

/** Where the map is looked at stays in the address, behind the #. @param {Sheet} sheet */
function keepPlace(sheet) {
  const { lng, lat } = sheet.getCenter();
  history.replaceState(history.state, "", `#${sheet.getZoom().toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
}

/** The place in the address: zoom, latitude, longitude. @returns {{zoom: number, center: [number, number]} | null} */
function readPlace() {
  const found = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(location.hash);
  if (!found) return null;
  const [zoom = 0, latitude = 0, longitude = 0] = found.slice(1).map(Number);
  return Math.abs(latitude) < 85 && Math.abs(longitude) <= 180 ? { zoom, center: [longitude, latitude] } : null;
}

/** Shows where a neighbourhood of the table is, and says its figure. @param {Sheet} sheet @param {HTMLAnchorElement} link */
function showPlace(sheet, link) {
  const row = link.closest("tr");
  const id = Number(row?.dataset.area);
  const outline = document.querySelector(`svg.outlines path[data-area="${id}"]`);
  const drawing = document.querySelector("svg.outlines");
  if (!row || !(outline instanceof SVGPathElement) || !(drawing instanceof SVGSVGElement)) return;
  history.replaceState(history.state, "", link.href + location.hash);
  if (sheet.getStyle()) pick(sheet, id);
  const { width, height } = drawing.viewBox.baseVal;
  const [west, south, east, north] = bounds();
  const points = (outline.getAttribute("d") ?? "").match(/-?\d+/g)?.map(Number) ?? [];
  const middle = (/** @type {number} */ start) => {
    const some = points.filter((_, place) => place % 2 === start);
    return (Math.min(...some) + Math.max(...some)) / 2;
  };
  sheet.easeTo({
    center: [west + (middle(0) / width) * (east - west), north - (middle(1) / height) * (north - south)],
    zoom: Math.max(sheet.getZoom(), 12),
    animate: !calm.matches,
  });
  spoken.textContent = outline.querySelector("title")?.textContent ?? "";
}

/** The button of the form is for those without this script. */
function dress() {
  for (const button of document.querySelectorAll("[data-pick-go]")) button.setAttribute("hidden", "");
}

/** @param {Sheet} sheet */
function animate(sheet) {
  sheet.on("styleimagemissing", ({ id }) => {
    if (id === "hatch" || id === "dots") sheet.addImage(id, id === "hatch" ? hatch() : dots(), { pixelRatio: 2 });
  });
  let last = 0;
  sheet.on("mousemove", (event) => {
    cancelAnimationFrame(last);  // Once for each picture, however often a mouse reports.
    last = requestAnimationFrame(() => tip.classList.contains("open") || sheet.isMoving() || hover(sheet, event));
  });
  sheet.on("click", (event) => hover(sheet, event));
  sheet.on("movestart", () => tip.classList.remove("open"));
  sheet.on("dragstart", () => {
    // What was pointed at is not dragged along: the tip would stand elsewhere, and all borders be drawn. What the address names stays.
    if (!new URLSearchParams(location.search).has("area")) pick(sheet, null);
    tip.hidden = true;
  });
  sheet.on("moveend", (event) => event.originalEvent && keepPlace(sheet));
  canvas.addEventListener("mouseleave", () => {
    cancelAnimationFrame(last);
    if (tip.classList.contains("open")) return;
    pick(sheet, null);
    tip.hidden = true;
  });
  for (const name of /** @type {const} */ (["mouseover", "focusin"])) {
    document.addEventListener(name, ({ target }) => {
      const row = target instanceof Element ? target.closest("tr[data-area]") : null;
      if (row instanceof HTMLElement) pick(sheet, Number(row.dataset.area));
    });
  }
  dark.addEventListener("change", () => {
    for (const id of ["hatch", "dots"]) if (sheet.hasImage(id)) sheet.removeImage(id);
    void restyle(sheet);
  });
  const tools = part("map-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const way = event.target instanceof Element ? event.target.closest("[data-zoom]")?.getAttribute("data-zoom") : null;
    const motion = { animate: !calm.matches };
    const meant = { originalEvent: event };
    if (way === "in") sheet.zoomIn(motion, meant);
    if (way === "out") sheet.zoomOut(motion, meant);
    if (way === "home") sheet.fitBounds(bounds(), { ...home, ...motion }, meant);
    if (way === "whole") sheet.fitBounds(bounds(figure.dataset.whole), { padding: 8, ...motion }, meant);
  });
  part("map-keep").hidden = false;
}

/** @returns {Sheet | null} */
function start() {
  try {
    const sheet = unfold();
    sheet.on("load", () => {
      noteShown(sheet);
      figure.classList.add("moving");
    });
    sheet.on("idle", () => (figure.dataset.ready = "yes"));
    const chosen = document.querySelector("tr.on[data-area]");
    if (chosen instanceof HTMLElement) sheet.once("idle", () => pick(sheet, Number(chosen.dataset.area)));
    animate(sheet);
    return sheet;
  } catch {
    // No WebGL on this device: the drawing stays.
    canvas.hidden = true;
    return null;
  }
}

const sheet = colour("--class-1") ? start() : null;
dress();
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const way = target?.closest("[data-keep]")?.getAttribute("data-keep");
  if (way === "paper") print();
  if (way === "picture" && sheet) savePicture(sheet);
  const link = target?.closest("a[data-stay], a[data-place]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!sheet && link.dataset.place !== undefined) return;
  event.preventDefault();
  if (link.dataset.place !== undefined && sheet) showPlace(sheet, link);
  else void turn(sheet, link.href, true, unfolded() && !link.closest(".measures"));
});
document.addEventListener("change", ({ target }) => {
  const form = target instanceof Element ? target.closest("select[data-pick]")?.closest("form") : null;
  if (!(form instanceof HTMLFormElement)) return;
  const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  void turn(sheet, `${form.action.replace(/\?.*/, "")}?${asked}`, true);
});
addEventListener("popstate", () => void turn(sheet, location.href, false));
