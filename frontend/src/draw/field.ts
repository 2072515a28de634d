// The answer over a plane of two inputs, with the rows on it.

import { drawAxes, toPixel, type Plane } from "./axes.ts";
import { classImage, contour, fieldImage, place, strokeContour } from "./heatmap.ts";
import { markOf, type Theme } from "./palette.ts";
import { point } from "./scatter.ts";

export interface FieldData {
  grid: number;
  /** One answer over the grid, or the class that wins. */
  values: Uint8Array;
  /** How sure the winner is; only of classes. */
  sure: Uint8Array | null;
  low: number;
  high: number;
  /** Where the decision lies, or the middle of the answers. */
  centre: number;
  decision: boolean;
}

export interface Dots {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Class numbers, or values between 0 and 1 of a regression. */
  tone: ArrayLike<number>;
  classes: number;
  /** 1 where a row is held out. */
  held: ArrayLike<number>;
}

export interface FieldExtras {
  names: [string, string];
  cross: [number, number] | null;
  picked: number | null;
  axes: boolean;
  line: [number, number, number] | null;
}

/** Draw everything anew; returns nothing and keeps nothing. */
export function drawField(
  target: CanvasRenderingContext2D, plane: Plane, data: FieldData | null, dots: Dots | null,
  extras: FieldExtras, theme: Theme,
): void {
  target.clearRect(0, 0, plane.x + plane.width + 40, plane.y + plane.height + 40);
  target.save();
  target.beginPath();
  target.roundRect(plane.x, plane.y, plane.width, plane.height, 6);
  target.clip();
  target.fillStyle = theme.well;
  target.fillRect(plane.x, plane.y, plane.width, plane.height);
  if (data) drawGround(target, plane, data, theme);
  if (extras.line) drawLine(target, plane, extras.line, theme);
  if (dots) {
    keptDots(target, plane, dots, theme);
    if (extras.picked !== null) ring(target, plane, dots, extras.picked, theme);
  }
  if (extras.cross) drawCross(target, plane, extras.cross, theme);
  target.restore();
  if (extras.axes) drawAxes(target, plane, theme, extras.names);
}

function drawGround(target: CanvasRenderingContext2D, plane: Plane, data: FieldData, theme: Theme): void {
  const n = data.grid;
  const span = data.high - data.low || 1;
  const byte = (v: number) => (255 * (v - data.low)) / span;
  if (data.sure) {
    place(target, classImage(data.values, data.sure, n, n, theme), plane.x, plane.y, plane.width, plane.height);
    return;
  }
  const image = fieldImage(data.values, n, n, theme, 0, 255, byte(data.centre));
  place(target, image, plane.x, plane.y, plane.width, plane.height);
  if (!data.decision) return;
  const pieces = contour(data.values, n, n, byte(data.centre));
  target.lineCap = "round";
  target.lineWidth = 4;
  target.strokeStyle = theme.panel;
  target.globalAlpha = 0.55;
  strokeContour(target, pieces, n, n, plane.x, plane.y, plane.width, plane.height);
  target.globalAlpha = 1;
  target.lineWidth = 1.6;
  target.strokeStyle = theme.ink;
  strokeContour(target, pieces, n, n, plane.x, plane.y, plane.width, plane.height);
}

let kept: { canvas: HTMLCanvasElement; dots: Dots; theme: Theme; key: string } | null = null;

/** Dots from a picture of them that is made only when they, their place or the colors change. */
function keptDots(target: CanvasRenderingContext2D, plane: Plane, dots: Dots, theme: Theme): void {
  const { canvas } = target;
  const key = JSON.stringify([plane, canvas.width, canvas.height]);
  if (!kept || kept.dots !== dots || kept.theme !== theme || kept.key !== key) {
    kept = { canvas: kept?.canvas ?? document.createElement("canvas"), dots, theme, key };
    kept.canvas.width = canvas.width;
    kept.canvas.height = canvas.height;
    const paper = kept.canvas.getContext("2d")!;
    paper.setTransform(target.getTransform());
    drawDots(paper, plane, dots, theme);
  }
  target.save();
  target.setTransform(1, 0, 0, 1, 0, 0);
  target.drawImage(kept.canvas, 0, 0);
  target.restore();
}

function radiusOf(plane: Plane, many: number): number {
  return many > 1200 ? 2.2 : many > 500 ? 2.9 : plane.width < 240 ? 2.8 : 3.6;
}

function ring(target: CanvasRenderingContext2D, plane: Plane, dots: Dots, place: number, theme: Theme): void {
  if (place >= dots.x.length) return;
  target.lineWidth = 2;
  target.strokeStyle = theme.ink;
  target.beginPath();
  target.arc(...toPixel(plane, dots.x[place], dots.y[place]), radiusOf(plane, dots.x.length) + 5, 0, 2 * Math.PI);
  target.stroke();
}

function drawDots(target: CanvasRenderingContext2D, plane: Plane, dots: Dots, theme: Theme): void {
  const n = dots.x.length;
  const radius = radiusOf(plane, n);
  const steps = theme.diverging;
  for (let i = 0; i < n; i++) {
    const [px, py] = toPixel(plane, dots.x[i], dots.y[i]);
    const k = dots.tone[i];
    let fill: string;
    if (dots.classes === 2) fill = k > 0 ? theme.positive : theme.negative;
    else if (dots.classes > 2) fill = theme.classes[k % theme.classes.length];
    else {
      const at = Math.max(0, Math.min(255, Math.round(255 * k))) * 3;
      fill = `rgb(${steps[at]} ${steps[at + 1]} ${steps[at + 2]})`;
    }
    const mark = dots.classes > 0 ? markOf(dots.classes === 2 ? (k > 0 ? 0 : 1) : k) : "circle";
    const edge = dots.classes > 0 ? theme.mark : theme.ink;
    point(target, px, py, { fill, edge, mark, radius, hollow: dots.held[i] === 1 });
  }
}

function drawCross(
  target: CanvasRenderingContext2D, plane: Plane, cross: [number, number], theme: Theme,
): void {
  const [px, py] = toPixel(plane, cross[0], cross[1]);
  target.lineWidth = 1;
  target.strokeStyle = theme.ink;
  target.setLineDash([3, 3]);
  target.beginPath();
  target.moveTo(px, plane.y);
  target.lineTo(px, plane.y + plane.height);
  target.moveTo(plane.x, py);
  target.lineTo(plane.x + plane.width, py);
  target.stroke();
  target.setLineDash([]);
}

/** Draw where a x + b y + c is zero, and the side on which it is positive. */
function drawLine(
  target: CanvasRenderingContext2D, plane: Plane, line: [number, number, number], theme: Theme,
): void {
  const [a, b, c] = line;
  const [left, right, bottom, top] = plane.window;
  const size = a * a + b * b;
  if (size < 1e-12) return;
  const reach = Math.hypot(right - left, top - bottom);
  const [mx, my] = [(left + right) / 2, (bottom + top) / 2];
  const off = (a * mx + b * my + c) / size;
  const [px, py] = [mx - a * off, my - b * off];
  const [dx, dy] = [(-b / Math.sqrt(size)) * reach, (a / Math.sqrt(size)) * reach];
  const [x0, y0] = toPixel(plane, px - dx, py - dy);
  const [x1, y1] = toPixel(plane, px + dx, py + dy);
  for (const [width, color] of [[5, theme.panel], [2, theme.ink]] as const) {
    target.lineWidth = width;
    target.strokeStyle = color;
    target.beginPath();
    target.moveTo(x0, y0);
    target.lineTo(x1, y1);
    target.stroke();
  }
}
