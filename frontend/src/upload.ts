// A file of one's own rows on its way to the engine: pieces through the one channel, and the way they went.

import * as act from "./actions.ts";
import { PIECE } from "./protocol.ts";
import { signal } from "./signals.ts";
import * as state from "./state.ts";

const LARGEST = 200_000_000;
/** How much may wait in the socket before the next piece is read. */
const WAITING = 4 * PIECE;

/** The file that is on its way, and the share of it that is there. */
export const underWay = signal<{ name: string; share: number } | null>(null);

/** Hand a file over and train on it; resolves to whether that came about. */
export async function useFile(file: File): Promise<boolean> {
  if (underWay.peek()) return false;
  if (file.size === 0 || file.size > LARGEST) {
    state.trouble.set(file.size ? `${file.name} has ${Math.ceil(file.size / 1e6)} MB; a file may have ${LARGEST / 1e6}. The command neurona train takes more.` : `${file.name} is empty.`);
    return false;
  }
  state.trouble.set(null);
  underWay.set({ name: file.name, share: 0 });
  try {
    if (!(await act.ask("upload.begin", { name: file.name, bytes: file.size }))) return false;
    for (let at = 0; at < file.size; at += PIECE) {
      const waiting = act.sendPiece(await file.slice(at, at + PIECE).arrayBuffer());
      underWay.set({ name: file.name, share: Math.min(1, (at + PIECE) / file.size) });
      if (waiting > WAITING) await new Promise((go) => window.setTimeout(go, 20));
    }
    const kept = await act.ask("upload.end", {});
    if (!kept) return false;
    state.past.set(null);
    return (await act.ask("table.file", { name: kept.name, sha256: kept.sha256 })) !== null;
  } catch (error) {
    state.trouble.set(`${file.name} cannot be read: ${String(error)}`);
    return false;
  } finally {
    underWay.set(null);
  }
}

/** Whether a file, not text or a picture of the page, is being dragged. */
function hasFile(event: DragEvent): boolean {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

/** Take a file that is dropped anywhere on the page. */
export function listenToDrops(): void {
  let depth = 0;
  const mark = (over: boolean) => document.body.classList.toggle("dropping", over);
  document.addEventListener("dragenter", (event) => {
    if (!hasFile(event)) return;
    depth++;
    mark(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (hasFile(event) && --depth <= 0) mark(false);
  });
  document.addEventListener("dragover", (event) => {
    if (hasFile(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    depth = 0;
    mark(false);
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    state.screen.set("data");
    void useFile(file);
  });
}
