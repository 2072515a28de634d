// The network: units with what each answers over the plane, weights as lines of their width and sign.
// Elements are made once per architecture; afterwards only their attributes change.

import { h, s, say, set, sharp } from "../dom.ts";
import { fieldImage, place } from "./heatmap.ts";
import { signed } from "./numbers.ts";
import type { Theme } from "./palette.ts";
import { edgeName, parameterAt, placesOf, unitName, type Architecture, type Edge, type Places } from "./places.ts";
import { shortened, widthOf } from "./words.ts";

const NAME_FONT = "550 12px system-ui, sans-serif";

/** What the units of a layer answer: bytes by units, rows, columns; and the lowest and highest of each. */
export interface Thumbs {
  side: number;
  values: Uint8Array;
  spans: Float32Array | null;
}

interface EdgeParts {
  edge: Edge;
  line: SVGElement;
  hit: SVGElement;
}

export class Diagram {
  readonly root: HTMLElement;
  readonly svg: SVGSVGElement;
  arch: Architecture | null = null;
  places: Places | null = null;
  edges: EdgeParts[] = [];
  nodes: SVGGElement[][] = [];
  biases = new Map<string, SVGElement>();
  private readonly canvas = h("canvas", { "aria-hidden": "true" });
  private size: [number, number] = [0, 0];
  private briefs: string[] = [];
  private weights: ArrayLike<number> | null = null;
  private sizes: number[] = [];
  private told = -1e9;
  private marks: SVGGElement = s("g");

  constructor() {
    this.svg = s("svg", { class: "diagram-lines", role: "group", "aria-label": "Network" });
    this.root = h("div", { class: "diagram" }, this.canvas, this.svg);
  }

  /** Make the elements of an architecture at a size. */
  build(arch: Architecture, width: number, height: number): void {
    this.arch = arch;
    this.size = [width, height];
    const [inputs, outputs] = [briefly(arch.inputs), arch.outputs];
    const places = placesOf(arch.sizes, width, height, [widest(inputs), widest(outputs)]);
    this.briefs = inputs;
    this.places = places;
    const group = { edges: s("g"), hits: s("g"), nodes: s("g") };
    this.marks = s("g");
    this.edges = [];
    this.nodes = [];
    this.biases.clear();
    for (let layer = 0; layer + 1 < arch.sizes.length; layer++) {
      for (const from of places.spots[layer]) {
        for (const to of places.spots[layer + 1]) {
          const edge = { layer, from: from.unit, to: to.unit };
          const x0 = from.x + places.side / 2 + (layer === 0 ? 2 : 0);
          const x1 = to.x - places.side / 2;
          const bend = (x1 - x0) * 0.42;
          const d = `M${x0} ${from.y}C${x0 + bend} ${from.y} ${x1 - bend} ${to.y} ${x1} ${to.y}`;
          // thin and grey until the weights are known
          const line = s("path", { d, class: "edge", stroke: "var(--edge)", "stroke-opacity": 0.35 });
          const hit = s("path", {
            d, class: "edge-hit", role: "slider", tabindex: -1,
            "aria-label": edgeName(arch, edge), "aria-valuemin": -10, "aria-valuemax": 10, "aria-valuenow": 0,
          });
          group.edges.append(line);
          group.hits.append(hit);
          this.edges.push({ edge, line, hit });
        }
      }
    }
    places.spots.forEach((spots, layer) => {
      this.nodes.push(spots.map((spot) => this.node(arch, layer, spot.unit, spot.x, spot.y, group.nodes)));
      const last = spots[spots.length - 1];
      if (places.hidden[layer] > 0) {
        const y = last.y + places.side;
        group.nodes.append(
          s("text", { x: last.x, y, class: "more", "text-anchor": "middle", text: `+${places.hidden[layer]}` }),
        );
      }
    });
    this.svg.replaceChildren(group.edges, group.hits, group.nodes, this.marks);
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    this.weights = null;
    this.told = -1e9;
  }

  private node(
    arch: Architecture, layer: number, unit: number, x: number, y: number, parent: SVGElement,
  ): SVGGElement {
    const side = this.places!.side;
    const last = arch.sizes.length - 1;
    const name = unitName(arch, layer, unit);
    const group = s("g", {
      class: `node${layer === 0 ? " input" : layer === last ? " output" : ""}`,
      role: "button", tabindex: -1, "aria-label": name, transform: `translate(${x} ${y})`,
    });
    group.append(
      s("rect", { class: "node-box", x: -side / 2, y: -side / 2, width: side, height: side, rx: 7 }),
    );
    if (layer > 0) {
      const box = s("rect", {
        class: "bias", role: "slider", tabindex: -1, "aria-valuemin": -10, "aria-valuemax": 10, "aria-valuenow": 0,
        "aria-label": edgeName(arch, { layer: layer - 1, from: -1, to: unit }),
        x: x - side / 2 - 4, y: y + side / 2 - 7, width: 9, height: 9, rx: 2.5,
      });
      this.marks.append(box);
      this.biases.set(`${layer - 1}/${unit}`, box);
    }
    group.append(s("title", { text: name }));
    const [before, behind] = this.places!.rooms;
    if (layer === 0) group.append(caption(this.briefs[unit] ?? name, -side / 2 - 6, "end", before));
    if (layer === last) group.append(caption(arch.outputs[unit] ?? "answer", side / 2 + 7, "start", behind));
    parent.append(group);
    return group;
  }

  /** Show these weights, of a network of `sizes`, whose units come first: width by size, color and dash by sign. */
  showWeights(weights: ArrayLike<number>, sizes: number[], theme: Theme): void {
    if (!this.arch) return;
    this.weights = weights;
    this.sizes = sizes;
    // readers of the screen are told of all weights once a second, of the one in focus always
    const all = performance.now() - this.told > 1000;
    if (all) this.told = performance.now();
    for (const { edge, line, hit } of this.edges) {
      const value = weights[parameterAt(sizes, edge)];
      if (!(edge.from < sizes[edge.layer] && edge.to < sizes[edge.layer + 1])) continue;
      const size = Math.min(1, Math.abs(value) / 4);
      set(line, {
        "stroke-width": (0.6 + 6.4 * Math.sqrt(size) * Math.min(1, 0.35 + size)).toFixed(1),
        stroke: value < 0 ? theme.negative : theme.positive,
        "stroke-opacity": (0.16 + 0.74 * Math.sqrt(size)).toFixed(2),
        "stroke-dasharray": value < 0 ? "7 3" : null,
      });
      if (all || hit.getAttribute("tabindex") === "0") speak(hit, value);
    }
    for (const [key, box] of this.biases) {
      const [layer, to] = key.split("/").map(Number);
      const value = weights[parameterAt(sizes, { layer, from: -1, to })];
      if (all || box.getAttribute("tabindex") === "0") speak(box, value);
      set(box, {
        fill: value < 0 ? theme.negative : theme.positive,
        "fill-opacity": Math.min(1, 0.25 + Math.abs(value) / 2).toFixed(2),
      });
    }
  }

  /** The value that a weight shows now. */
  valueOf(edge: Edge): number {
    return this.weights ? (this.weights[parameterAt(this.sizes, edge)] ?? 0) : 0;
  }

  /** Tell a reader of the screen the value of a weight. */
  speakWeight(element: Element, edge: Edge): void {
    speak(element, this.valueOf(edge));
  }

  /** Draw what each unit answers; of the outputs the whole answer, where there is a picture of it. */
  showUnits(thumbs: (Thumbs | null)[], answer: ImageData | null, theme: Theme): void {
    if (!this.arch || !this.places) return;
    const context = sharp(this.canvas, this.size[0], this.size[1]);
    context.clearRect(0, 0, this.size[0], this.size[1]);
    const side = this.places.side;
    this.places.spots.forEach((spots, layer) => {
      for (const { unit, x, y } of spots) {
        const image = this.thumb(thumbs, answer, layer, unit, theme);
        const [left, top] = [x - side / 2, y - side / 2];
        context.save();
        context.beginPath();
        context.roundRect(left, top, side, side, 7);
        context.clip();
        context.fillStyle = theme.well;
        context.fillRect(left, top, side, side);
        if (image) place(context, image, left, top, side, side);
        context.restore();
      }
    });
  }

  private thumb(
    thumbs: (Thumbs | null)[], answer: ImageData | null, layer: number, unit: number, theme: Theme,
  ): ImageData | null {
    const found = thumbs[layer];
    if (!found) return this.isOutput(layer) && this.arch!.sizes[layer] === 1 ? answer : null;
    const n = found.side;
    const values = found.values.subarray(unit * n * n, (unit + 1) * n * n);
    if (values.length < n * n) return null;
    const low = found.spans?.[2 * unit] ?? -1;
    const high = found.spans?.[2 * unit + 1] ?? 1;
    const zero = low < 0 && high > 0 ? (-255 * low) / (high - low) : 127.5;
    return fieldImage(values, n, n, theme, 0, 255, zero);
  }

  private isOutput(layer: number): boolean {
    return layer === this.arch!.sizes.length - 1;
  }

  /** Mark one unit, and the weights that lead to it. */
  pick(layer: number | null, unit: number | null): void {
    this.nodes.forEach((nodes, k) => nodes.forEach((node, j) => {
      node.classList.toggle("picked", k === layer && j === unit);
    }));
    for (const { edge, line } of this.edges) {
      const mine = layer === null || (edge.layer === layer - 1 && edge.to === unit);
      line.classList.toggle("faded", !mine && layer !== 0);
    }
  }
}

function caption(text: string, x: number, anchor: string, room: number): SVGElement {
  return s("text", { x, y: 4, class: "node-name", "text-anchor": anchor, text: shortened(text, room, NAME_FONT) });
}

function widest(names: string[]): number {
  return Math.max(0, ...names.map((name) => widthOf(name, NAME_FONT)));
}

/** Names of inputs, of those that a column became without the column's: it stands above them. */
function briefly(names: string[]): string[] {
  let column = "";
  return names.map((name) => {
    if (column && name.startsWith(`${column} `)) return name.slice(column.length + 1).replace(/^from (.*) to /, "$1\u2013");
    column = name.includes(" = ") ? "" : name;
    return name.includes(" = ") ? name.slice(name.indexOf(" = ") + 1) : name;
  });
}

function speak(element: Element, value: number): void {
  set(element, {
    "aria-valuenow": value.toFixed(3),
    "aria-valuetext": signed(value, 3),
  });
}

/** Put text beside a pointer. */
export function bubble(element: HTMLElement, text: string, x: number, y: number): void {
  say(element, text);
  element.style.transform = `translate(${x}px, ${y}px)`;
  element.hidden = false;
}
