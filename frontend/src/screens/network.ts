// The network: units that can be added, weights that can be dragged.

import * as act from "../actions.ts";
import { choices, iconButton, panel } from "../controls/forms.ts";
import { firstStop, touchDiagram } from "../controls/weights.ts";
import { h } from "../dom.ts";
import { Diagram } from "../draw/diagram.ts";
import { fieldImage } from "../draw/heatmap.ts";
import { unitName, type Places } from "../draw/places.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";
import { centreOf } from "./answer.ts";
import { watchSize } from "./training.ts";

/** The panel of the network. */
export function networkPanel(): HTMLElement {
  const hint = h("p", { text: "Drag a line up or down to change a weight." });
  const made = panel("Network", [hint, h("span", { class: "grow" }), layerButtons()], "network-panel");
  const diagram = new Diagram();
  const heads = h("div", { class: "layer-heads" });
  const extra = touchDiagram(diagram, {
    set: (edge, value, done) => void act.setWeight(edge, value, done),
    hover: (layer, unit) => state.hovered.set(layer === null || unit === null || layer === 0 ? null : [layer, unit]),
    pick: (layer, unit) => {
      const now = state.picked.peek();
      state.picked.set(layer === 0 || (now && now[0] === layer && now[1] === unit) ? null : [layer, unit]);
    },
    open: (layer, unit) => {
      if (layer === 0) return;
      state.picked.set([layer, unit]);
      state.screen.set("neuron");
    },
    undo: () => void act.ask("edit.undo", {}),
  });
  diagram.root.append(...extra);
  made.root.append(heads, diagram.root);
  const size = signal<[number, number]>([0, 0]);
  watchSize(diagram.root, () => size.set([diagram.root.clientWidth, diagram.root.clientHeight]));
  const built = signal(0);
  effect(() => {
    const arch = state.architecture();
    const [width, height] = size();
    if (!arch || width < 50 || height < 50) return;
    diagram.build(arch, width, height);
    firstStop(diagram);
    layerHeads(heads, diagram.places!);
    const shown = diagram.places!.spots.map((spots) => spots.length);
    if (String(shown) !== String(state.shownUnits.peek())) state.shownUnits.set(shown);
    built.set(built.peek() + 1);
  });
  effect(() => {
    built();
    const now = state.weights();
    if (now) diagram.showWeights(now, state.weightSizes(), state.theme());
  });
  effect(() => {
    built();
    const look = state.theme();
    const answer = state.field.peek();
    const image = answer && !answer.sure
      ? fieldImage(answer.values, answer.side, answer.side, look, 0, 255, (255 * (centreOf(answer) - answer.low)) / (answer.high - answer.low || 1))
      : null;
    diagram.showUnits(state.units(), image, look);
  });
  effect(() => {
    built();
    const now = state.hovered() ?? state.picked();
    diagram.pick(now ? now[0] : null, now ? now[1] : null);
    const arch = state.architecture();
    const spot = state.picked();
    hint.textContent = spot && arch
      ? `${unitName(arch, ...spot)} is picked: see it at Neuron.`
      : "Drag a line up or down to change a weight.";
  });
  return made.root;
}

function layerButtons(): HTMLElement {
  const more = iconButton("plus", "Add a hidden layer", () => {
    const net = state.network.peek();
    if (!net) return;
    const hidden = net.sizes.slice(1, -1);
    if (hidden.length > 0) void act.ask("network.grow", { layer: hidden.length - 1, new: true });
    else void act.ask("network.set", { hidden: [4], activation: ["tanh"] });
  });
  const less = iconButton("minus", "Take the last hidden layer away", () => {
    const net = state.network.peek();
    if (!net || net.sizes.length < 3) return;
    const hidden = net.sizes.slice(1, -2);
    void act.ask("network.set", { hidden, activation: net.activations.slice(0, hidden.length) });
  });
  const count = h("span", { class: "tiny muted" });
  effect(() => {
    const hidden = (state.network()?.sizes.length ?? 2) - 2;
    count.textContent = `${hidden} hidden layer${hidden === 1 ? "" : "s"}`;
    less.disabled = hidden < 1;
  });
  return h("div", { class: "row" }, less, count, more);
}

/** Room that a layer's controls take in one line, in two, and one over the other. */
const SHAPES: [number, string][] = [[204, ""], [100, "stacked"], [40, "tall"], [0, "narrow"]];

function layerHeads(root: HTMLElement, places: Places): void {
  const net = state.network.peek();
  root.replaceChildren();
  if (!net) return;
  const last = net.sizes.length - 1;
  const room = (places.columns[last] - places.columns[0]) / last;
  const [, shape] = SHAPES.find(([least]) => room >= least)!;
  root.className = `layer-heads ${shape}`;
  for (let k = 1; k < last; k++) {
    const x = places.columns[k];
    const activation = h("select", { "aria-label": `Activation of layer ${k}`, class: "small" });
    const names = state.ready.peek()?.activations.map((one) => one.name) ?? [];
    choices(activation, names.includes(net.activations[k - 1]) ? names : [net.activations[k - 1], ...names], net.activations[k - 1]);
    activation.addEventListener("change", () => {
      const all = net.activations.slice(0, -1);
      all[k - 1] = activation.value;
      void act.ask("network.set", { hidden: net.sizes.slice(1, -1), activation: all });
    });
    const less = iconButton("minus", `Take a unit out of layer ${k}`, () => void act.ask("network.shrink", { layer: k - 1, unit: net.sizes[k] - 1 }), "small", 12);
    const more = iconButton("plus", `Add a unit to layer ${k}`, () => void act.ask("network.grow", { layer: k - 1 }), "small", 12);
    less.disabled = net.sizes[k] < 2;
    root.append(h(
      "div", { class: "layer-head", style: { left: `${x}px`, "max-width": `${Math.floor(room) - 6}px` } },
      less, h("b", { text: String(net.sizes[k]) }), more, activation,
    ));
  }
}
