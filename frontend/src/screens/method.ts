// How the loss is lowered: batch, penalties, dropout, schedule; all while it runs.

import * as act from "../actions.ts";
import { choice, choices, panel, slider } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { effect } from "../signals.ts";
import { paced } from "../pace.ts";
import { focused } from "../place.ts";
import * as state from "../state.ts";

/** The panel of the method. */
export function methodPanel(): HTMLElement {
  const made = panel("Method", [h("p", { text: "Works while it runs." })], "method-panel");
  const fields = {
    batch: slider({ label: "Batch (rows a step)", low: 1, high: 512, log: true, step: 1, value: 32, change: later((v) => ({ batch: Math.max(1, Math.round(v)) })) }),
    l2: slider({ label: "L2 penalty", low: 1e-6, high: 1, log: true, zero: true, value: 0, change: later((v) => ({ l2: v })) }),
    l1: slider({ label: "L1 penalty", low: 1e-6, high: 1, log: true, zero: true, value: 0, change: later((v) => ({ l1: v })) }),
    dropout: slider({ label: "Dropout", low: 0, high: 0.9, value: 0, change: later((v) => ({ dropout: Number(v.toFixed(2)) })) }),
  };
  const schedule = choice("Schedule of the rate", [], "", (value) => void act.setMethod({ schedule: value }));
  const options = h("div", { class: "row options" });
  const body = h("div", { class: "controls" }, ...Object.values(fields).map((one) => one.root), schedule.root, options);
  made.root.append(body);
  effect(() => {
    const now = state.method();
    if (!now) return;
    for (const name of ["batch", "l2", "l1", "dropout"] as const) fields[name].set(now[name]);
    const full = now.group === "full";
    fields.batch.root.style.display = full ? "none" : "";
    fields.dropout.root.style.display = full ? "none" : "";
    schedule.root.style.display = full ? "none" : "";
    const names = (state.ready()?.schedules ?? []).map((one) => one.name);
    choices(schedule.select, names.includes(now.schedule) ? names : [now.schedule, ...names], now.schedule);
    solverOptions(options);
  });
  return made.root;
}

function later(make: (value: number) => Record<string, number>) {
  const soon = paced(60);
  return (value: number) => soon(() => void act.setMethod(make(value)));
}

/** The solver's own options, as its registry names them. */
function solverOptions(root: HTMLElement): void {
  const now = state.method();
  const found = state.ready()?.solvers.find((one) => one.name === now?.solver);
  if (root.contains(focused())) return;
  root.replaceChildren();
  for (const option of (found?.options ?? []).slice(0, 4)) {
    const value = now!.options[option.name] ?? option.default;
    if (typeof value !== "number" && typeof value !== "boolean") continue;
    const id = `option-${option.name}`;
    const words = option.name.replace(/_/g, " ");
    if (typeof value === "boolean") {
      const box = h("input", { type: "checkbox", id, on: { change: () => void act.setMethod({ options: { ...plain(now!.options), [option.name]: box.checked } }) } });
      box.checked = value;
      root.append(h("label", { class: "check", for: id }, box, words));
      continue;
    }
    const input = h("input", { type: "text", inputmode: "decimal", id });
    input.value = String(value);
    input.addEventListener("change", () => {
      const typed = Number(input.value.replace(",", "."));
      if (Number.isFinite(typed)) void act.setMethod({ options: { ...plain(now!.options), [option.name]: typed } });
    });
    root.append(h("div", { class: "control" }, h("label", { for: id, text: words }), input));
  }
}

function plain(options: Record<string, unknown>): Record<string, number | boolean | string> {
  return Object.fromEntries(Object.entries(options).filter(([, v]) => ["number", "boolean", "string"].includes(typeof v))) as Record<string, number | boolean | string>;
}
