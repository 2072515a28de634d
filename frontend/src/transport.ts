// The bar that is on every screen: run and pause, steps, time, speed, and the rate.

import * as act from "./actions.ts";
import { button, choice, choices, iconButton, slider } from "./controls/forms.ts";
import { icon } from "./controls/icons.ts";
import { h, say } from "./dom.ts";
import { findingBanner } from "./finding.ts";
import { fixed, percent, whole } from "./draw/numbers.ts";
import { paced } from "./pace.ts";
import { ownScore } from "./screens/output.ts";
import { effect } from "./signals.ts";
import * as state from "./state.ts";

const SPEEDS = [["1", "1 a second"], ["5", "5 a second"], ["30", "30 a second"], ["200", "200 a second"], ["0", "full speed"]];

/** The transport bar. */
export function transport(): HTMLElement {
  return h("div", { class: "transport", role: "group", "aria-label": "Training" }, buttons(), odometer(), figures(), ...knobs());
}

function buttons(): HTMLElement {
  const words = h("span", { text: "Run" });
  const picture = h("span", { style: { display: "flex" } });
  const run = h("button", { type: "button", class: "run", id: "run", title: "Run or pause (Space)", on: { click: () => void act.toggle() } }, picture, words);
  effect(() => {
    const going = state.running();
    say(words, going ? "Pause" : "Run");
    picture.replaceChildren(icon(going ? "pause" : "play", 18));
    run.disabled = state.phase() !== "ready" || state.network() === null;
  });
  return h(
    "div", { class: "buttons" }, run,
    iconButton("batch", "One batch (.)", () => void act.step("batch")),
    iconButton("epoch", "One epoch (])", () => void act.step("epoch")),
    iconButton("reset", "Begin again at epoch 0", () => void act.reset()),
    iconButton("dice", "Other first weights", () => void act.redraw()),
    iconButton("undo", "Take the last change back (z)", () => void act.ask("edit.undo", {})),
  );
}

function odometer(): HTMLElement {
  const number = h("b", { text: "0", id: "epoch" });
  const word = h("span", { text: "epoch" });
  effect(() => {
    const past = state.past();
    say(number, whole(state.shownEpoch()));
    const rate = state.status()?.epochs_per_second ?? 0;
    const fast = state.running() && rate > 0 ? `epoch, ${whole(rate)} a second` : "epoch";
    say(word, past === null ? fast : `epoch of ${whole(state.liveEpoch())}`);
  });
  return h("div", { class: "odometer" }, number, word);
}

function figures(): HTMLElement {
  const loss = h("b", { text: "\u2013" });
  const score = h("b", { text: "\u2013" });
  const name = h("span", { text: "score" });
  effect(() => {
    const all = state.records();
    const at = state.recordAt(all, state.shownEpoch());
    const data = state.table();
    const has = all && at >= 0;
    say(loss, has ? fixed(all.loss[at], 4) : "\u2013");
    let value = has ? all.score[at] : NaN;
    const counts = state.confusion();
    if (Number.isNaN(value) && counts && data?.score_name === "accuracy") {
      const sum = counts.values.reduce((a, b) => a + b, 0);
      let right = 0;
      for (let k = 0; k < counts.side; k++) right += counts.values[k * counts.side + k];
      value = right / sum;
    }
    if (has && Number.isNaN(value)) value = ownScore();
    const share = data?.score_name === "accuracy";
    say(score, share ? percent(value) : fixed(value, 3));
    const base = data?.baseline;
    const beside = base === null || base === undefined ? "" : `, trivial ${share ? percent(base, 0) : fixed(base, 2)}`;
    say(name, data ? `${data.score_name}${data.validation_rows ? ", held out" : ""}${beside}` : "score");
    name.title = name.textContent ?? ""; // where there is no room for all of it
  });
  return h(
    "div", { class: "buttons figures" },
    h("div", { class: "odometer" }, loss, h("span", { text: "loss" })),
    h("div", { class: "odometer" }, score, name),
  );
}

function knobs(): HTMLElement[] {
  const speed = choice("Speed", SPEEDS.map(([value, label]) => ({ value, label })), String(state.speed.peek()), (value) => {
    state.speed.set(Number(value));
    if (state.running()) void act.ask("train.run", { speed: Number(value) });
  }, "knob");
  effect(() => {
    const text = String(state.speed());
    if (SPEEDS.some(([value]) => value === text)) speed.select.value = text;
  });
  const rate = slider({
    label: "Learning rate", low: 1e-4, high: 3, log: true, value: 0.01,
    change: (value) => soon(() => void act.setMethod({ rate: value })),
  });
  rate.root.classList.add("rate");
  const solver = choice("Method", [], "", (value) => void act.setMethod({ solver: value }), "knob");
  effect(() => {
    const now = state.method();
    if (!now) return;
    rate.set(now.rate);
    rate.root.style.display = now.group === "full" ? "none" : "";
    const list = (state.ready()?.solvers ?? []).map((one) => ({
      value: one.name, group: one.group === "full" ? "whole table at once" : "step by step",
    }));
    choices(solver.select, list.length ? list : [now.solver], now.solver.split("(")[0]);
  });
  return [rate.root, solver.root, speed.root];
}

const soon = paced(33);

/** What stands between the bar and the screen: the past, a start, a trouble. */
export function banner(): HTMLElement {
  const root = h("div", {});
  effect(() => {
    root.replaceChildren();
    const compiling = state.compiling();
    const phase = state.phase();
    if (compiling) {
      const bar = h("i", { style: { width: `${(100 * compiling.done) / compiling.of}%` } });
      const words = `Compiling ${compiling.done + 1} of ${compiling.of}: ${compiling.what}. Once on this machine.`;
      root.append(h("div", { class: "banner" }, h("span", { class: "bar" }, bar), words));
    } else if (phase === "connecting" || phase === "starting") {
      root.append(h("div", { class: "banner", text: "The engine is starting\u2026" }));
    }
    const past = state.past();
    if (past !== null) {
      root.append(h(
        "div", { class: "banner", id: "past" },
        h("span", { text: `You are looking at epoch ${whole(past)}. Training ${state.running() ? "goes on" : "stands"} at ${whole(state.liveEpoch())}.` }),
        button("Go on from here", () => void act.goOnFromHere(), "primary small"),
        button("Back to the present", () => void act.live(), "small"),
      ));
    }
    const why = state.status()?.state === "ended" ? state.status()!.why : null;
    if (why && state.finding()?.name !== "diverged") root.append(h("div", { class: "banner" }, h("span", { text: why }), button("Begin again", () => void act.reset(), "small")));
    const found = state.finding();
    if (found) root.append(findingBanner(found));
    const trouble = state.trouble();
    if (trouble) {
      root.append(h(
        "div", { class: "banner bad", role: "alert" }, h("span", { text: trouble }),
        button("Close", () => state.trouble.set(null), "small"),
      ));
    }
  });
  return root;
}
