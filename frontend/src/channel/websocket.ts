// The one way to the engine: a WebSocket to the server this page came from, opened by a ticket.

import type { Answer, Channel } from "./channel.ts";
import { PROTOCOL } from "../protocol.ts";

const KEY = "neurona-lab-key";

/** Take the ticket out of the address, before anything is drawn. */
export function takeTicket(): string | null {
  const found = /[#&]ticket=([^&]+)/.exec(location.hash);
  if (!found) return null;
  const rest = location.hash.replace(/[#&]ticket=[^&]+/, "").replace(/^[#&]*/, "");
  history.replaceState(null, "", location.pathname + (rest ? `#${rest}` : ""));
  return found[1];
}

/** Connect; comes back by itself with the session's key when the line breaks. */
export function connect(ticket: string | null): Channel {
  let socket: WebSocket;
  let number = 0;
  let tries = 0;
  let over = false;
  let greeted = false;
  const waiting = new Map<number, (answer: Answer) => void>();
  let held: string[] = [];

  const channel: Channel = {
    onEvent: () => {},
    onFrame: () => {},
    onGone: () => {},
    send(command, fields = {}) {
      const id = ++number;
      const text = JSON.stringify({ ...fields, id, do: command });
      return new Promise((resolve) => {
        if (command !== "ack") waiting.set(id, resolve);
        else resolve({ ok: true });
        if (greeted) socket.send(text);
        else if (command !== "ack") held.push(text);
      });
    },
    sendBytes(bytes) {
      socket.send(bytes);
      return socket.bufferedAmount;
    },
  };

  const open = () => {
    greeted = false;
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      const key = ticket ? null : sessionStorage.getItem(KEY);
      if (!ticket && !key) {
        over = true;
        socket.close();
        channel.onGone("This page was opened without its ticket. Open the address that the terminal shows.");
        return;
      }
      const id = ++number;
      waiting.set(id, (answer) => {
        if (answer.ok) return;
        over = true;
        channel.onGone(answer.error ?? "The Lab refused this page.");
      });
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
      socket.send(JSON.stringify({
        id, do: "hello", protocol: PROTOCOL, ...(ticket ? { ticket } : { key }),
        theme: dark ? "dark" : "light", reduced,
      }));
    };
    socket.onmessage = (message) => {
      if (message.data instanceof ArrayBuffer) {
        channel.onFrame(message.data);
        return;
      }
      const data = JSON.parse(message.data);
      if (data.event === "hello") {
        sessionStorage.setItem(KEY, data.key);
        ticket = null;
        tries = 0;
        greeted = true;
        for (const text of held) socket.send(text);
        held = [];
      }
      if (data.event === "gone") over = true;
      if (data.event) channel.onEvent(data);
      else if (data.answer !== undefined) {
        const done = waiting.get(data.answer);
        waiting.delete(data.answer);
        done?.(data);
      }
    };
    socket.onclose = () => {
      for (const done of waiting.values()) done({ ok: false, error: "The line to the engine broke." });
      waiting.clear();
      if (over) return;
      if (++tries > 8) channel.onGone("The Lab has ended. Start it again in the terminal: neurona lab");
      else window.setTimeout(open, Math.min(2000, 100 * 2 ** tries));
    };
  };
  window.setTimeout(open, 0);
  return channel;
}
