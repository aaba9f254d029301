// In which neighbourhood a position lies, decided on the device. Nothing here sends anything.

/** @typedef {{id: number, properties: {inhabited: boolean}, geometry: {coordinates: number[][][][]}}} Outline */

const METRES_PER_DEGREE = 111_320;
// Outlines have few points and positions are rough: up to this many metres outside, somebody is still in the nearest neighbourhood.
const MARGIN_METRES = 150;

/** Whether the position lies inside the rings, by counting the borders to its east.
 * @param {number[][][]} rings @param {number} x @param {number} y */
function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** The metres from the position to the nearest border.
 * @param {number[][][]} rings @param {number} x @param {number} y */
function distanceTo(rings, x, y) {
  const shrink = Math.cos((y * Math.PI) / 180);
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const ax = (ring[i - 1][0] - x) * shrink;
      const ay = ring[i - 1][1] - y;
      const dx = (ring[i][0] - x) * shrink - ax;
      const dy = ring[i][1] - y - ay;
      const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return least * METRES_PER_DEGREE;
}

/** The id of the neighbourhood with residents in which the position lies, or right beside which; null if it is elsewhere.
 * @param {Outline[]} outlines @param {number} longitude @param {number} latitude @returns {number | null} */
export function findPlace(outlines, longitude, latitude) {
  let nearest = null;
  let least = MARGIN_METRES;
  for (const { id, properties, geometry } of outlines) {
    if (!properties.inhabited) continue;
    for (const rings of geometry.coordinates) {
      if (isInside(rings, longitude, latitude)) return id;
      const metres = distanceTo(rings, longitude, latitude);
      if (metres < least) [nearest, least] = [id, metres];
    }
  }
  return nearest;
}
