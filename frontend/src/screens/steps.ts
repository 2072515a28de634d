// One step in its three phases: forward, backward, update; and a delta that one works out oneself.

import * as act from "../actions.ts";
import { button, choices, panel, parse } from "../controls/forms.ts";
import { add, h } from "../dom.ts";
import { fixed, short } from "../draw/numbers.ts";
import { unitName } from "../draw/places.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";
import { rowNumber } from "./neuron.ts";

const PHASES = ["Forward", "Backward", "Update"] as const;

/** The panel of the step. */
export function stepPanel(): HTMLElement {
  const phase = signal(0);
  const trace = signal<any>(null);
  const load = async () => trace.set(await act.ask("trace.step", { rows: [rowNumber()] }));
  const made = panel("The next step on this row, in three phases", [h("span", { class: "grow" }), button("Work it out at these weights", () => void load(), "small")], "step-panel");
  const tabs = h("div", { class: "phases", role: "group", "aria-label": "Phase" });
  const buttons = PHASES.map((name, k) => button(`${k + 1}  ${name}`, () => phase.set(k)));
  tabs.append(...buttons);
  const text = h("p", { class: "muted" });
  const body = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Numbers of the step" });
  made.root.append(tabs, text, body, homework(load, trace));
  effect(() => {
    state.row();
    state.network();
    if (state.phase() === "ready" && state.table() && !state.running()) void load();
  });
  effect(() => {
    const now = trace();
    const k = phase();
    buttons.forEach((one, n) => one.setAttribute("aria-pressed", String(n === k)));
    if (!now) {
      text.textContent = "Pause, then every number of the step stands here.";
      return;
    }
    text.textContent = [
      `From the inputs to the answer: z = sum of weight \u00d7 value + bias, a = g(z). Loss ${short(now.loss, 4)}.`,
      "From the loss back: \u03b4 = (what arrives) \u00d7 g\u2032(z). What arrives at a hidden unit is the sum of weight \u00d7 \u03b4 of the units it feeds.",
      `Every weight moves against its gradient \u03b4 \u00d7 value, by the rules of ${now.optimizer?.name ?? "the solver"} at rate ${short(now.rate)}.`,
    ][k];
    body.replaceChildren(k === 2 ? updates(now) : units(now, k));
  });
  return made.root;
}

const first = (value: any): any => (Array.isArray(value) ? (Array.isArray(value[0]) ? value[0] : value) : null);

function units(trace: any, phase: number): HTMLElement {
  const arch = state.architecture()!;
  const names = phase === 0 ? ["unit", "sum z", "value a"] : ["unit", "arrives dE/da", "slope g\u2032(z)", "\u03b4 = dE/dz"];
  const body = h("tbody", {});
  const order = trace.forward.map((_: any, k: number) => k);
  if (phase === 1) order.reverse();
  for (const k of order) {
    const f = trace.forward[k];
    const b = trace.backward[k];
    const sums = first(f.sums);
    const many = Math.min(arch.sizes[k + 1], 16);
    for (let j = 0; j < many; j++) {
      const cells = phase === 0 ? [sums?.[j], first(f.values)?.[j]] : [first(b.arriving)?.[j], first(b.slopes)?.[j], first(b.errors)?.[j]];
      const spot = state.picked();
      const mine = spot && spot[0] === k + 1 && spot[1] === j;
      body.append(h("tr", { class: mine ? "mine" : "" }, h("th", { scope: "row", text: unitName(arch, k + 1, j) }), ...cells.map((v) => h("td", { class: "number", text: typeof v === "number" ? fixed(v, 5) : "\u2013" }))));
    }
  }
  return h("table", { class: "lined tight" }, h("thead", {}, h("tr", {}, ...names.map((n, k) => h("th", { scope: "col", class: k ? "number" : "", text: n })))), body);
}

function updates(trace: any): HTMLElement {
  const arch = state.architecture()!;
  const spot = state.picked() ?? [1, 0];
  const k = spot[0] - 1;
  const layer = trace.update[k];
  const body = h("tbody", {});
  const pick = (part: any, name: string, i: number | null) => {
    const values = part?.[name];
    return i === null ? values?.[spot[1]] : values?.[i]?.[spot[1]];
  };
  const line = (name: string, part: any, i: number | null) => {
    const [old, gradient, after] = ["old", "gradient", "new"].map((one) => pick(part, one, i));
    const cells = [old, gradient, typeof after === "number" ? after - old : undefined, after];
    body.append(h("tr", {}, h("th", { scope: "row", text: name }), ...cells.map((v) => h("td", { class: "number", text: typeof v === "number" ? fixed(v, 6) : "\u2013" }))));
  };
  for (let i = 0; i < Math.min(arch.sizes[k], 40); i++) line(`weight from ${unitName(arch, k, i)}`, layer.weights, i);
  line("bias", layer.biases, null);
  return h("table", { class: "lined tight" }, h("caption", { class: "tiny muted", text: `Of ${unitName(arch, ...spot)}` }), h("thead", {}, h("tr", {}, ...["", "before", "gradient", "step", "after"].map((n, c) => h("th", { scope: "col", class: c ? "number" : "", text: n })))), body);
}

function homework(load: () => Promise<void>, trace: () => any): HTMLElement {
  const input = h("input", { type: "text", inputmode: "decimal", "aria-label": "Your delta" });
  const verdict = h("p", { role: "status" });
  const name = h("span", {});
  const what = h("select", { class: "small", "aria-label": "What you work out", on: { change: () => named() } });
  const named = () => {
    const arch = state.architecture();
    if (arch) name.textContent = `of ${unitName(arch, ...(state.picked() ?? [1, 0]))}:`;
    input.setAttribute("aria-label", what.value === "delta" ? "Your delta" : "Your new weight");
  };
  effect(() => {
    const arch = state.architecture();
    const [layer] = state.picked() ?? [1, 0];
    if (!arch) return;
    const froms = Array.from({ length: Math.min(arch.sizes[layer - 1] ?? 0, 40) }, (_, k) => ({ value: String(k), label: `Your new weight from ${unitName(arch, layer - 1, k)}` }));
    choices(what, [{ value: "delta", label: "Your own \u03b4" }, ...froms, { value: "bias", label: "Your new bias" }], what.value || "delta");
    if (!what.value) what.value = "delta";
    named();
  });
  const check = async () => {
    const value = parse(input.value);
    input.classList.toggle("bad", value === null);
    if (value === null) return;
    const [layer, unit] = state.picked.peek() ?? [1, 0];
    if (!trace()) await load();
    const said = await act.ask("trace.answer", { layer: layer - 1, unit, value, row: rowNumber(), ...(what.value === "delta" ? { quantity: "delta" as const } : { quantity: "weight" as const, source: what.value === "bias" ? ("bias" as const) : Number(what.value) }) });
    if (!said) return;
    verdict.className = said.right ? "good" : "bad-text";
    verdict.replaceChildren();
    add(verdict, said.right ? "\u2713 " : "", said.text);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") void check();
  });
  return h("div", { class: "homework row" }, what, name, input, button("Check", () => void check(), "primary"), verdict);
}
