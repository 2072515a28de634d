// Compare: lines of time and runs over each other: curves, settings that differ, what each came to.

import * as act from "../actions.ts";
import { button, choice, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { Curve, type Line } from "../draw/curve.ts";
import { fixed, percent, whole } from "../draw/numbers.ts";
import type { BranchShown } from "../protocol.ts";
import { effect, finallyDo, signal } from "../signals.ts";
import * as state from "../state.ts";
import { askRuns, runs } from "./runs.ts";
import { band, bandLines, seedsPanel } from "./seeds.ts";
import { watchSize } from "./training.ts";

interface Compared {
  kind: "branch" | "run";
  id: number | string;
  label: string;
  start: number;
  parent: number | null;
  curve: (number | null)[][];
  epochs: number;
  loss: number | null;
  val_loss: number | null;
  score: number | null;
  best_epoch: number | null;
  best_val_loss: number | null;
  score_name: string;
  baseline: number | null;
  edits: string[];
}

interface Found {
  lines: Compared[];
  settings: { name: string; values: string[] }[];
}

const DASHES = [undefined, [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [12, 4], [1, 4]];
const chosen = signal<{ branches: number[]; runs: string[] }>({ branches: [], runs: [] });
const found = signal<Found>({ lines: [], settings: [] });
/** What is compared: the column of the curves. */
const quantity = signal(1);
const QUANTITIES = [{ value: "1", label: "training loss" }, { value: "2", label: "held-out loss" }, { value: "3", label: "score" }];

/** The screen. */
export function compareScreen(): HTMLElement {
  const now = chosen.peek();
  const here = state.present.peek();
  if (!now.branches.length && !now.runs.length) chosen.set({ branches: state.branches.peek().slice(-3).map((one) => one.branch), runs: [] });
  else if (!now.branches.includes(here) && now.branches.length + now.runs.length < 7) chosen.set({ ...now, branches: [...now.branches, here] });
  void askRuns();
  watch();
  return h("div", { class: "two narrow-left" }, h("div", { class: "stack" }, branchesPanel(), seedsPanel(quantity), runsPanel()), h("div", { class: "stack" }, curvesPanel(), scoresPanel(), settingsPanel()));
}

/** Ask again when what is compared has changed, at most twice a second. */
function watch(): void {
  let timer = 0;
  let last = 0;
  effect(() => {
    const now = chosen();
    const there = new Set(state.branches().map((one) => one.branch));
    state.edits();
    const branches = now.branches.filter((one) => there.has(one)).slice(0, 7);
    if (branches.includes(state.present())) state.liveEpoch();
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      last = performance.now();
      const answer = await act.ask("compare", { branches, runs: now.runs.slice(0, 7 - branches.length) });
      if (answer) found.set(answer);
    }, Math.max(30, 500 - (performance.now() - last)));
  });
  finallyDo(() => window.clearTimeout(timer));
}

function tick(on: boolean, label: string, change: (on: boolean) => void): HTMLInputElement {
  const box = h("input", { type: "checkbox", "aria-label": label, on: { change: () => change(box.checked) } });
  box.checked = on;
  return box;
}

function branchesPanel(): HTMLElement {
  const made = panel("Branches");
  const list = h("div", { class: "controls" });
  made.root.append(h("p", { class: "tiny muted", text: "Each begins where you went on from the past, or with another network or other rows." }), list);
  let shape = "";
  effect(() => {
    const all = state.branches();
    const now = state.present();
    const marked = chosen();
    // a name that is being typed must not be taken away by an epoch
    const next = JSON.stringify([all.map((one) => [one.branch, one.name, one.parent, one.branch === now ? 0 : one.end]), now, marked.branches]);
    if (next === shape) return;
    shape = next;
    list.replaceChildren(...[...all].reverse().map((one) => branch(one, now, marked.branches.includes(one.branch))));
  });
  return made.root;
}

function branch(one: BranchShown, now: number, on: boolean): HTMLElement {
  const name = h("input", { type: "text", maxlength: 60, "aria-label": `Name of branch ${one.branch}`, placeholder: `branch ${one.branch}`, on: { change: () => void act.ask("branch.name", { branch: one.branch, text: name.value }) } });
  name.value = one.name;
  const here = one.branch === now;
  const words = here ? "here now" : `${one.parent === null ? "" : `from branch ${one.parent}, epoch ${one.start}; `}to epoch ${whole(one.end)}`;
  return h(
    "div", { class: `branch-line${here ? " here" : ""}` },
    h("div", { class: "row" }, tick(on, `Show branch ${one.branch}`, (yes) => {
      const rest = chosen.peek().branches.filter((k) => k !== one.branch);
      chosen.set({ ...chosen.peek(), branches: yes ? [...rest, one.branch] : rest });
    }), name),
    h("div", { class: "row" }, h("span", { class: "tiny muted", text: words }), h("span", { class: "grow" }), ...(here ? [] : [
      button("Go on from its end", () => { state.past.set(null); void act.ask("time.fork", { branch: one.branch, epoch: one.end }); }, "small"),
      button("Drop", () => void act.ask("branch.drop", { branch: one.branch }), "small"),
    ])),
  );
}

function runsPanel(): HTMLElement {
  const made = panel("Runs");
  const list = h("div", { class: "controls" });
  made.root.append(list);
  effect(() => {
    const marked = chosen().runs;
    const all = runs();
    list.replaceChildren(...all.slice(0, 30).map((name) => h("label", { class: "check" }, tick(marked.includes(name), `Show run ${name}`, (yes) => {
      const rest = chosen.peek().runs.filter((one) => one !== name);
      chosen.set({ ...chosen.peek(), runs: yes ? [...rest, name] : rest });
    }), name)), all.length ? "" : h("p", { class: "tiny muted", text: "There is none in runs/. Take out saves one." }));
  });
  return made.root;
}

function color(k: number): string {
  return state.theme().classes[k % 7];
}

function curvesPanel(): HTMLElement {
  const place = h("div", { role: "img", "aria-label": "Curves over each other" });
  const kind = choice("", QUANTITIES, String(quantity.peek()), (value) => quantity.set(Number(value)), "row");
  kind.select.setAttribute("aria-label", "What is compared");
  const keys = h("span", { class: "row tiny" });
  const made = panel("Over each other", [h("span", { class: "grow" }), keys, kind.root], "compare-curves");
  const plot = new Curve(place, { log: true, xName: "epoch", yName: "loss" });
  made.root.append(place);
  finallyDo(() => plot.destroy());
  watchSize(place, () => plot.fit());
  effect(() => {
    const { lines } = found();
    const column = quantity();
    const log = column < 3;
    plot.setLog(log);
    const curves = [...lines.map((one) => one.curve), ...(band()?.curves ?? [])];
    const x = [...new Set(curves.flatMap((curve) => curve.map((row) => row[0] as number)))].sort((a, b) => a - b);
    const at = new Map(x.map((epoch, k) => [epoch, k]));
    const drawn: Line[] = lines.map((one, k) => {
      const values = new Array<number | null>(x.length).fill(null);
      for (const row of one.curve) {
        const value = row[column];
        if (value !== null && Number.isFinite(value) && (!log || value > 0)) values[at.get(row[0] as number)!] = value;
      }
      return { label: one.label, values, color: color(k), dash: DASHES[k], gaps: true };
    });
    const forks = lines.filter((one) => one.parent !== null && one.start > 0).map((one) => ({ at: one.start, text: one.label, kind: "fork" as const }));
    drawn.unshift(...bandLines(at, column, log));
    plot.show(x, drawn, state.theme(), forks, null);
    place.setAttribute("aria-label", `${QUANTITIES[column - 1].label} over epochs of ${lines.map((one) => one.label).join(", ") || "nothing"}.`);
    const seeds = band()?.curves.length ? [h("span", { class: "key" }, h("i", { class: "stroke shade" }), band()!.label)] : [];
    keys.replaceChildren(...lines.map((one, k) => h("span", { class: "key" }, h("i", { class: `stroke ${DASHES[k] ? "dashed" : ""}`, style: { "border-color": color(k) } }), one.label)), ...seeds);
  });
  return made.root;
}

function scoresPanel(): HTMLElement {
  const made = panel("What they came to");
  const body = h("tbody");
  const names = ["", "epochs", "loss", "held-out loss", "least, at epoch", "score", "trivial", "changes"];
  made.root.append(h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "What they came to" }, h("table", { class: "lined" }, h("thead", {}, h("tr", {}, ...names.map((name, k) => h("th", { scope: "col", class: k ? "number" : "", text: name })))), body)));
  effect(() => {
    const { lines } = found();
    const least = Math.min(...lines.map((one) => one.best_val_loss ?? one.loss ?? Infinity));
    body.replaceChildren(...lines.map((one) => {
      const score = (v: number | null) => (v === null ? "\u2013" : one.score_name === "accuracy" ? percent(v) : fixed(v, 3));
      const best = (one.best_val_loss ?? one.loss) === least && lines.length > 1;
      return h(
        "tr", {}, h("th", { scope: "row", text: one.label }),
        ...[whole(one.epochs), fixed(one.loss, 4), fixed(one.val_loss, 4), one.best_epoch === null ? "\u2013" : `${fixed(one.best_val_loss, 4)}, ${whole(one.best_epoch)}${best ? " \u2713 least" : ""}`, score(one.score), score(one.baseline)].map((text) => h("td", { class: "number", text })),
        h("td", { class: "number", title: one.edits.join("\n"), text: String(one.edits.length) }),
      );
    }));
  });
  return made.root;
}

function settingsPanel(): HTMLElement {
  const made = panel("Settings that differ");
  const head = h("tr");
  const body = h("tbody");
  const none = h("p", { class: "tiny muted" });
  made.root.append(none, h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Settings that differ" }, h("table", { class: "lined" }, h("thead", {}, head), body)));
  effect(() => {
    const { lines, settings } = found();
    none.textContent = settings.length ? "" : lines.length < 2 ? "Choose two." : "None: the same rows, network and method.";
    head.replaceChildren(...(settings.length ? ["", ...lines.map((one) => one.label)].map((name) => h("th", { scope: "col", text: name })) : []));
    body.replaceChildren(...settings.map((one) => h("tr", {}, h("th", { scope: "row", text: one.name }), ...one.values.map((text) => h("td", { text })))));
  });
  return made.root;
}
