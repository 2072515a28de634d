// The line of a unit of the first layer over the answer, with two handles that are dragged or moved by keys.

import * as act from "../actions.ts";
import { s, set } from "../dom.ts";
import { toData, toPixel, type Plane } from "../draw/axes.ts";
import { short } from "../draw/numbers.ts";
import type { Column } from "../protocol.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";
import { planeOf } from "./answer.ts";
import type { Zoom } from "./neuron.ts";
import { watchSize } from "./training.ts";

type Points = [number, number][];
const STEP = 0.02;
const SEND = 33;

/** Put the line over the picture of a panel of the answer; returns the panel. */
export function withLine(panel: HTMLElement, zoom: () => Zoom | null, load: () => void): HTMLElement {
  const field = panel.querySelector(".field") as HTMLElement;
  const line = s("line", { class: "unit-line" });
  const ends = [0, 1].map((k) => s("circle", { class: "unit-handle", r: 8, tabindex: 0, role: "slider", "aria-label": `End ${k + 1} of the unit's line`, "aria-valuenow": 0 }));
  const picture = s("svg", { class: "unit-line-over" }, line, ...ends);
  field.append(picture);
  const size = signal<[number, number]>([0, 0]);
  watchSize(field, () => size.set([field.clientWidth, field.clientHeight]));
  const held = signal<Points | null>(null);
  let plane: Plane | null = null;
  let shown: Points | null = null;
  effect(() => {
    const now = zoom();
    const data = state.table();
    const [width, height] = size();
    const [a, b] = state.axes();
    const flat = data && data.inputs.length === 2 && a !== b && width > 60;
    shown = held() ?? (flat && now?.line ? handles(now.line, data.inputs[0], data.inputs[1]) : null);
    picture.style.display = flat && shown ? "" : "none";
    if (!flat || !shown) return;
    const [x, y] = [data.inputs[a], data.inputs[b]];
    plane = planeOf(width, height, x, y);
    const at = shown.map((p) => toPixel(plane!, p[a], p[b]));
    const [dx, dy] = [at[1][0] - at[0][0], at[1][1] - at[0][1]];
    const far = 2000 / (Math.hypot(dx, dy) || 1);
    set(picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    picture.style.clipPath = `inset(${plane.y}px ${width - plane.x - plane.width}px ${height - plane.y - plane.height}px ${plane.x}px)`;
    set(line, { x1: at[0][0] - far * dx, y1: at[0][1] - far * dy, x2: at[0][0] + far * dx, y2: at[0][1] + far * dy });
    at.forEach(([px, py], k) => set(ends[k], { cx: px, cy: py, "aria-valuetext": `${x.name} ${short(shown![k][a])}, ${y.name} ${short(shown![k][b])}` }));
  });
  let last = 0;
  let timer = 0;
  const send = (done: boolean) => {
    const points = held.peek();
    window.clearTimeout(timer);
    if (!points) return;
    const wait = SEND - (performance.now() - last);
    if (!done && wait > 0) {
      timer = window.setTimeout(() => send(false), wait);
      return;
    }
    last = performance.now();
    void act.ask("neuron.line", { unit: state.picked.peek()?.[1] ?? 0, points, holds: !done }).then(() => {
      if (!done) return;
      held.set(null);
      load();
    });
  };
  const move = (k: number, to: [number, number]) => {
    if (!shown) return;
    const [a, b] = state.axes.peek();
    const next = shown.map((p) => [...p]) as Points;
    next[k][a] = to[0];
    next[k][b] = to[1];
    held.set(next);
  };
  ends.forEach((end, k) => {
    end.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      end.setPointerCapture(event.pointerId);
      held.set(shown);
    });
    end.addEventListener("pointermove", (event) => {
      if (!plane || !end.hasPointerCapture(event.pointerId)) return;
      const box = field.getBoundingClientRect();
      move(k, toData(plane, event.clientX - box.left, event.clientY - box.top));
      send(false);
    });
    end.addEventListener("pointerup", () => send(true));
    end.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way || !plane || !shown) return;
      event.preventDefault();
      const [left, right, bottom, top] = plane.window;
      const [a, b] = state.axes.peek();
      const far = event.shiftKey ? 5 * STEP : STEP;
      move(k, [shown[k][a] + way[0] * far * (right - left), shown[k][b] + way[1] * far * (top - bottom)]);
      send(true);
    });
  });
  return panel;
}

/** Two points of a line that lie well within the picture, so that a hand can take them. */
function handles(line: Points, x: Column, y: Column): Points {
  const [[x0, y0], [x1, y1]] = line;
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [from, to] = [-1e9, 1e9];
  for (const [start, step, low, high] of [[x0, dx, x.low, x.high], [y0, dy, y.low, y.high]]) {
    if (Math.abs(step) < 1e-12) continue;
    const cuts = [(low - start) / step, (high - start) / step].sort((a, b) => a - b);
    from = Math.max(from, cuts[0]);
    to = Math.min(to, cuts[1]);
  }
  if (!(to > from)) return line;
  return [0.2, 0.8].map((t) => [x0 + (from + t * (to - from)) * dx, y0 + (from + t * (to - from)) * dy]);
}
