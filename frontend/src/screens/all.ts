// Every screen: its name, the views that it wants, and what makes it.

import type { Look } from "../protocol.ts";
import { compareScreen } from "./compare.ts";
import { dataScreen } from "./data.ts";
import { exportScreen } from "./export.ts";
import { lessonsScreen } from "./lessons.ts";
import { neuronScreen } from "./neuron.ts";
import { optimizersScreen } from "./optimizers.ts";
import { targetCount } from "./output.ts";
import { trainingScreen } from "./training.ts";
import * as state from "../state.ts";

type Views = Look["views"];

export interface Screen {
  title: string;
  look: () => Views;
  make: () => HTMLElement;
}

/** How the answer is wanted: over which inputs, where the others stand, of which output. */
function plane() {
  const data = state.table();
  const many = data?.inputs.length ?? 0;
  const axes = many >= 2 ? { axes: [...state.axes()] } : {};
  const pins = Object.keys(state.pins()).length ? { pins: state.pins() } : {};
  const output = targetCount() > 1 ? { output: state.output() } : {};
  return { ...axes, ...pins, ...output };
}

/** Which units are looked at: those that are drawn, and the one that is picked. */
function shown() {
  const all = [...state.shownUnits()];
  const spot = state.picked();
  if (all.length && spot) all[spot[0]] = Math.max(all[spot[0]] ?? 0, spot[1] + 1);
  return all.length ? { shown: all } : {};
}

/** The picked unit's layer alone. */
function picked() {
  const [layer, unit] = state.picked() ?? [1, 0];
  const sizes = state.network()?.sizes ?? [];
  return { layer: layer - 1, shown: sizes.map((_, k) => (k === layer ? unit + 1 : 0)) };
}

const few = (): Views => ({ curve: { rate: 10 } });
const all = (): Views => ({
  curve: { rate: 30 }, weights: { rate: 15, ...shown() }, field: { grid: 100, rate: 30, ...plane() },
  units: { grid: 24, rate: 10, ...plane(), ...shown() }, layers: { rate: 5 }, points: { rate: 5 },
});

export const SCREENS: Record<string, Screen> = {
  training: { title: "Training", look: all, make: trainingScreen },
  data: { title: "Data", look: () => ({ curve: { rate: 10 }, field: { grid: 64, rate: 15, ...plane() } }), make: dataScreen },
  neuron: { title: "Neuron", look: () => ({ ...few(), weights: { rate: 10 }, units: { grid: 24, rate: 10, ...plane(), ...picked() }, field: { grid: 50, rate: 10, ...plane() } }), make: neuronScreen },
  optimizers: { title: "Optimizers", look: few, make: optimizersScreen },
  compare: { title: "Compare", look: few, make: compareScreen },
  export: { title: "Take out", look: few, make: exportScreen },
  lessons: { title: "Lessons", look: few, make: lessonsScreen },
};
