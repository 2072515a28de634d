// How the loss is lowered, all while it runs; when that ends; and the loss itself, with which it begins anew.

import * as act from "../actions.ts";
import { button, choice, choices, panel, slider } from "../controls/forms.ts";
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
    clip_norm: slider({ label: "Longest gradient (0: any)", low: 0.01, high: 100, log: true, zero: true, value: 0, change: later((v) => ({ clip_norm: v })) }),
  };
  const schedule = choice("Schedule of the rate", [], "", (value) => void act.setMethod({ schedule: value }));
  const options = h("div", { class: "row options" });
  const body = h("div", { class: "controls" }, ...Object.values(fields).map((one) => one.root), schedule.root, options);
  made.root.append(body, stopping(), anew());
  effect(() => {
    const now = state.method();
    if (!now) return;
    for (const name of ["batch", "l2", "l1", "dropout", "clip_norm"] as const) fields[name].set(now[name]);
    const full = now.group === "full";
    for (const one of [fields.batch, fields.dropout, fields.clip_norm, schedule]) one.root.style.display = full ? "none" : "";
    const names = (state.ready()?.schedules ?? []).map((one) => one.name);
    choices(schedule.select, names.includes(now.schedule) ? names : [now.schedule, ...names], now.schedule);
    solverOptions(options);
  });
  return made.root;
}

/** When training ends by itself, and the weights that were best on the rows held out. */
function stopping(): HTMLElement {
  const patience = slider({ label: "End after so many epochs without a gain on the rows held out (0: never)", low: 1, high: 1000, log: true, step: 1, zero: true, value: 0, change: later((v) => ({ patience: Math.round(v) })) });
  const best = button("Stop, keep the best", async () => {
    await act.ask("train.pause", {});
    await act.ask("train.stop", { keep: "best" });
  });
  const root = h("div", { class: "row wide" }, h("div", { class: "control" }, patience.root), best);
  effect(() => {
    patience.set(state.method()?.patience ?? 0);
    root.style.display = (state.table()?.validation_rows ?? 0) > 0 ? "" : "none";
  });
  return root;
}

/** What training begins again with. */
function anew(): HTMLElement {
  const loss = choice("Loss", [], "", (value) => void act.ask("network.set", { loss: value }));
  const first = choice("First weights", [], "", (value) => void act.ask("network.set", { initializer: value }));
  const note = h("p", { class: "muted tiny", text: "These begin again at epoch 0." });
  effect(() => {
    const net = state.network();
    const known = state.ready();
    if (!net || !known) return;
    const fixed = (state.table()?.classes.length ?? 0) > 0 || !known.losses.some((one) => one.name === net.loss);
    const losses = fixed ? [net.loss] : known.losses.filter((one) => one.group !== "logistic" && one.group !== "softmax").map((one) => one.name);
    choices(loss.select, losses, net.loss);
    loss.select.disabled = losses.length < 2;
    choices(first.select, known.initializers.map((one) => ({ value: one.name, label: one.name.replace(/_/g, " ") })), net.initializer);
  });
  return h("div", { class: "row wide" }, loss.root, first.root, note);
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
