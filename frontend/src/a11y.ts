// Keys that work everywhere, and the one place that speaks.

import * as act from "./actions.ts";
import { ask } from "./controls/dialog.ts";
import { parse } from "./controls/forms.ts";
import { h, say } from "./dom.ts";
import { fixed } from "./draw/numbers.ts";
import { place } from "./place.ts";
import { effect } from "./signals.ts";
import * as state from "./state.ts";

const KEYS: [string, string][] = [
  ["Space", "run or pause"], [".", "one batch"], ["]", "one epoch"], [", or [", "one epoch back"],
  ["Home", "the first epoch"], ["End", "the present"], ["g", "go to an epoch"], ["z", "take the last change back"], ["?", "this list"],
];

/** Show what the keys do, and let them be switched off. */
export function showKeys(): void {
  const body = h("tbody", {}, ...KEYS.map(([key, what]) => h("tr", {}, h("td", {}, h("kbd", { text: key })), h("td", { text: what }))));
  const box = h("input", { type: "checkbox", on: { change: () => state.shortcuts.set(box.checked) } });
  box.checked = state.shortcuts();
  const network = "In the network: arrows walk the units, Enter goes into a unit's weights, where up and down change one "
    + "(with Shift more), left and right go to the next, Enter types a number, Escape leaves. A line may be dragged up and down.";
  void ask("Keys", [
    h("table", { class: "lined" }, body),
    h("p", { class: "muted", text: network, style: { margin: "0.75rem 0" } }),
    h("label", { class: "check" }, box, "Keys of one letter work"),
  ], "Close", "");
}

/** Ask for an epoch, and show it. */
function goTo(): void {
  const input = h("input", { type: "text", inputmode: "numeric", "aria-label": `Epoch, 0 to ${state.liveEpoch.peek()}` });
  input.value = String(state.shownEpoch.peek());
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    input.closest("dialog")?.querySelector<HTMLButtonElement>(".primary")?.click();
  });
  void ask("Go to epoch", [input], "Go").then((yes) => {
    const epoch = parse(input.value);
    if (yes && epoch !== null) void act.seek(Math.max(0, Math.min(state.liveEpoch.peek(), Math.round(epoch))));
  });
  input.select();
}

/** Listen to keys, but not inside fields. */
export function listen(): void {
  (place.inside as Document).addEventListener("keydown", (event) => {
    if (!state.shortcuts() || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, select, textarea, dialog, [role=slider], [role=tablist]")) return;
    if (event.key === " " && target.closest("button, summary, [role=button]")) return;
    const epoch = state.shownEpoch.peek();
    const done: Record<string, () => void> = {
      " ": () => void act.toggle(), ".": () => void act.step("batch"), "]": () => void act.step("epoch"),
      ",": () => void act.seek(epoch - 1), "[": () => void act.seek(epoch - 1),
      Home: () => void act.seek(0), End: () => void act.live(), z: () => void act.ask("edit.undo", {}), g: goTo, "?": showKeys,
    };
    const work = done[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  });
}

/** A polite live region: at most one sentence in three seconds. */
export function voice(): HTMLElement {
  const region = h("div", { class: "hidden-text", role: "status", "aria-live": "polite" });
  let last = 0;
  let timer = 0;
  const speak = (text: string) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      last = performance.now();
      say(region, text);
    }, Math.max(0, 3000 - (performance.now() - last)));
  };
  effect(() => {
    if (state.said()) speak(state.said());
  });
  effect(() => {
    const going = state.running();
    const all = state.records.peek();
    if (state.phase.peek() !== "ready") return;
    const loss = all && all.length ? `, loss ${fixed(all.loss[all.length - 1])}` : "";
    speak(`${going ? "Running" : "Paused"} at epoch ${state.liveEpoch.peek()}${loss}.`);
  });
  return region;
}
