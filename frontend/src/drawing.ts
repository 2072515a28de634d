// Frames drawn as they come, each in an animation frame, then the next asked for.

import type { Channel } from "./channel/channel.ts";
import { takeFrame } from "./receive.ts";
import { flush } from "./signals.ts";
import * as state from "./state.ts";

/** What a benchmark and the tests read: how many frames were drawn, and how long each took. */
const counts = { frames: 0, took: [] as number[] };
(globalThis as any).__lab = { counts, state };

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** Draw what a channel brings. */
export function drawFrames(channel: Channel): void {
  let drawn = 0;
  let took = 0;
  channel.onFrame = (bytes) => {
    // a hidden page asks for nothing more until it is seen
    const work = () => {
      const began = performance.now();
      const frame = takeFrame(bytes);
      // the engine paints the next one while this one is drawn
      void channel.send("ack", { sequence: frame.sequence, drawn_ms: Number(took.toFixed(2)) });
      flush();
      counts.frames++;
      took = performance.now() - began;
      counts.took.push(took);
      if (counts.took.length > 600) counts.took.shift();
      drawn = performance.now();
    };
    const wait = reduced.matches ? Math.max(0, 250 - (performance.now() - drawn)) : 0;
    if (wait > 0) window.setTimeout(() => requestAnimationFrame(work), wait);
    else requestAnimationFrame(work);
  };
}
