// The answer over one input, as curves over the rows.

import type { TableShown } from "../protocol.ts";
import { drawAxes, toPixel, type Plane } from "./axes.ts";
import type { Theme } from "./palette.ts";
import { point } from "./scatter.ts";

/** Draw the rows, and the curve of every output. */
export function drawProfile(
  target: CanvasRenderingContext2D, width: number, height: number, data: TableShown,
  profile: { columns: number; values: Float32Array } | null, theme: Theme, place = 0,
): void {
  const input = data.inputs[place];
  const classes = data.classes.length;
  const room = 0.08 * (data.high - data.low || 1);
  const [low, high] = classes ? [-0.08, 1.08] : [data.low - room, data.high + room];
  const plane: Plane = { x: 38, y: 4, width: width - 44, height: height - 28, window: [input.low, input.high, low, high] };
  target.clearRect(0, 0, width, height);
  target.fillStyle = theme.well;
  target.beginPath();
  target.roundRect(plane.x, plane.y, plane.width, plane.height, 6);
  target.fill();
  target.save();
  target.clip();
  data.points.forEach((one, k) => {
    const truth = one[one.length - 1];
    const y = classes > 2 ? truth / (classes - 1) : truth;
    const [px, py] = toPixel(plane, one[place], y);
    const fill = classes ? (classes === 2 ? (truth > 0 ? theme.positive : theme.negative) : theme.classes[truth % 7]) : theme.positive;
    point(target, px, py, { fill, edge: theme.mark, mark: "circle", radius: 3.2, hollow: data.validation[k] });
  });
  if (profile) {
    const n = profile.values.length / profile.columns;
    for (let c = 1; c < profile.columns; c++) {
      target.strokeStyle = profile.columns > 2 ? theme.classes[(c - 1) % 7] : theme.negative;
      target.lineWidth = 2.6;
      target.lineJoin = "round";
      target.beginPath();
      for (let k = 0; k < n; k++) {
        const [px, py] = toPixel(plane, profile.values[k * profile.columns], profile.values[k * profile.columns + c]);
        if (k === 0) target.moveTo(px, py);
        else target.lineTo(px, py);
      }
      target.stroke();
    }
  }
  target.restore();
  drawAxes(target, plane, theme, [input.name, data.targets[0] ?? "answer"]);
}
