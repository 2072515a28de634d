// Frames to typed arrays, without copies where the bytes lie well.

import { FLAGS, FRAME_VERSION, HEADER_BYTES, SECTION_BYTES, VIEWS } from "./protocol.ts";

export interface Section {
  view: number;
  slot: number;
  shape: number[];
  low: number;
  high: number;
  values: Uint8Array | Int32Array | Float32Array;
}

export interface Frame {
  sequence: number;
  branch: number;
  epoch: number;
  step: number;
  live: number;
  milliseconds: number;
  past: boolean;
  paused: boolean;
  ended: boolean;
  coarser: boolean;
  sections: Section[];
}

export { VIEWS };

/** Decode a frame; an error if these bytes are none. */
export function decode(buffer: ArrayBuffer): Frame {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || view.getUint16(0) !== 0x4e4c || view.getUint8(2) !== FRAME_VERSION) {
    throw new Error("These bytes are no frame.");
  }
  const flags = view.getUint8(3);
  const count = view.getUint16(10, true);
  const sections: Section[] = [];
  let at = HEADER_BYTES;
  for (let k = 0; k < count; k++) {
    const rank = view.getUint8(at + 2);
    const bytes = view.getUint32(at + 20, true);
    const shape = [0, 1, 2].slice(0, rank).map((n) => view.getUint16(at + 4 + 2 * n, true));
    const dtype = view.getUint8(at + 1);
    const from = at + SECTION_BYTES;
    const values = dtype === 0
      ? new Uint8Array(buffer, from, bytes)
      : dtype === 1 ? new Int32Array(buffer, from, bytes / 4) : new Float32Array(buffer, from, bytes / 4);
    sections.push({
      view: view.getUint8(at), slot: view.getUint8(at + 3), shape,
      low: view.getFloat32(at + 12, true), high: view.getFloat32(at + 16, true), values,
    });
    at = from + Math.ceil(bytes / 4) * 4;
  }
  return {
    sequence: view.getUint32(4, true), branch: view.getUint16(8, true),
    epoch: view.getUint32(12, true), step: view.getUint32(16, true),
    milliseconds: view.getUint32(20, true), live: view.getUint32(24, true),
    past: (flags & FLAGS.past) > 0, paused: (flags & FLAGS.paused) > 0,
    ended: (flags & FLAGS.ended) > 0, coarser: (flags & FLAGS.coarser) > 0,
    sections,
  };
}
