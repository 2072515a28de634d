// Where the units of a network stand, and where each weight lies in the list of parameters.

export interface Architecture {
  sizes: number[];
  activations: string[];
  inputs: string[];
  outputs: string[];
}

export interface Spot {
  layer: number;
  unit: number;
  x: number;
  y: number;
}

export interface Edge {
  /** The layer that the weight belongs to: 0 is the first with weights. */
  layer: number;
  from: number;
  to: number;
}

export interface Places {
  spots: Spot[][];
  side: number;
  /** Where each layer's column has its middle. */
  columns: number[];
  /** Room for a name before the first column, and behind the last. */
  rooms: [number, number];
  /** How many units of each layer do not fit. */
  hidden: number[];
}

const GAP = 7;

/** Lay the units out in columns; `names` are how wide the longest names of inputs and outputs are. */
export function placesOf(sizes: number[], width: number, height: number, names: [number, number]): Places {
  const [left, right] = names.map((wide) => Math.min(wide + BESIDE, Math.max(LEAST, width * MOST_SHARE)));
  const most = Math.max(3, Math.floor((height + GAP) / (24 + GAP)));
  const shown = sizes.map((n) => (n > most ? most - 1 : n));
  const tallest = Math.max(...sizes.map((n) => Math.min(n, most)));
  const side = Math.max(18, Math.min(46, Math.floor((height + GAP) / tallest) - GAP));
  const gap = Math.min(20, tallest > 1 ? (height - tallest * side) / (tallest - 1) : 0);
  const margin = side / 2 + 4;
  const columns = sizes.map((_, layer) => {
    const part = sizes.length > 1 ? layer / (sizes.length - 1) : 0.5;
    return margin + left + part * (width - 2 * margin - left - right);
  });
  const spots = shown.map((n, layer) => {
    const x = columns[layer];
    const rows = n + (sizes[layer] > n ? 1 : 0);
    const top = (height - rows * side - (rows - 1) * gap) / 2 + side / 2;
    return Array.from({ length: n }, (_, unit) => ({ layer, unit, x, y: top + unit * (side + gap) }));
  });
  return { spots, side, columns, rooms: [left - BESIDE, right - BESIDE], hidden: sizes.map((n, k) => n - shown[k]) };
}

/** Beside the first and the last column names have so much room at least, and this share of the width at most. */
const LEAST = 56;
const MOST_SHARE = 0.18;
/** Between a unit and its name, and between the name and the border. */
const BESIDE = 8;

/** Where the weights and biases of each layer begin in the list of parameters. */
export function offsets(sizes: number[]): { weights: number[]; biases: number[]; total: number } {
  const weights: number[] = [];
  const biases: number[] = [];
  let at = 0;
  for (let k = 0; k + 1 < sizes.length; k++) {
    weights.push(at);
    at += sizes[k] * sizes[k + 1];
  }
  for (let k = 0; k + 1 < sizes.length; k++) {
    biases.push(at);
    at += sizes[k + 1];
  }
  return { weights, biases, total: at };
}

/** The place of a weight, or of a bias if `from` is -1. */
export function parameterAt(sizes: number[], edge: Edge): number {
  const where = offsets(sizes);
  return edge.from < 0
    ? where.biases[edge.layer] + edge.to
    : where.weights[edge.layer] + edge.from * sizes[edge.layer + 1] + edge.to;
}

/** The name of a unit for people. */
export function unitName(arch: Architecture, layer: number, unit: number): string {
  const last = arch.sizes.length - 1;
  if (layer === 0) return arch.inputs[unit] ?? `input ${unit + 1}`;
  if (layer === last) {
    return arch.outputs[unit] ? `output ${arch.outputs[unit]}` : `output ${unit + 1}`;
  }
  return `unit ${unit + 1} of layer ${layer}`;
}

/** The name of a weight for people. */
export function edgeName(arch: Architecture, edge: Edge): string {
  const to = unitName(arch, edge.layer + 1, edge.to);
  return edge.from < 0
    ? `bias of ${to}`
    : `weight ${unitName(arch, edge.layer, edge.from)} to ${to}`;
}
