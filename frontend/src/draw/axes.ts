// The frame of a plane: where numbers lie, and small ticks at its edge.

import { short, ticks } from "./numbers.ts";
import type { Theme } from "./palette.ts";
import { shortened } from "./words.ts";

export interface Plane {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Left, right, bottom, top in the data's units. */
  window: [number, number, number, number];
}

/** Data to pixels. */
export function toPixel(plane: Plane, x: number, y: number): [number, number] {
  const [left, right, bottom, top] = plane.window;
  return [
    plane.x + ((x - left) / (right - left)) * plane.width,
    plane.y + plane.height - ((y - bottom) / (top - bottom)) * plane.height,
  ];
}

/** Pixels to data. */
export function toData(plane: Plane, px: number, py: number): [number, number] {
  const [left, right, bottom, top] = plane.window;
  return [
    left + ((px - plane.x) / plane.width) * (right - left),
    bottom + ((plane.y + plane.height - py) / plane.height) * (top - bottom),
  ];
}

/** Draw ticks and names along the lower and left edge. */
export function drawAxes(
  target: CanvasRenderingContext2D, plane: Plane, theme: Theme, names: [string, string],
): void {
  const [left, right, bottom, top] = plane.window;
  target.fillStyle = theme.muted;
  target.strokeStyle = theme.line;
  target.lineWidth = 1;
  target.font = "11px system-ui, sans-serif";
  target.textAlign = "center";
  target.textBaseline = "top";
  for (const t of ticks(left, right, Math.max(2, Math.min(5, plane.width / 70)))) {
    const [px] = toPixel(plane, t, bottom);
    target.fillText(short(t), px, plane.y + plane.height + 5);
  }
  target.textAlign = "right";
  target.textBaseline = "middle";
  for (const t of ticks(bottom, top, Math.max(2, Math.min(5, plane.height / 50)))) {
    const [, py] = toPixel(plane, left, t);
    target.fillText(short(t), plane.x - 5, py);
  }
  target.textAlign = "right";
  target.textBaseline = "bottom";
  target.fillStyle = theme.ink;
  label(target, names[0], plane.x + plane.width - 5, plane.y + plane.height - 3, plane.width - 10);
  target.save();
  target.translate(plane.x + 4, plane.y + 5);
  target.textBaseline = "top";
  // a letter stands upright
  if (names[1].length > 2) target.rotate(-Math.PI / 2);
  else target.textAlign = "left";
  label(target, names[1], 0, 0, plane.height - 10);
  target.restore();
}

const LABEL_FONT = "600 11px system-ui, sans-serif";

function label(target: CanvasRenderingContext2D, text: string, x: number, y: number, room: number): void {
  target.font = LABEL_FONT;
  target.fillText(shortened(text, room, LABEL_FONT), x, y);
}
