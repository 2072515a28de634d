// What comes from the engine, put where the screens read it.

import { decode, VIEWS, type Frame, type Section } from "./frames.ts";
import { CURVE_FIELDS, INPUTS, type LabEvent } from "./protocol.ts";
import * as state from "./state.ts";

type Records = state.Records;
const FIELDS = ["epoch", "loss", "val", "score", "rate", "gradient"] as const;
const WIDTH = CURVE_FIELDS.length;

/** Take an event. */
export function takeEvent(event: LabEvent): void {
  switch (event.event) {
    case "hello":
      state.version.set(event.neurona);
      if (state.phase.peek() !== "ready") state.phase.set("starting");
      break;
    case "compiling":
      state.compiling.set(event.done < event.of ? event : null);
      break;
    case "ready":
      state.ready.set(event);
      state.compiling.set(null);
      state.phase.set("ready");
      break;
    case "table": {
      const before = state.table.peek();
      if (before?.name !== event.name || before.inputs.length !== event.inputs.length) {
        state.row.set(null);
        state.pins.set({});
        const spans = event.inputs.flatMap((one, k) => (one.numeric && one.used ? [k] : []));
        state.axes.set([spans[0] ?? 0, spans[1] ?? spans[0] ?? 0]);
        forget();
      }
      state.table.set(event);
      break;
    }
    case "targets":
      state.targets.set(event.values.length ? event : null);
      break;
    case "network":
      if (JSON.stringify(state.network.peek()?.sizes) !== JSON.stringify(event.sizes)) {
        state.weights.set(null);
        state.weightSizes.set([]);
        state.units.set([]);
        state.layers.set(null);
        state.picked.set(null);
        state.hovered.set(null);
      }
      state.network.set(event);
      break;
    case "method":
      state.method.set(event);
      break;
    case "status":
      state.status.set(event);
      state.liveEpoch.set(event.epoch);
      break;
    case "branches":
      state.branches.set(event.branches);
      state.present.set(event.present);
      if (state.edits.peek().length > event.edits) state.finding.set(null);
      if (state.edits.peek().length > event.edits) state.edits.set(state.edits.peek().filter((one) => one.n <= event.edits));
      break;
    case "edit":
      state.edits.set([...state.edits.peek().filter((one) => one.n < event.n), event]);
      state.finding.set(null);
      break;
    case "finding":
      state.finding.set(event);
      break;
    case "lesson":
      state.lesson.set(event);
      break;
    case "said":
      state.said.set(event.text);
      break;
    case "gone":
      state.phase.set("gone");
      state.trouble.set([event.why, ...event.lines.slice(-3)].join(" "));
      break;
  }
}

function forget(): void {
  state.field.set(null);
  state.profile.set(null);
  state.predicted.set(null);
  state.confusion.set(null);
  state.residuals.set(null);
}

/** Take a frame; returns what is in its head. */
export function takeFrame(buffer: ArrayBuffer): Frame {
  const frame = decode(buffer);
  for (const section of frame.sections) SECTIONS[section.view]?.(section, frame);
  state.shownEpoch.set(frame.epoch);
  state.shownStep.set(frame.step);
  state.liveEpoch.set(frame.live);
  return frame;
}

const SECTIONS: Record<number, (section: Section, frame: Frame) => void> = {
  [VIEWS.curve]: (section) => {
    const values = section.values as Float32Array;
    state.records.set(joined(section.slot === 1 ? null : state.records.peek(), values));
  },
  [VIEWS.weights]: (section) => {
    if (section.slot === 2) state.weightSizes.set(Array.from(section.values));
    if (section.slot === 0) state.weightSizes.set(state.network.peek()?.sizes ?? []);
    if (section.slot === 0 || section.slot === 3) state.weights.set(section.values as Float32Array);
  },
  [VIEWS.field]: (section, frame) => {
    if (section.slot === 2) {
      state.profile.set({ columns: section.shape[1], values: section.values as Float32Array });
      return;
    }
    const values = section.values as Uint8Array;
    if (section.slot === 1) {
      const before = state.field.peek();
      if (before) state.field.set({ ...before, sure: values });
      return;
    }
    const two = frame.sections.some((one) => one.view === VIEWS.field && one.slot === 1);
    const sure = two ? new Uint8Array(values.length) : null;
    state.field.set({ side: section.shape[0], values, sure, low: section.low, high: section.high });
  },
  [VIEWS.units]: (section) => {
    const all = [...state.units.peek()];
    // the inputs stand before the layers
    const layer = (section.slot & 127) === INPUTS ? 0 : 1 + (section.slot & 127);
    if (section.slot >= 128) {
      if (all[layer]) all[layer] = { ...all[layer]!, spans: section.values as Float32Array };
    } else {
      const spans = all[layer]?.spans ?? null;
      const values = section.values as Uint8Array;
      const line = section.shape[1] === 1;
      all[layer] = line
        ? { side: THUMB, values: silhouettes(values, section.shape[2]), spans }
        : { side: section.shape[1], values, spans };
    }
    state.units.set(all);
  },
  [VIEWS.layers]: (section) => state.layers.set(section.values as Float32Array),
  [VIEWS.points]: (section) => {
    if (section.slot === 0) {
      state.predicted.set({ columns: section.shape[1] ?? 1, values: section.values as Float32Array });
    } else if (section.slot === 1) {
      state.confusion.set({ side: section.shape[0], values: section.values as Int32Array });
    } else if (section.slot === 2) {
      state.residuals.set({ values: section.values as Float32Array, low: section.low, high: section.high });
    }
  },
};

const THUMB = 24;

/** Of answers over one input a picture each: filled under the curve. */
function silhouettes(values: Uint8Array, points: number): Uint8Array {
  const many = values.length / points;
  const out = new Uint8Array(many * THUMB * THUMB);
  for (let u = 0; u < many; u++) {
    for (let c = 0; c < THUMB; c++) {
      const v = values[u * points + Math.round((c / (THUMB - 1)) * (points - 1))];
      for (let r = 0; r < THUMB; r++) out[(u * THUMB + r) * THUMB + c] = (r + 0.5) / THUMB <= v / 255 ? 235 : 128;
    }
  }
  return out;
}

const MOST = 6000;

/** Records with more behind; thinned to every second one when they grow beyond what can be seen. */
function joined(before: Records | null, values: Float32Array): Records {
  const more = values.length / WIDTH;
  const old = before?.length ?? 0;
  let all = before;
  if (!all || old + more > all.epoch.length) {
    const room = Math.max(1024, 2 * (old + more));
    const fresh = { length: old } as Records;
    for (const name of FIELDS) {
      fresh[name] = new Float64Array(room);
      if (before) fresh[name].set(before[name].subarray(0, old));
    }
    all = fresh;
  }
  for (let k = 0; k < more; k++) {
    FIELDS.forEach((name, f) => {
      all![name][old + k] = values[k * WIDTH + f];
    });
  }
  let length = old + more;
  if (length > MOST) {
    let kept = 0;
    // the newest stay as they are
    for (let k = 0; k < length; k++) {
      if (k % 2 === 1 && k < length - 500) continue;
      for (const name of FIELDS) all[name][kept] = all[name][k];
      kept++;
    }
    length = kept;
  }
  return { ...all, length };
}
