// Data: which set, how it is split, its columns, and points painted by hand.

import * as act from "../actions.ts";
import { button, choice, choices, panel, slider, tick } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { percent, short, whole } from "../draw/numbers.ts";
import { effect, finallyDo, signal } from "../signals.ts";
import * as state from "../state.ts";
import { answerPanel } from "./answer.ts";
import { columnsPanel } from "./columns.ts";
import { ownPanel } from "./own.ts";
import { rowsPanel } from "./rowlist.ts";

/** The screen. */
export function dataScreen(): HTMLElement {
  return h("div", { class: "two" }, h("div", { class: "stack" }, setPanel(), ownPanel(), columnsPanel()), h("div", { class: "stack" }, answerPanel(), paintPanel(), rowsPanel()));
}

function setPanel(): HTMLElement {
  const made = panel("Data set");
  let wish = { set: "moons", rows: 400, noise: 0.2, seed: 0 };
  const useIt = () => {
    const chosen = state.ready.peek()?.sets.find((one) => one.name === wish.set);
    const made = (chosen?.options.length ?? 0) > 0;
    void act.ask("table.use", made ? wish : { set: wish.set });
  };
  const sets = choice("Set", [], "", (value) => {
    wish = { ...wish, set: value };
    const found = state.ready.peek()?.sets.find((one) => one.name === value);
    for (const option of found?.options ?? []) {
      if (typeof option.default === "number" && (option.name === "rows" || option.name === "noise")) wish = { ...wish, [option.name]: option.default };
    }
    useIt();
  });
  const rows = slider({ label: "Rows", low: 20, high: 5000, log: true, step: 10, value: 400, change: (v, done) => { wish = { ...wish, rows: Math.round(v) }; if (done) useIt(); } });
  const noise = slider({ label: "Noise", low: 0, high: 1, value: 0.2, change: (v, done) => { wish = { ...wish, noise: v }; if (done) useIt(); } });
  const held = slider({ label: "Share held out to validate on", low: 0, high: 0.6, step: 0.05, value: 0.25, show: (v) => v.toFixed(2), change: (v, done) => { if (done) void act.ask("table.split", { share: v }); } });
  const scaled = tick("Scale: shift numbers by their middle, divide by their spread", true, (on) => void act.ask("table.scale", { on }));
  const again = button("Draw other rows", () => { wish = { ...wish, seed: wish.seed + 1 }; useIt(); });
  const facts = h("p", { class: "muted" });
  const bar = h("div", { class: "split", "aria-hidden": "true" });
  const notes = h("ul", { class: "notes" });
  made.root.append(h("div", { class: "controls" }, sets.root, rows.root, noise.root, again, held.root, scaled.root, bar, facts, notes));
  effect(() => {
    const data = state.table();
    const all = state.ready()?.sets ?? [];
    if (!data) return;
    const known = all.some((one) => one.name === data.name);
    choices(sets.select, [...(known ? [] : [{ value: data.name }]), ...all.map((one) => ({ value: one.name, group: one.group || "sets" }))], data.name);
    const generated = (all.find((one) => one.name === data.name)?.options.length ?? 0) > 0;
    rows.root.style.display = generated ? "" : "none";
    noise.root.style.display = generated ? "" : "none";
    again.style.display = generated ? "" : "none";
    if (known) wish = { ...wish, set: data.name };
    rows.set(data.rows);
    const share = data.validation_rows / Math.max(1, data.rows);
    held.set(share);
    scaled.box.checked = data.scaled;
    bar.replaceChildren(h("i", { style: { width: `${100 * (1 - share)}%` } }), h("u", { style: { width: `${100 * share}%` } }));
    const base = data.baseline === null ? "" : ` The trivial answer has ${data.score_name} ${data.score_name === "accuracy" ? percent(data.baseline) : short(data.baseline)}: a network must beat that.`;
    facts.textContent = `${whole(data.train_rows)} rows are trained on, ${whole(data.validation_rows)} held out. Task: ${data.task}.${base}`;
    notes.replaceChildren(...data.notes.map((text) => h("li", { text })));
  });
  return made.root;
}

function paintPanel(): HTMLElement {
  const made = panel("Paint rows");
  const note = h("p", { class: "muted tiny", text: "Training goes on with the new row." });
  const row = h("div", { class: "row" });
  made.root.append(row, note);
  const shape = signal("");
  const brushes = h("div", { class: "row", role: "group", "aria-label": "What a click on the picture does" });
  made.root.insertBefore(brushes, row);
  finallyDo(() => state.brush.set(null));
  effect(() => {
    const data = state.table();
    const now = state.brush();
    const kinds: [string, string][] = [...(data?.classes ?? []).slice(0, 6).map((name, k) => [String(k), `click adds ${name}`] as [string, string]), ["erase", "click erases"]];
    brushes.replaceChildren(...kinds.map(([kind, text]) => {
      const one = button(text, () => state.brush.set(now === kind ? null : kind), "small");
      one.setAttribute("aria-pressed", String(now === kind));
      return one;
    }));
  });
  effect(() => {
    const data = state.table();
    const arch = `${data?.name}/${data?.inputs.length}/${data?.classes.join()}`;
    if (!data || shape.peek() === arch) return;
    shape.set(arch);
    made.root.style.display = data.inputs.length === 2 ? "" : "none";
    const inputs = data.inputs.slice(0, 2).map((one) => {
      const input = h("input", { type: "text", inputmode: "decimal", "aria-label": one.name });
      input.value = String(Number(one.middle.toPrecision(3)));
      return input;
    });
    const target = h("select", { "aria-label": "Class" });
    choices(target, data.classes.map((label, k) => ({ value: String(k), label })), "0");
    const value = h("input", { type: "text", inputmode: "decimal", "aria-label": "Target", value: "0" });
    const answer = data.classes.length ? target : value;
    row.replaceChildren(...inputs.map((one, k) => h("label", { class: "control" }, h("span", { text: data.inputs[k].name }), one)), h("label", { class: "control" }, h("span", { text: data.targets[0] ?? "target" }), answer), button("Add", () => {
      const point = [...inputs.map((one) => Number(one.value.replace(",", "."))), Number(answer.value)];
      if (point.every(Number.isFinite)) void act.ask("table.paint", { points: [point] });
    }, "primary"));
  });
  return made.root;
}
