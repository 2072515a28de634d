// Heights over a plane as shaded contours, and ways down it.

import { drawAxes, toPixel, type Plane } from "./axes.ts";
import { contour, place, strokeContour } from "./heatmap.ts";
import { css, mix, type Theme } from "./palette.ts";

export interface Heights {
  x: [number, number];
  y: [number, number];
  values: number[][];
}

export interface Way {
  points: number[][];
  color: string;
  dash: number[];
  upTo: number;
}

/** Draw heights, their contours, ways, and marks; the plane tells where. */
export function drawSurface(
  target: CanvasRenderingContext2D, plane: Plane, data: Heights, ways: Way[], start: number[] | null,
  minima: number[][], theme: Theme, names: [string, string],
): void {
  const n = data.values.length;
  const m = data.values[0].length;
  const flat = new Float64Array(n * m);
  let low = Infinity;
  let high = -Infinity;
  data.values.forEach((row, r) => row.forEach((v, c) => {
    const value = Number.isFinite(v) ? v : NaN;
    flat[r * m + c] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }));
  // heights span powers of ten: even steps of their logarithm
  const span = high - low || 1;
  const bend = (v: number) => Math.log1p((1000 * (v - low)) / span) / Math.log1p(1000);
  const image = new ImageData(m, n);
  const deep = theme.dark ? mix(theme.middle, theme.classRgb[0], 0.75) : mix(theme.middle, theme.classRgb[0], 0.6);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < m; c++) {
      const t = bend(flat[(n - 1 - r) * m + c]);
      image.data.set([...mix(deep, theme.middle, Number.isFinite(t) ? t : 1), 255], (r * m + c) * 4);
    }
  }
  target.save();
  target.beginPath();
  target.roundRect(plane.x, plane.y, plane.width, plane.height, 6);
  target.clip();
  place(target, image, plane.x, plane.y, plane.width, plane.height);
  target.lineWidth = 1;
  target.strokeStyle = theme.ink;
  const bent = flat.map(bend);
  for (let k = 1; k < 14; k++) {
    target.globalAlpha = 0.22;
    strokeContour(target, contour(bent, n, m, k / 14), n, m, plane.x, plane.y, plane.width, plane.height);
  }
  target.globalAlpha = 1;
  for (const [x, y] of minima) cross(target, ...toPixel(plane, x, y), css(theme.classRgb[2]));
  for (const way of ways) drawWay(target, plane, way, theme);
  if (start) {
    const [px, py] = toPixel(plane, start[0], start[1]);
    target.fillStyle = theme.panel;
    target.strokeStyle = theme.ink;
    target.lineWidth = 2.5;
    target.beginPath();
    target.arc(px, py, 7, 0, 2 * Math.PI);
    target.fill();
    target.stroke();
  }
  target.restore();
  drawAxes(target, plane, theme, names);
}

function cross(target: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  target.strokeStyle = color;
  target.lineWidth = 2.5;
  target.beginPath();
  target.moveTo(x - 6, y);
  target.lineTo(x + 6, y);
  target.moveTo(x, y - 6);
  target.lineTo(x, y + 6);
  target.stroke();
}

function drawWay(target: CanvasRenderingContext2D, plane: Plane, way: Way, theme: Theme): void {
  const points = way.points.slice(0, way.upTo + 1).filter((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]))
    .map((p) => toPixel(plane, p[0], p[1]).map((v) => Math.max(-5000, Math.min(5000, v))) as [number, number]);
  if (points.length === 0) return;
  for (const [width, color, dash] of [[4.5, theme.panel, []], [2.2, way.color, way.dash]] as [number, string, number[]][]) {
    target.lineWidth = width;
    target.strokeStyle = color;
    target.setLineDash(dash);
    target.lineJoin = "round";
    target.globalAlpha = width > 4 ? 0.6 : 1;
    target.beginPath();
    points.forEach(([x, y], k) => (k === 0 ? target.moveTo(x, y) : target.lineTo(x, y)));
    target.stroke();
  }
  target.setLineDash([]);
  target.globalAlpha = 1;
  target.fillStyle = way.color;
  if (points.length < 80) {
    for (const [x, y] of points) {
      target.beginPath();
      target.arc(x, y, 2.4, 0, 2 * Math.PI);
      target.fill();
    }
  }
  const [x, y] = points[points.length - 1];
  target.beginPath();
  target.arc(x, y, 6, 0, 2 * Math.PI);
  target.fill();
  target.strokeStyle = theme.panel;
  target.lineWidth = 2;
  target.stroke();
}
