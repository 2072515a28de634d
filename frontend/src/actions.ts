// What the page can ask for; a refusal is shown as the engine wrote it.

import type { Answer, Channel } from "./channel/channel.ts";
import type { Edge } from "./draw/places.ts";
import type { Command } from "./protocol.ts";
import * as state from "./state.ts";

let channel: Channel | null = null;

/** Talk to this engine from now on. */
export function use(next: Channel): void {
  channel = next;
}

type Fields<K> = Omit<Extract<Command, { do: K }>, "do">;

/** Send a command; a refusal becomes the sentence under the transport. */
export async function ask<K extends Command["do"]>(command: K, fields: Fields<K>): Promise<any> {
  if (!channel) return null;
  const answer: Answer = await channel.send(command, fields as Record<string, unknown>);
  if (!answer.ok) {
    state.trouble.set(answer.error ?? "The engine refused.");
    return null;
  }
  return answer.value ?? true;
}

/** Send a piece of a file; returns how many bytes wait to leave. */
export function sendPiece(bytes: ArrayBuffer): number {
  return channel?.sendBytes(bytes) ?? 0;
}

/** Run, or pause. */
export async function toggle(): Promise<void> {
  if (state.running()) {
    await ask("train.pause", {});
    return;
  }
  if (state.past.peek() !== null) {
    if (!(await goOnFromHere())) return;
  }
  await ask("train.run", { speed: state.speed.peek() });
}

/** Do one batch or one epoch. */
export async function step(unit: "batch" | "epoch"): Promise<void> {
  if (state.past.peek() !== null) await live();
  await ask("train.step", { unit, count: 1 });
}

/** Begin again with the same first weights. */
export async function reset(): Promise<void> {
  await live();
  await ask("train.reset", {});
}

/** Begin again with other first weights. */
export async function redraw(): Promise<void> {
  await live();
  await ask("weights.draw", { seed: 1 + (state.network.peek()?.seed ?? 0) });
}

let seeking = false;
let wanted: number | null = null;

/** Show an epoch of the past; while one is under way only the last wish counts. */
export async function seek(epoch: number): Promise<void> {
  const newest = state.liveEpoch.peek();
  const target = Math.max(0, Math.round(epoch));
  if (target >= newest) return live();
  state.past.set(target);
  wanted = target;
  if (seeking) return;
  seeking = true;
  try {
    while (wanted !== null) {
      const next: number = wanted;
      wanted = null;
      await ask("time.seek", { branch: state.present.peek(), epoch: next });
    }
  } finally {
    seeking = false;
  }
}

/** Show the present again. */
export async function live(): Promise<void> {
  wanted = null;
  if (state.past.peek() === null) return;
  state.past.set(null);
  await ask("time.live", {});
}

/** Go on from the epoch that is shown, as a branch of its own. */
export async function goOnFromHere(): Promise<boolean> {
  const epoch = state.past.peek();
  if (epoch === null) return true;
  const done = await ask("time.fork", { branch: state.present.peek(), epoch });
  if (done) state.past.set(null);
  return done !== null;
}

let weightTimer = 0;
let weightNext: (() => void) | null = null;
let weightLast = 0;

/** Set a weight; while a hand moves at most 30 times a second, the last value always. */
export async function setWeight(edge: Edge, value: number, done: boolean): Promise<void> {
  const fields = {
    layer: edge.layer, to: edge.to, value, source: edge.from < 0 ? ("bias" as const) : edge.from,
    holds: !done,
  };
  if (state.past.peek() !== null) await goOnFromHere();
  const send = () => {
    weightLast = performance.now();
    weightNext = null;
    void ask("weight.set", fields);
  };
  const wait = 33 - (performance.now() - weightLast);
  window.clearTimeout(weightTimer);
  if (done || wait <= 0) send();
  else {
    weightNext = send;
    weightTimer = window.setTimeout(() => weightNext?.(), wait);
  }
}

/** Change the method while it runs. */
export async function setMethod(fields: Fields<"method.set">): Promise<void> {
  if (state.past.peek() !== null && !(await goOnFromHere())) return;
  await ask("method.set", fields);
}
