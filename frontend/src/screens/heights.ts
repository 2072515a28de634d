// How high each way was: against steps, or against the gradients that were taken, which is what a step costs.

import { choice, iconButton, panel, slider } from "../controls/forms.ts";
import { showTable } from "../controls/dialog.ts";
import { h } from "../dom.ts";
import { Curve, type Line } from "../draw/curve.ts";
import { short, whole } from "../draw/numbers.ts";
import { effect, finallyDo, signal, type Signal } from "../signals.ts";
import * as state from "../state.ts";
import { watchSize } from "./training.ts";

export interface Path { label: string; rate: number | null; points: number[][]; values: number[]; gradients: number[]; diverged: boolean }

export interface Heights { paths: Signal<Path[]>; steps: Signal<number>; played: Signal<number>; mine: () => boolean; color: (k: number) => string }

export const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [12, 4]];
const STEPS = "steps";
const GRADIENTS = "gradients taken";

/** The panel. */
export function heightPanel({ paths, steps, played, mine, color }: Heights): HTMLElement {
  const many = slider({ label: "steps", low: 10, high: 2000, log: true, step: 1, value: steps.peek(), change: (v) => steps.set(Math.round(v)) });
  const against = signal(STEPS);
  const which = choice("against", [STEPS, GRADIENTS], STEPS, (value) => against.set(value), "row");
  const made = panel("Height", [which.root, h("span", { class: "grow" }), iconButton("table", "The heights as a table", numbers)], "height-panel");
  const place = h("div", { role: "img" });
  const plot = new Curve(place, { log: true, xName: "step", yName: "height" });
  const note = h("p", { class: "tiny muted" });
  made.root.append(place, note, many.root);
  finallyDo(() => plot.destroy());
  watchSize(place, () => plot.fit());
  effect(() => {
    const now = paths();
    const fair = !mine() && against() === GRADIENTS;
    const heights = now.map((p) => p.values.map((v) => (Number.isFinite(v) && v > 0 ? Math.max(v, 1e-16) : null)));
    const most = Math.max(0, ...heights.map((all) => all.length));
    const x = fair ? [...new Set(now.flatMap((p) => p.gradients))].sort((a, b) => a - b) : Array.from({ length: most }, (_, k) => k);
    const lines = now.map((p, k): Line => ({
      label: `${k} ${p.label}`, values: fair ? at(x, p.gradients, heights[k]) : heights[k], color: color(k), dash: DASHES[k % 6], gaps: fair,
    }));
    which.root.style.display = mine() ? "none" : "";
    made.title.textContent = mine() ? "Loss against epochs, on your own network" : "Height";
    note.textContent = fair ? "A Jacobian counts as one gradient, a Hessian as one for each of its columns." : "";
    place.setAttribute("aria-label", mine() ? "Loss against epochs" : `Height against ${against()}`);
    plot.show(x, lines, state.theme(), [], !fair && played() < most ? played() : null);
  });
  return made.root;

  function numbers(): void {
    const now = paths.peek();
    const most = Math.max(0, ...now.map((p) => p.values.length));
    const each = Math.max(1, Math.ceil(most / 200));
    const rows: string[][] = [];
    for (let k = 0; k < most; k += each) {
      rows.push([whole(k), ...now.flatMap((p) => [short(p.values[k], 4), ...(mine() ? [] : [whole(p.gradients[k])])])]);
    }
    showTable("Heights", ["step", ...now.flatMap((p) => [p.label, ...(mine() ? [] : ["gradients"])])], rows);
  }
}

/** Heights at the places of x where a way has one; a way that is at its end stays there. */
function at(x: number[], gradients: number[], heights: (number | null)[]): (number | null)[] {
  const known = new Map(gradients.map((count, k) => [count, heights[k]]));
  return x.map((count) => known.get(count) ?? null);
}
