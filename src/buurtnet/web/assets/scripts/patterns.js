// The two patterns of the map, drawn from the colours of the style sheet.

const SIZE = 16;

/** @param {string} name @returns {string} */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param {(brush: CanvasRenderingContext2D) => void} draw */
function paint(draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const brush = canvas.getContext("2d");
  if (!brush) throw new Error("no canvas");
  brush.fillStyle = colour("--under");
  brush.fillRect(0, 0, SIZE, SIZE);
  brush.strokeStyle = brush.fillStyle = colour("--over");
  draw(brush);
  return brush.getImageData(0, 0, SIZE, SIZE);
}

/** Stripes from corner to corner, meeting at the edges. */
export function hatch() {
  return paint((brush) => {
    brush.lineWidth = 3;
    brush.beginPath();
    for (const shift of [-SIZE, 0, SIZE]) {
      brush.moveTo(shift - 2, SIZE + 2);
      brush.lineTo(shift + SIZE + 2, -2);
    }
    brush.stroke();
  });
}

/** One dot in the middle. */
export function dots() {
  return paint((brush) => {
    brush.beginPath();
    brush.arc(SIZE / 2, SIZE / 2, 2.4, 0, 2 * Math.PI);
    brush.fill();
  });
}
