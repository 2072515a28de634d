// The way to the engine through a notebook: messages of a widget, which its kernel hands on.

import type { Answer, Channel } from "./channel.ts";
import { PROTOCOL } from "../protocol.ts";

/** What a notebook gives a widget to talk with. */
export interface Model {
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: string, work: (...given: any[]) => void): void;
}

/** Talk through a widget's model. */
export function overComm(model: Model): Channel {
  let number = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  const channel: Channel = {
    onEvent: () => {},
    onFrame: () => {},
    onGone: () => {},
    send(command, fields = {}) {
      const id = ++number;
      model.send({ text: JSON.stringify({ ...fields, id, do: command }) });
      return new Promise((resolve) => {
        if (command === "ack") resolve({ ok: true });
        else waiting.set(id, resolve);
      });
    },
    sendBytes(bytes) {
      model.send({ piece: true }, undefined, [bytes]);
      return 0;
    },
  };
  model.on("msg:custom", (content: { text?: string; frame?: boolean }, buffers: DataView[] = []) => {
    if (content.frame) {
      const { buffer, byteOffset, byteLength } = buffers[0];
      channel.onFrame((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
      return;
    }
    const data = JSON.parse(content.text ?? "{}");
    if (data.event) channel.onEvent(data);
    else if (data.answer !== undefined) {
      waiting.get(data.answer)?.(data);
      waiting.delete(data.answer);
    }
  });
  void channel.send("hello", { protocol: PROTOCOL }).then((answer) => {
    if (!answer.ok) channel.onGone(answer.error ?? "The kernel refused this page.");
  });
  return channel;
}
