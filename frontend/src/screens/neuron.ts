// Neuron: the inside of one unit with the numbers of one row, and one step in three phases.

import * as act from "../actions.ts";
import { button, choices, panel, parse } from "../controls/forms.ts";
import { add, h, s } from "../dom.ts";
import { fixed, short, signed } from "../draw/numbers.ts";
import { unitName } from "../draw/places.ts";
import { effect, signal } from "../signals.ts";
import { focused } from "../place.ts";
import * as state from "../state.ts";
import { answerPanel } from "./answer.ts";
import { lessonStrip } from "./lessons.ts";
import { stepPanel } from "./steps.ts";
import { withLine } from "./unitline.ts";

export interface Zoom {
  layer: number;
  unit: number;
  names: string[];
  inputs: number[];
  weights: number[];
  products: number[];
  bias: number;
  sum: number;
  value: number;
  activation: string;
  slope: number | null;
  curve: [number, number, number][] | null;
  line: [number, number][] | null;
}

/** The row that is looked at, by its number in the table. */
export function rowNumber(): number {
  return state.table()?.row_numbers[state.row() ?? 0] ?? 0;
}

/** The screen. */
export function neuronScreen(): HTMLElement {
  if (state.picked.peek() === null) state.picked.set([1, 0]);
  const zoom = signal<Zoom | null>(null);
  let under = false;
  let again = false;
  const load = async () => {
    if (under) {
      again = true;
      return;
    }
    const spot = state.picked.peek() ?? [1, 0];
    under = true;
    const found = await act.ask("neuron.zoom", { layer: spot[0] - 1, unit: spot[1], row: state.table.peek()?.row_numbers[state.row.peek() ?? 0] ?? 0 });
    under = false;
    if (found) zoom.set(found);
    if (again) {
      again = false;
      void load();
    }
  };
  let last = 0;
  effect(() => {
    state.picked();
    state.row();
    state.network();
    state.weights();
    if (state.phase() !== "ready" || !state.table()) return;
    const now = performance.now();
    if (state.running() && now - last < 200) return;
    last = now;
    void load();
  });
  return h("div", {}, lessonStrip(), h("div", { class: "neuron" }, h("div", { class: "stack" }, insidePanel(zoom)), h("div", { class: "stack" }, withLine(answerPanel(), zoom, () => void load())), stepPanel()));
}

function chooser(): HTMLElement {
  const unit = h("select", { "aria-label": "Unit" });
  const row = h("input", { type: "text", inputmode: "numeric", "aria-label": "Row", style: { width: "4rem" } });
  unit.addEventListener("change", () => state.picked.set(unit.value.split("/").map(Number) as [number, number]));
  row.addEventListener("change", () => {
    const at = state.table.peek()?.row_numbers.indexOf(Number(row.value) - 1) ?? -1;
    if (at >= 0) state.row.set(at);
  });
  const move = (by: number) => {
    const many = state.table.peek()?.points.length ?? 1;
    state.row.set(((state.row.peek() ?? 0) + by + many) % many);
  };
  effect(() => {
    const arch = state.architecture();
    const spot = state.picked() ?? [1, 0];
    if (!arch) return;
    const list = [];
    for (let k = 1; k < arch.sizes.length; k++) {
      for (let j = 0; j < Math.min(arch.sizes[k], 40); j++) list.push({ value: `${k}/${j}`, label: unitName(arch, k, j) });
    }
    choices(unit, list, spot.join("/"));
    if (focused() !== row) row.value = String(rowNumber() + 1);
  });
  return h("div", { class: "row" }, unit, h("span", { class: "muted", text: "at row" }), button("\u2039", () => move(-1), "small"), row, button("\u203a", () => move(1), "small"));
}

function insidePanel(zoom: () => Zoom | null): HTMLElement {
  const made = panel("Inside a unit", [h("span", { class: "grow" }), chooser()]);
  const formula = h("p", { class: "formula" });
  const body = h("tbody", {});
  const head = h("tr", {}, ...["from", "value", "\u00d7 weight", "= product"].map((t) => h("th", { scope: "col", class: t === "from" ? "" : "number", text: t })));
  const picture = h("div", { class: "activation" });
  made.root.append(h("div", { class: "scroll inside-table" }, h("table", { class: "lined tight" }, h("thead", {}, head), body)), formula, picture);
  effect(() => {
    const now = zoom();
    if (!now || body.contains(focused())) return;
    body.replaceChildren();
    const most = Math.max(1e-9, ...now.products.map(Math.abs), Math.abs(now.bias));
    const line = (name: string, input: number | null, weight: number, product: number, from: number) => {
      const field = h("input", { type: "text", inputmode: "decimal", class: "weight-cell", "aria-label": `Weight from ${name}` });
      field.value = String(Number(weight.toPrecision(4)));
      field.addEventListener("change", () => {
        const value = parse(field.value);
        field.classList.toggle("bad", value === null);
        if (value !== null) void act.setWeight({ layer: now.layer, from, to: now.unit }, value, true);
        field.blur();
      });
      const width = `${(50 * Math.abs(product)) / most}%`;
      const bar = h("i", { class: product < 0 ? "minus" : "plus", style: { width } });
      body.append(h("tr", {}, h("th", { scope: "row", text: name }), h("td", { class: "number", text: input === null ? "1" : fixed(input) }), h("td", { class: "number" }, field), h("td", { class: "number product" }, h("span", { class: "track" }, bar), signed(product, 3))));
    };
    now.names.slice(0, 60).forEach((name, k) => line(now.layer > 0 ? `${name}` : name, now.inputs[k], now.weights[k], now.products[k], k));
    line("bias", null, now.bias, now.bias, -1);
    formula.replaceChildren();
    add(formula, "sum z = ", h("b", { text: fixed(now.sum, 4) }), "  \u2192  ", `${now.activation}(z) = `, h("b", { text: fixed(now.value, 4) }), now.slope === null ? "" : `, slope ${fixed(now.slope, 4)}`);
    picture.replaceChildren(activationPicture(now));
  });
  return made.root;
}

function activationPicture(now: Zoom): Element {
  if (!now.curve) return h("p", { class: "muted tiny", text: "Softmax looks at all outputs at once and has no curve of its own." });
  const look = state.theme();
  const [w, t] = [420, 150];
  const z = now.curve.map((p) => p[0]);
  const all = now.curve.flatMap((p) => [p[1], p[2]]);
  const [low, high] = [Math.min(...all, 0), Math.max(...all)];
  const room = 0.08 * (high - low || 1);
  const px = (v: number) => ((v - z[0]) / (z[z.length - 1] - z[0])) * w;
  const py = (v: number) => t - ((v - low + room) / (high - low + 2 * room)) * t;
  const way = (k: 1 | 2) => `M${now.curve!.map((p) => `${px(p[0]).toFixed(1)} ${py(p[k]).toFixed(1)}`).join("L")}`;
  const x = px(Math.max(z[0], Math.min(z[z.length - 1], now.sum)));
  const slope = now.slope ?? 0;
  const run = (z[z.length - 1] - z[0]) * 0.12;
  const picture = s(
    "svg", { viewBox: `0 0 ${w} ${t}`, role: "img", "aria-label": `${now.activation} and its slope; at ${short(now.sum)} it is ${short(now.value)}, the slope ${short(slope)}.` },
    s("line", { x1: 0, x2: w, y1: py(0), y2: py(0), stroke: look.line }), s("line", { x1: px(0), x2: px(0), y1: 0, y2: t, stroke: look.line }),
    s("path", { d: way(2), fill: "none", stroke: look.negative, "stroke-width": 1.6, "stroke-dasharray": "5 3" }),
    s("path", { d: way(1), fill: "none", stroke: look.positive, "stroke-width": 2.4 }),
    s("line", { x1: px(now.sum - run), y1: py(now.value - slope * run), x2: px(now.sum + run), y2: py(now.value + slope * run), stroke: look.ink, "stroke-width": 1.4 }),
    s("circle", { cx: x, cy: py(now.value), r: 5, fill: look.ink }),
    s("circle", { cx: x, cy: py(slope), r: 4, fill: look.negative }),
  );
  const keys = h("p", { class: "row tiny" }, h("span", { class: "key" }, h("i", { class: "stroke", style: { "border-color": look.positive } }), "value"), h("span", { class: "key" }, h("i", { class: "stroke dashed", style: { "border-color": look.negative } }), "slope"), h("span", { class: "key", text: "across: z" }));
  return h("div", {}, picture, keys);
}
