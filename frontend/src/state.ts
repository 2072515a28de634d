// What the page knows: one signal each, written by the channel, read by the screens.

import { computed, signal } from "./signals.ts";
import { readTheme, type Theme } from "./draw/palette.ts";
import type { Architecture } from "./draw/places.ts";
import type {
  BranchShown, Compiling, EditShown, FindingShown, LessonShown, MethodShown, NetworkShown, Ready, Status, TableShown,
  TargetsShown,
} from "./protocol.ts";

/** All records of a branch, in columns that grow. */
export interface Records {
  epoch: Float64Array;
  loss: Float64Array;
  val: Float64Array;
  score: Float64Array;
  rate: Float64Array;
  gradient: Float64Array;
  length: number;
}

export interface Grid {
  side: number;
  values: Uint8Array;
  sure: Uint8Array | null;
  low: number;
  high: number;
}

/** What the units of one layer answer; of the inputs, what they are. */
export interface LayerThumbs {
  side: number;
  values: Uint8Array;
  spans: Float32Array | null;
}

export type Phase = "connecting" | "starting" | "ready" | "gone";

export const phase = signal<Phase>("connecting");
export const compiling = signal<Compiling | null>(null);
/** A sentence about what went wrong last, until it is closed. */
export const trouble = signal<string | null>(null);
export const version = signal("");
export const ready = signal<Ready | null>(null);

export const table = signal<TableShown | null>(null);
/** Of several targets the truth of the shown rows. */
export const targets = signal<TargetsShown | null>(null);
export const network = signal<NetworkShown | null>(null);
export const method = signal<MethodShown | null>(null);
export const status = signal<Status | null>(null);
export const edits = signal<EditShown[]>([]);
export const branches = signal<BranchShown[]>([]);
export const present = signal(0);
/** What is wrong with the training, until something is changed or it is closed. */
export const finding = signal<FindingShown | null>(null);
export const lesson = signal<LessonShown | null>(null);

export const shownEpoch = signal(0);
export const shownStep = signal(0);
export const liveEpoch = signal(0);
/** The moment that somebody looks at, null for the present. */
export const past = signal<number | null>(null);
/** Epochs a second that somebody asked for, 0 for all there are. */
export const speed = signal(0);

export const records = signal<Records | null>(null);
export const weights = signal<Float32Array | null>(null);
/** The sizes of the network that these are the weights of: all of it, or the part that is shown. */
export const weightSizes = signal<number[]>([]);
/** How many units of each layer are shown, the inputs first. */
export const shownUnits = signal<number[]>([]);
export const field = signal<Grid | null>(null);
/** The answer over one input: x, then the outputs, by rows. */
export const profile = signal<{ columns: number; values: Float32Array } | null>(null);
/** By layers, the inputs first. */
export const units = signal<(LayerThumbs | null)[]>([]);
export const layers = signal<Float32Array | null>(null);
export const predicted = signal<{ columns: number; values: Float32Array } | null>(null);
export const confusion = signal<{ side: number; values: Int32Array } | null>(null);
export const residuals = signal<{ values: Float32Array; low: number; high: number } | null>(null);

export const screen = signal("training");
export const picked = signal<[number, number] | null>(null);
export const hovered = signal<[number, number] | null>(null);
/** The row looked at: its place among the shown points. */
export const row = signal<number | null>(null);
export const axes = signal<[number, number]>([0, 1]);
export const pins = signal<Record<string, number | string>>({});
export const output = signal(0);
/** What a click on the answer at Data does: adds a row of a class, or erases; null picks. */
export const brush = signal<string | null>(null);
export const said = signal("");
export const theme = signal<Theme>(readTheme());
export const shortcuts = signal(true);

export const running = computed(() => status()?.state === "running");
/** The inputs that can span a picture: those that are numbers, and that the network sees. */
export const spans = computed(() => (table()?.inputs ?? []).flatMap((one, k) => (one.numeric && one.used ? [k] : [])));
/** Where the target stands in a shown row: no more than twelve inputs are sent. */
export const targetAt = computed(() => Math.min(12, table()?.inputs.length ?? 0));
export const isClasses = computed(() => (table()?.classes.length ?? 0) > 0);

/** The network as it is drawn: sizes, and names of the inputs and outputs. */
export const architecture = computed<Architecture | null>(() => {
  const net = network();
  const data = table();
  if (!net || !data) return null;
  const outputs = net.sizes[net.sizes.length - 1];
  const names = data.classes.length === outputs ? data.classes
    : data.classes.length === 2 ? [data.classes[1]] : data.targets.slice(0, outputs);
  return { sizes: net.sizes, activations: net.activations, inputs: net.inputs, outputs: names };
});

/** The last record at or before an epoch; -1 if there is none. */
export function recordAt(all: Records | null, epoch: number): number {
  if (!all) return -1;
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all.epoch[middle] <= epoch) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
