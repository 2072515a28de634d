// Training: the network, its answer, the curve, and what goes on inside, at one moment.

import * as act from "../actions.ts";
import { button, iconButton, panel } from "../controls/forms.ts";
import { showTable } from "../controls/dialog.ts";
import { h } from "../dom.ts";
import { Curve, type Flag, type Line } from "../draw/curve.ts";
import { fixed, short, whole } from "../draw/numbers.ts";
import { effect, finallyDo, signal } from "../signals.ts";
import * as state from "../state.ts";
import { answerPanel } from "./answer.ts";
import { insidePanel, scorePanel } from "./inside.ts";
import { lessonStrip } from "./lessons.ts";
import { methodPanel } from "./method.ts";
import { networkPanel } from "./network.ts";

/** The screen. */
export function trainingScreen(): HTMLElement {
  return h(
    "div", {}, lessonStrip(),
    h("div", { class: "training" }, networkPanel(), curvePanel(), insidePanel(), h("div", { class: "stack side" }, answerPanel(), scorePanel()), methodPanel()),
  );
}

/** Watch an element's size; the callback also comes once at the beginning. */
export function watchSize(element: Element, work: () => void): void {
  const watcher = new ResizeObserver(work);
  watcher.observe(element);
  finallyDo(() => watcher.disconnect());
}

function curvePanel(): HTMLElement {
  const log = signal(true);
  const scale = button("log", () => log.set(!log.peek()), "small");
  scale.title = "Powers of ten, or even steps";
  effect(() => scale.setAttribute("aria-pressed", String(log())));
  const keys = h("span", { class: "row tiny" });
  const made = panel("Loss over epochs", [
    h("span", { class: "grow" }), keys, scale, iconButton("table", "The numbers of the curve as a table", numbers),
  ], "curve-panel");
  const place = h("div", { role: "img", "aria-label": "Curve of the loss" });
  const plot = new Curve(place, { log: true, xName: "epoch", yName: "loss", seek: (x) => void act.seek(x) });
  const time = h("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": "Epoch that is shown", id: "time" });
  time.addEventListener("input", () => void act.seek(Number(time.value)));
  made.root.append(place, h("div", { class: "time" }, time));
  finallyDo(() => plot.destroy());
  watchSize(place, () => plot.fit());
  effect(() => {
    plot.setLog(log());
    const all = state.records();
    const look = state.theme();
    const n = all?.length ?? 0;
    const newest = state.liveEpoch();
    const shown = state.shownEpoch();
    time.max = String(Math.max(1, newest));
    if (!time.matches(":active")) time.value = String(shown);
    time.setAttribute("aria-valuetext", `epoch ${shown} of ${newest}`);
    const clean = (values: Float64Array) => Array.from(values.subarray(0, n), (v) => (Number.isFinite(v) && (v > 0 || !log.peek()) ? v : null));
    const lines: Line[] = [];
    const held = n > 0 && Array.prototype.some.call(all!.val.subarray(0, n), (v: number) => Number.isFinite(v));
    lines.push({ label: "training", values: n ? clean(all!.loss) : [], color: look.positive });
    if (held) lines.push({ label: "held out", values: clean(all!.val), color: look.negative, dash: [6, 3] });
    plot.show(n ? all!.epoch.subarray(0, n) : [], lines, look, flags(held), state.past() === null ? null : shown);
    const last = state.recordAt(all, shown);
    const words = last >= 0 ? `training ${fixed(all!.loss[last], 4)}${held ? `, held out ${fixed(all!.val[last], 4)}` : ""} at epoch ${shown}` : "not begun";
    place.setAttribute("aria-label", `Curve of the loss: ${words}.`);
  });
  effect(() => {
    const look = state.theme();
    keys.replaceChildren();
    const held = (state.table()?.validation_rows ?? 0) > 0;
    for (const [name, color, dash] of held ? [["training", look.positive, ""], ["held out", look.negative, "dashed"]] : [["training", look.positive, ""]]) {
      keys.append(h("span", { class: "key" }, h("i", { class: `stroke ${dash}`, style: { "border-color": color } }), name));
    }
  });
  return made.root;
}

function flags(held: boolean): Flag[] {
  const all = state.records();
  const mine = new Set([state.present()]);
  const out: Flag[] = state.edits().filter((one) => mine.has(one.branch) || one.branch === 0)
    .map((one) => ({ at: one.epoch, text: one.text, kind: "edit" as const }));
  const found = state.finding();
  if (found && found.branch === state.present()) out.push({ at: found.epoch, text: found.text, kind: "trouble" });
  if (held && all && all.length > 20) {
    let best = 0;
    for (let k = 1; k < all.length; k++) if (all.val[k] < all.val[best]) best = k;
    out.push({ at: all.epoch[best], text: "best", kind: "best" });
  }
  return out;
}

function numbers(): void {
  const all = state.records.peek();
  if (!all) return;
  const step = Math.max(1, Math.floor(all.length / 200));
  const rows = [];
  for (let k = 0; k < all.length; k += step) {
    rows.push([whole(all.epoch[k]), short(all.loss[k], 5), short(all.val[k], 5), short(all.score[k], 4), short(all.rate[k])]);
  }
  showTable("Loss over epochs", ["epoch", "loss", "held-out loss", "score", "rate"], rows);
}
