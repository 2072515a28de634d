// How much is chance: the same training with other seeds, as a band behind the curves.

import * as act from "../actions.ts";
import { button, choice, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import type { Line } from "../draw/curve.ts";
import { fixed, whole } from "../draw/numbers.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";

type Rows = (number | null)[][];

interface Band {
  label: string;
  epochs: number;
  wanted: number;
  curves: Rows[];
}

/** What other seeds came to; null before they were asked for. */
export const band = signal<Band | null>(null);

const COUNTS = ["5", "10", "20"];
const MOST_EPOCHS = 2000;
let turn = 0;

/** The panel that asks for other seeds. */
export function seedsPanel(quantity: () => number): HTMLElement {
  const made = panel("Seeds");
  const count = choice("Seeds", COUNTS, COUNTS[0], () => {}, "row");
  const go = button("Train them", () => void train(Number(count.select.value)), "primary small");
  const drop = button("Drop", forget, "small");
  const words = h("p", { class: "tiny", role: "status" });
  made.root.append(
    h("p", { class: "tiny muted", text: "How much is chance? The same rows, network and method from epoch 0, with other first weights and another order of the rows." }),
    h("div", { class: "row" }, count.root, go, drop), words,
  );
  effect(() => {
    go.disabled = state.phase() !== "ready" || state.liveEpoch() < 1;
    const now = band();
    drop.style.display = now ? "" : "none";
    words.textContent = now ? said(now, quantity()) : "";
  });
  const edits = state.edits.peek().length;
  const here = state.present.peek();
  effect(() => {
    // a band of other settings would lie
    if (state.edits().length !== edits || state.present() !== here) forget();
  });
  return made.root;
}

function forget(): void {
  turn++;
  band.set(null);
}

async function train(many: number): Promise<void> {
  const mine = ++turn;
  const branch = state.present.peek();
  const own = state.network.peek()?.seed ?? 0;
  const epochs = Math.min(MOST_EPOCHS, state.liveEpoch.peek());
  const name = state.branches.peek().find((one) => one.branch === branch)?.name || `branch ${branch}`;
  const curves: Rows[] = [];
  band.set({ label: `seeds of ${name}`, epochs, wanted: many, curves });
  for (let k = 1; k <= many; k++) {
    const answer = await act.ask("compare.seed", { branch, seed: (own + k) % 2 ** 32, epochs });
    if (mine !== turn) return;
    if (!answer) return forget();
    curves.push(answer.curve);
    band.set({ ...band.peek()!, curves: [...curves] });
  }
}

/** Of each epoch the lowest, the middle and the highest value over the seeds. */
export function spread(curves: Rows[], quantity: number): { epoch: number; low: number; middle: number; high: number }[] {
  const at = new Map<number, number[]>();
  for (const row of curves.flat()) {
    const value = row[quantity];
    if (value === null || !Number.isFinite(value)) continue;
    at.set(row[0] as number, [...(at.get(row[0] as number) ?? []), value]);
  }
  return [...at].sort((a, b) => a[0] - b[0]).map(([epoch, values]) => {
    values.sort((a, b) => a - b);
    const half = (values.length - 1) / 2;
    return { epoch, low: values[0], middle: (values[Math.floor(half)] + values[Math.ceil(half)]) / 2, high: values[values.length - 1] };
  });
}

function said(now: Band, quantity: number): string {
  const done = now.curves.length;
  const progress = done < now.wanted ? `${done} of ${now.wanted} trained. ` : `${done} seeds. `;
  const last = spread(now.curves, quantity).at(-1);
  if (!last) return progress;
  const name = ["", "training loss", "held-out loss", "score"][quantity];
  return `${progress}At epoch ${whole(last.epoch)} the ${name} is ${fixed(last.low, 4)} to ${fixed(last.high, 4)}, in the middle ${fixed(last.middle, 4)}.`;
}

/** The band as lines over some epochs: its upper border, its lower, its middle. */
export function bandLines(epochs: Map<number, number>, quantity: number, log: boolean): Line[] {
  const now = band();
  if (!now || !now.curves.length) return [];
  const color = state.theme().muted;
  const line = (key: "low" | "middle" | "high"): (number | null)[] => {
    const values = new Array<number | null>(epochs.size).fill(null);
    for (const one of spread(now.curves, quantity)) {
      if (!log || one[key] > 0) values[epochs.get(one.epoch)!] = one[key];
    }
    return values;
  };
  return [
    { label: `${now.label}, highest`, values: line("high"), color, width: 0, gaps: true, shaded: true },
    { label: `${now.label}, lowest`, values: line("low"), color, width: 0, gaps: true },
    { label: `${now.label}, middle`, values: line("middle"), color, width: 1.4, dash: [2, 2], gaps: true },
  ];
}
