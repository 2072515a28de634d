// What goes on in the layers, and how good the answers are.

import { panel } from "../controls/forms.ts";
import { h, sharp } from "../dom.ts";
import { drawAxes, toPixel, type Plane } from "../draw/axes.ts";
import { percent, short, whole } from "../draw/numbers.ts";
import { css, mix } from "../draw/palette.ts";
import { point } from "../draw/scatter.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";
import { truthShown } from "./output.ts";
import { watchSize } from "./training.ts";

const WIDTH = 5;

/** Gradients, steps, saturated and dead units of every layer. */
export function insidePanel(): HTMLElement {
  const made = panel("Inside the layers", [], "inside-panel");
  const body = h("tbody", {});
  const names = [["layer", ""], ["gradient", "Size of the gradient, on a scale of powers of ten"], ["step", "Size of a step beside that of the weights; the green part is usual"], ["saturated", "Share of units where the slope is almost 0"], ["dead", "Share of units that answer 0 to every row"]];
  const head = h("tr", {}, ...names.map(([name, title]) => h("th", { scope: "col", text: name, title: title || null })));
  made.root.append(h("div", { class: "scroll" }, h("table", { class: "lined tight" }, h("thead", {}, head), body)));
  effect(() => {
    const values = state.layers();
    const arch = state.architecture();
    if (!values || !arch) return;
    body.replaceChildren();
    const last = arch.sizes.length - 1;
    for (let k = 0; k < values.length / WIDTH; k++) {
      const [gradient, step, saturated, dead] = values.subarray(k * WIDTH, k * WIDTH + WIDTH);
      body.append(h(
        "tr", {}, h("th", { scope: "row", text: k + 1 === last ? "output" : String(k + 1) }),
        h("td", {}, meter(scale(gradient, -6, 1), short(gradient, 2))),
        h("td", {}, meter(scale(step, -6, 0), short(step, 2), [scale(1e-4, -6, 0), scale(1e-2, -6, 0)])),
        h("td", {}, Number.isFinite(saturated) ? meter(saturated, percent(saturated, 0), undefined, saturated > 0.5 && k + 1 < last) : "\u2013"),
        h("td", {}, Number.isFinite(dead) ? meter(dead, percent(dead, 0), undefined, dead > 0.2) : "\u2013"),
      ));
    }
  });
  return made.root;
}

function scale(value: number, low: number, high: number): number {
  return value > 0 ? Math.max(0, Math.min(1, (Math.log10(value) - low) / (high - low))) : 0;
}

function meter(share: number, text: string, usual?: [number, number], warn = false): HTMLElement {
  const bar = h("span", { class: "meter", "aria-hidden": "true" }, h("i", { class: warn ? "warn" : "", style: { width: `${100 * share}%` } }));
  if (usual) bar.append(h("u", { style: { left: `${100 * usual[0]}%`, width: `${100 * (usual[1] - usual[0])}%` } }));
  return h("span", {}, bar, h("span", { class: "tiny", text }));
}

/** Confusion of classes, or predicted against true. */
export function scorePanel(): HTMLElement {
  const made = panel("Answers against truth", [], "score-panel");
  const place = h("div", { class: "grow-box" });
  made.root.append(place);
  const canvas = h("canvas", { role: "img" });
  const size = signal<[number, number]>([0, 0]);
  watchSize(place, () => size.set([place.clientWidth, place.clientHeight]));
  effect(() => {
    const data = state.table();
    if (!data) return;
    if (data.classes.length) {
      const found = state.confusion();
      if (found) place.replaceChildren(confusionTable(found, data.classes));
      return;
    }
    const [width, height] = size();
    const found = state.predicted();
    if (!found || width < 40 || height < 40) return;
    if (!place.contains(canvas)) place.replaceChildren(canvas);
    const look = state.theme();
    const context = sharp(canvas, width, height);
    const truth = data.points.map((p) => p[state.targetAt()]);
    const [low, high] = [data.low, data.high];
    const plane: Plane = { x: 40, y: 2, width: width - 44, height: height - 24, window: [low, high, low, high] };
    const told = truthShown();
    if (told) plane.window = [told.low, told.high, told.low, told.high];
    context.clearRect(0, 0, width, height);
    context.strokeStyle = look.muted;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(...toPixel(plane, plane.window[0], plane.window[0]));
    context.lineTo(...toPixel(plane, plane.window[1], plane.window[1]));
    context.stroke();
    context.setLineDash([]);
    const column = told ? state.output() : 0;
    (told?.values ?? truth).forEach((t, k) => {
      const [px, py] = toPixel(plane, t, found.values[k * found.columns + column]);
      point(context, px, py, { fill: look.positive, edge: look.mark, mark: "circle", radius: 2.6, hollow: data.validation[k] });
    });
    drawAxes(context, plane, look, ["truth", "answer"]);
    canvas.setAttribute("aria-label", `Answers against the truth of ${truth.length} rows; on the dashed line both are equal.`);
  });
  return made.root;
}

function confusionTable(found: { side: number; values: Int32Array }, classes: string[]): HTMLElement {
  const n = found.side;
  const look = state.theme();
  const paper = css(look.middle);
  const head = h("tr", {}, h("th", { text: "truth" }), ...classes.map((name) => h("th", { class: "number", scope: "col", text: name })), h("th", { class: "number", text: "right" }));
  const body = h("tbody", {});
  for (let r = 0; r < n; r++) {
    const row = found.values.subarray(r * n, (r + 1) * n);
    const sum = row.reduce((a, b) => a + b, 0);
    const cells = Array.from(row, (v, c) => {
      const tone = r === c ? look.classRgb[0] : look.classRgb[1];
      const strength = sum > 0 ? 0.32 * (v / sum) : 0;
      return h("td", { class: "number", text: whole(v), style: { background: v ? css(mix(look.middle, tone, strength)) : paper } });
    });
    body.append(h("tr", {}, h("th", { scope: "row", text: classes[r] }), ...cells, h("td", { class: "number muted", text: sum ? percent(row[r] / sum, 0) : "\u2013" })));
  }
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Confusion" }, h("table", { class: "lined" }, h("caption", { class: "tiny muted", text: "Columns: what the network says." }), h("thead", {}, head), body));
}
