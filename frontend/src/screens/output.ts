// Which of several targets is shown, where each has an answer of its own: quantities, labels, an autoencoder.

import { choices } from "../controls/forms.ts";
import { h } from "../dom.ts";
import type { Dots } from "../draw/field.ts";
import { effect } from "../signals.ts";
import * as state from "../state.ts";

/** How many targets there are to choose from; classes share one picture. */
export function targetCount(): number {
  const data = state.table();
  return data && data.classes.length === 0 ? data.targets.length : 1;
}

/** A list of the targets, not there if there is one. */
export function outputChoice(): HTMLSelectElement {
  const list = h("select", { "aria-label": "Target shown", class: "small" });
  list.addEventListener("change", () => state.output.set(Number(list.value)));
  effect(() => {
    const many = targetCount();
    list.style.display = many > 1 ? "" : "none";
    if (state.output() >= many) state.output.set(0);
    const names = (state.table()?.targets ?? []).map((label, k) => ({ value: String(k), label }));
    choices(list, names, String(state.output()));
  });
  return list;
}

/** The truth of the shown rows for the target that is shown, and its range; null for a single target. */
export function truthShown(): { values: number[]; low: number; high: number } | null {
  const all = state.targets();
  const now = state.output();
  if (!all || targetCount() < 2 || now >= all.low.length) return null;
  return { values: all.values.map((row) => row[now]), low: all.low[now], high: all.high[now] };
}

/** Dots toned by the target that is shown; of a label those that have it are marked as a class is. */
export function tonedDots(dots: Dots | null): Dots | null {
  const truth = truthShown();
  if (!dots || !truth) return dots;
  if (state.table()?.task === "multilabel") return { ...dots, tone: truth.values, classes: 2 };
  const span = truth.high - truth.low || 1;
  return { ...dots, tone: truth.values.map((value) => (value - truth.low) / span) };
}

/** R² on the shown rows, of all targets on average; NaN where it cannot be said. */
export function ownScore(): number {
  const data = state.table();
  const said = state.predicted();
  if (!data || !said || data.score_name === "accuracy") return NaN;
  const all = state.targets();
  const many = all ? all.low.length : 1;
  const truth = (row: number, k: number) => (all ? all.values[row][k] : data.points[row][data.points[row].length - 1]);
  const rows = Math.min(data.points.length, said.values.length / said.columns);
  let score = 0;
  for (let k = 0; k < many; k++) {
    let [sum, squares, errors] = [0, 0, 0];
    for (let row = 0; row < rows; row++) sum += truth(row, k);
    for (let row = 0; row < rows; row++) {
      squares += (truth(row, k) - sum / rows) ** 2;
      errors += (truth(row, k) - said.values[row * said.columns + k]) ** 2;
    }
    score += (1 - errors / squares) / many;
  }
  return score;
}
