// The answer over two inputs (or one), with the rows on it; a point can be picked or painted.

import type { Column } from "../protocol.ts";
import { ask } from "../actions.ts";
import { choices, iconButton, panel } from "../controls/forms.ts";
import { showTable } from "../controls/dialog.ts";
import { fill, h, s, sharp } from "../dom.ts";
import { toData, toPixel, type Plane } from "../draw/axes.ts";
import { drawField, type Dots, type FieldData } from "../draw/field.ts";
import { fixed, short } from "../draw/numbers.ts";
import { markOf } from "../draw/palette.ts";
import { unitName } from "../draw/places.ts";
import { drawProfile } from "../draw/profile.ts";
import { effect, signal, computed } from "../signals.ts";
import * as state from "../state.ts";
import { outputChoice, tonedDots } from "./output.ts";
import { watchSize } from "./training.ts";
import { pinSliders } from "./pins.ts";

/** Where the colors have their middle: the decision, or the middle of what is shown. */
export function centreOf(grid: { low: number; high: number }): number {
  return (grid.low + grid.high) / 2;
}

/** The rows as dots over the two inputs that are shown. */
export const dots = computed<Dots | null>(() => {
  const data = state.table();
  if (!data || data.inputs.length < 1) return null;
  const [a, b] = state.axes();
  const last = state.targetAt();
  const classes = data.classes.length;
  const span = data.high - data.low || 1;
  return {
    x: data.points.map((p) => (a < last ? p[a] : NaN)), y: data.points.map((p) => (b < last ? p[b] : NaN)),
    tone: data.points.map((p) => (classes ? p[last] : ((p[last] ?? 0) - data.low) / span)),
    classes, held: data.validation.map(Number),
  };
});

const toned = computed(() => tonedDots(dots()));

/** What is drawn: the answer, or what the unit under the pointer answers. */
function ground(): { data: FieldData | null; title: string } {
  const spot = state.screen() === "data" ? null : (state.hovered() ?? state.picked());
  const arch = state.architecture();
  const last = (arch?.sizes.length ?? 1) - 1;
  if (spot && arch && (spot[0] < last || arch.sizes[last] > 1)) {
    const found = state.units()[spot[0]];
    const n = found?.side ?? 0;
    const values = found?.values.subarray(spot[1] * n * n, (spot[1] + 1) * n * n);
    if (found && values && values.length === n * n) {
      const low = found.spans?.[2 * spot[1]] ?? -1;
      const high = found.spans?.[2 * spot[1] + 1] ?? 1;
      const centre = low < 0 && high > 0 ? 0 : (low + high) / 2;
      return { data: { grid: n, values, sure: null, low, high, centre, decision: low < 0 && high > 0 }, title: `Answer of ${unitName(arch, ...spot)}` };
    }
  }
  const grid = state.field();
  if (!grid) return { data: null, title: "Answer" };
  const data = {
    grid: grid.side, values: grid.values, sure: grid.sure, low: grid.low, high: grid.high,
    centre: centreOf(grid), decision: state.isClasses(),
  };
  return { data, title: "Answer of the network" };
}

/** Where the plane of two inputs lies in a picture of a size. */
export function planeOf(width: number, height: number, x: Column, y: Column): Plane {
  const side = Math.min(width - 40, height - 24);
  return { x: 36 + Math.max(0, (width - 40 - side) / 2), y: 2, width: side, height: side, window: [x.low, x.high, y.low, y.high] };
}

/** The panel of the answer. */
export function answerPanel(): HTMLElement {
  const canvas = h("canvas", { role: "img", tabindex: 0, "aria-label": "Answer of the network" });
  const place = h("div", { class: "field" }, canvas);
  const note = h("p", { class: "tiny muted", text: "Point at a place, or click a row." });
  const legend = h("p", { class: "row tiny legend" });
  const axisA = h("select", { "aria-label": "Input across", class: "small" });
  const axisB = h("select", { "aria-label": "Input upward", class: "small" });
  const made = panel("Answer of the network", [h("span", { class: "grow" }), outputChoice(), iconButton("table", "The rows as a table", rowsTable)], "answer-panel");
  const sliders = h("div", { class: "controls" });
  const over = h("div", { class: "row over" }, h("span", { class: "tiny muted", text: "over" }), axisA, h("span", { class: "tiny muted", text: "and" }), axisB);
  made.root.append(over, place, legend, note, sliders);
  effect(() => fill(legend, ...legendOf()));
  const size = signal<[number, number]>([0, 0]);
  const cross = signal<[number, number] | null>(null);
  let plane: Plane | null = null;
  watchSize(place, () => size.set([place.clientWidth, place.clientHeight]));

  const axes = () => {
    state.axes.set([Number(axisA.value), Number(axisB.value)]);
    cross.set(null);
  };
  axisA.addEventListener("change", axes);
  axisB.addEventListener("change", axes);
  effect(() => {
    const all = state.table()?.inputs ?? [];
    const names = state.spans().map((k) => ({ value: String(k), label: all[k]?.name ?? "" }));
    const [a, b] = state.axes();
    const more = names.length > 2;
    over.style.display = more ? "" : "none";
    choices(axisA, names, String(a));
    choices(axisB, names, String(b));
    pinSliders(sliders);
  });
  effect(() => {
    const [width, height] = size();
    const data = state.table();
    if (width < 60 || height < 60 || !data) return;
    const context = sharp(canvas, width, height);
    const look = state.theme();
    const spans = state.spans();
    if (spans.length === 0 || spans.some((k) => !data.inputs[k])) return; // nothing to draw over
    if (spans.length === 1) {
      drawProfile(context, width, height, data, state.profile(), look, spans[0]);
      return;
    }
    const [a, b] = state.axes();
    const [x, y] = [data.inputs[a], data.inputs[b] ?? data.inputs[a]];
    if (!x || !y) return;
    plane = planeOf(width, height, x, y);
    const shown = ground();
    made.title.textContent = shown.title;
    drawField(context, plane, shown.data, toned(), { names: [x.name, y.name], cross: cross(), picked: state.row(), axes: true, line: null }, look);
    canvas.setAttribute("aria-label", `${shown.title} over ${x.name} and ${y.name}, with ${data.points.length} rows.`);
  });

  const tell = (at: [number, number] | null) => {
    cross.set(at);
    const shown = ground().data;
    const data = state.table.peek();
    if (!at || !shown || !data || !plane) return;
    const n = shown.grid;
    const [l, r, bo, t] = plane.window;
    const c = Math.round(((at[0] - l) / (r - l)) * (n - 1));
    const q = Math.round(((at[1] - bo) / (t - bo)) * (n - 1));
    if (c < 0 || q < 0 || c >= n || q >= n) return;
    const value = shown.values[q * n + c];
    const answer = shown.sure
      ? `${data.classes[value] ?? value}, ${Math.round((100 * shown.sure[q * n + c]) / 255)} % sure`
      : fixed(shown.low + ((shown.high - shown.low) * value) / 255, 3);
    note.textContent = `At ${short(at[0])}, ${short(at[1])}: ${answer}`;
    state.said.set(`${short(at[0])}, ${short(at[1])}: ${answer}`);
  };
  const at = (event: PointerEvent): [number, number] | null => {
    if (!plane) return null;
    const box = canvas.getBoundingClientRect();
    return toData(plane, event.clientX - box.left, event.clientY - box.top);
  };
  canvas.addEventListener("pointermove", (event) => tell(at(event)));
  canvas.addEventListener("pointerleave", () => cross.set(null));
  canvas.addEventListener("click", (event) => {
    const here = at(event as PointerEvent);
    if (here && plane && state.screen.peek() === "data" && state.brush.peek() !== null) {
      const [l, r] = plane.window;
      const brush = state.brush.peek()!;
      if (brush === "erase") void ask("table.paint", { erase: [...here, 0.05 * (r - l)] });
      else void ask("table.paint", { points: [[...here, Number(brush)]] });
      return;
    }
    const all = dots();
    if (!here || !all || !plane) return;
    const [px, py] = toPixel(plane, ...here);
    let best = -1;
    let near = 14;
    for (let k = 0; k < all.x.length; k++) {
      const [qx, qy] = toPixel(plane, all.x[k], all.y[k]);
      const away = Math.hypot(qx - px, qy - py);
      if (away < near) [best, near] = [k, away];
    }
    state.row.set(best < 0 ? null : best);
    if (best >= 0) note.textContent = rowText(best);
  });
  canvas.addEventListener("keydown", (event) => {
    if (!plane) return;
    const [l, r, bo, t] = plane.window;
    const now = cross.peek() ?? [(l + r) / 2, (bo + t) / 2];
    const step = event.shiftKey ? 0.1 : 0.02;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    tell([Math.max(l, Math.min(r, now[0] + move[0] * step * (r - l))), Math.max(bo, Math.min(t, now[1] + move[1] * step * (t - bo)))]);
  });
  return made.root;
}

/** What the marks mean. */
function legendOf(): Node[] {
  const data = state.table();
  const look = state.theme();
  if (!data) return [];
  const shapes: Record<string, (color: string, hollow: boolean) => SVGElement> = {
    circle: (color, hollow) => s("circle", { cx: 6, cy: 6, r: 4, fill: hollow ? "none" : color, stroke: color, "stroke-width": 1.6 }),
    square: (color) => s("rect", { x: 2, y: 2, width: 8, height: 8, fill: color }),
    triangle: (color) => s("path", { d: "M6 1l5 9H1z", fill: color }),
    diamond: (color) => s("path", { d: "M6 1l5 5-5 5-5-5z", fill: color }),
  };
  const key = (mark: string, color: string, text: string, hollow = false) => h(
    "span", { class: "key" }, s("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, (shapes[mark] ?? shapes.diamond)(color, hollow)), text,
  );
  const two = data.classes.length === 2;
  const out = data.classes.slice(0, 6).map((name, k) => (two
    ? key(k ? "circle" : "square", k ? look.positive : look.negative, name)
    : key(markOf(k), look.classes[k % 7], name)));
  if (data.validation_rows) out.push(key("circle", look.muted, "held out", true));
  return out;
}

function rowText(k: number): string {
  const data = state.table.peek()!;
  const point = data.points[k];
  const target = point[state.targetAt()];
  const truth = data.classes.length ? data.classes[target] : short(target);
  const found = state.predicted.peek();
  const answer = found ? Array.from(found.values.subarray(k * found.columns, (k + 1) * found.columns), (v) => fixed(v, 3)).join(", ") : "";
  return `Row ${data.row_numbers[k] + 1}${data.validation[k] ? ", held out" : ""}: truth ${truth}${answer ? `, answer ${answer}` : ""}`;
}

function rowsTable(): void {
  const data = state.table.peek();
  if (!data) return;
  const last = state.targetAt();
  const names = ["row", ...data.inputs.slice(0, last).map((one) => one.name), data.targets[0] ?? "target", "held out"];
  const rows = data.points.map((p, k) => [
    data.row_numbers[k] + 1, ...p.slice(0, last).map((v) => short(v, 4)), data.classes.length ? data.classes[p[last]] : short(p[last], 4),
    data.validation[k] ? "yes" : "",
  ]);
  showTable("Rows", names, rows);
}
