// A grid of bytes as a smooth picture, and the line where it crosses a level.

import type { RGB, Theme } from "./palette.ts";
import { mix } from "./palette.ts";

let scratch: HTMLCanvasElement | null = null;

function paper(width: number, height: number) {
  scratch ??= document.createElement("canvas");
  if (scratch.width !== width || scratch.height !== height) {
    scratch.width = width;
    scratch.height = height;
  }
  return scratch.getContext("2d", { willReadFrequently: true })!;
}

/** Colors of bytes, the first row of the grid at the bottom. */
export function fieldImage(
  values: Uint8Array, rows: number, columns: number, theme: Theme,
  low = 0, high = 255, centre = 127.5,
): ImageData {
  const image = new ImageData(columns, rows);
  const ramp = theme.diverging;
  // the middle of the colors at the centre, both ends reached by the farther of both
  const reach = Math.max(Math.abs(high - centre), Math.abs(centre - low), 1e-9);
  const table = new Uint8Array(256);
  for (let v = 0; v < 256; v++) {
    table[v] = Math.max(0, Math.min(255, Math.round(127.5 + (127.5 * (v - centre)) / reach)));
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const k = table[values[(rows - 1 - r) * columns + c]] * 3;
      const at = (r * columns + c) * 4;
      image.data[at] = ramp[k];
      image.data[at + 1] = ramp[k + 1];
      image.data[at + 2] = ramp[k + 2];
      image.data[at + 3] = 255;
    }
  }
  return image;
}

/** Colors of classes, paler where the winner is less sure. */
export function classImage(
  winners: Uint8Array, sure: Uint8Array, rows: number, columns: number, theme: Theme,
): ImageData {
  const image = new ImageData(columns, rows);
  const tables: RGB[][] = theme.classRgb.map((color) =>
    Array.from({ length: 256 }, (_, v) => mix(theme.middle, color, 0.12 + (0.5 * v) / 255)),
  );
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = (rows - 1 - r) * columns + c;
      const color = tables[winners[from] % tables.length][sure[from]];
      const at = (r * columns + c) * 4;
      image.data[at] = color[0];
      image.data[at + 1] = color[1];
      image.data[at + 2] = color[2];
      image.data[at + 3] = 255;
    }
  }
  return image;
}

/** Put a small picture, enlarged smoothly, on a place of a canvas. */
export function place(
  target: CanvasRenderingContext2D, image: ImageData,
  x: number, y: number, width: number, height: number,
): void {
  const context = paper(image.width, image.height);
  context.putImageData(image, 0, 0);
  target.imageSmoothingEnabled = true;
  target.imageSmoothingQuality = "medium";
  // half a cell at the border stands beyond the axes: the grid's points are the corners
  target.drawImage(
    scratch!, 0.5, 0.5, image.width - 1, image.height - 1, x, y, width, height,
  );
}

/** Pieces of the line where a grid has a level, in units of cells: x, y, x, y each. */
export function contour(values: ArrayLike<number>, rows: number, columns: number, level: number): number[] {
  const out: number[] = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const at = r * columns + c;
      const a = values[at] - level;
      const b = values[at + 1] - level;
      const d = values[at + columns] - level;
      const e = values[at + columns + 1] - level;
      const kind = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (e > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const south = [c + a / (a - b), r];
      const east = [c + 1, r + b / (b - e)];
      const north = [c + d / (d - e), r + 1];
      const west = [c, r + a / (a - d)];
      const lines: number[][][] = LINES[kind].map(([p, q]) => {
        const ends = [south, east, north, west];
        return [ends[p], ends[q]];
      });
      for (const [p, q] of lines) out.push(p[0], p[1], q[0], q[1]);
    }
  }
  return out;
}

// south 0, east 1, north 2, west 3
const LINES: Record<number, [number, number][]> = {
  1: [[3, 0]], 2: [[0, 1]], 3: [[3, 1]], 4: [[1, 2]], 5: [[3, 2], [0, 1]], 6: [[0, 2]], 7: [[3, 2]],
  8: [[2, 3]], 9: [[2, 0]], 10: [[0, 3], [1, 2]], 11: [[2, 1]], 12: [[1, 3]], 13: [[1, 0]], 14: [[0, 3]],
};

/** Stroke pieces of a line that stand in units of cells, over a place of a canvas. */
export function strokeContour(
  target: CanvasRenderingContext2D, pieces: number[], rows: number, columns: number,
  x: number, y: number, width: number, height: number,
): void {
  const sx = width / (columns - 1);
  const sy = height / (rows - 1);
  target.beginPath();
  for (let i = 0; i < pieces.length; i += 4) {
    target.moveTo(x + pieces[i] * sx, y + height - pieces[i + 1] * sy);
    target.lineTo(x + pieces[i + 2] * sx, y + height - pieces[i + 3] * sy);
  }
  target.stroke();
}
