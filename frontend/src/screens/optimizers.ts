// Optimizers: ways down a surface, side by side, from where one clicks; and one's own network's surface.

import * as act from "../actions.ts";
import { button, choice, choices, panel, slider } from "../controls/forms.ts";
import { h, sharp } from "../dom.ts";
import { toData, type Plane } from "../draw/axes.ts";
import { short } from "../draw/numbers.ts";
import { drawSurface, type Heights, type Way } from "../draw/surface.ts";
import { effect, finallyDo, signal } from "../signals.ts";
import { focused } from "../place.ts";
import { latest } from "../pace.ts";
import * as state from "../state.ts";
import { DASHES, heightPanel, type Path } from "./heights.ts";
import { lessonStrip } from "./lessons.ts";
import { rateMap } from "./ratemap.ts";
import { watchSize } from "./training.ts";

export interface Racer { name: string; rate: number | null; options: Record<string, number>; on: boolean }
interface NetCurve { label: string; rate: number; curve: (number | null)[][] }
interface Field extends Heights { start: number[]; minima: number[][]; curvatures: number[] | null; largest_rate: number | null; share?: number; path?: number[][]; epochs?: number[] }

const MOST_EPOCHS = 200;
const MINE = "my own network";

/** The screen. */
export function optimizersScreen(): HTMLElement {
  const name = signal("quadratic");
  const options = signal<Record<string, number>>({});
  const field = signal<Field | null>(null);
  const start = signal<number[] | null>(null);
  const paths = signal<Path[]>([]);
  const steps = signal(200);
  const played = signal(1e9);
  const racers = signal<Racer[]>([
    { name: "sgd", rate: 0.05, options: { momentum: 0 }, on: true },
    { name: "sgd", rate: 0.05, options: { momentum: 0.9 }, on: true },
    { name: "adam", rate: 0.2, options: {}, on: true },
  ]);
  let race: Record<string, any> | null = null;
  effect(() => {
    const wished = state.lesson()?.race ?? null;
    if (!wished || wished === race) return;
    race = wished;
    name.set(String((wished as any).surface ?? "quadratic"));
    options.set((wished as any).options ?? {});
    start.set((wished as any).start ?? null);
    steps.set((wished as any).steps ?? 200);
    const methods = ((wished as any).methods ?? []) as any[];
    if (methods.length) racers.set(methods.map((one) => ({ name: one.name, rate: one.rate ?? null, options: one.options ?? {}, on: true })));
  });
  const fielding = latest();
  const mine = () => name() === MINE;
  effect(() => {
    const surface = name();
    const now = options();
    if (state.phase() !== "ready") return;
    fielding(async () => {
      const found = await (surface === MINE ? act.ask("surface.slice", { kind: "path", grid: 41 }) : act.ask("surface.field", { surface, options: now, grid: 96 }));
      if (name.peek() === surface) field.set(found ?? null);
    });
  });
  const running = latest();
  const stands = (surface: string) => name.peek() === surface && racers.peek().some((one) => one.on);
  effect(() => {
    const methods = racers().filter((one) => one.on).map(({ name: n, rate, options: o }) => ({ name: n, ...(rate === null ? {} : { rate }), options: o }));
    const [surface, now, from, many] = [name(), options(), start(), steps()];
    if (state.phase() !== "ready") return;
    if (methods.length === 0) {
      paths.set([]);
      return;
    }
    if (surface === MINE) {
      // the same first weights and the same lots for all, from where the training stands
      running(async () => {
        const found = await act.ask("race.net", { methods, steps: Math.min(many, MOST_EPOCHS) });
        if (!found || !stands(surface)) return;
        paths.set(found.curves.map((one: NetCurve) => ({ label: one.label, rate: one.rate, points: [], gradients: [], values: one.curve.map((row) => row[1] ?? NaN), diverged: one.curve.some((row) => row[1] === null) })));
      });
      return;
    }
    running(async () => {
      const found = await act.ask("surface.race", { surface, options: now, methods, steps: many, ...(from ? { start: from } : {}) });
      if (found && stands(surface)) paths.set(found.paths);
    });
  });
  let frame = 0;
  const play = () => {
    cancelAnimationFrame(frame);
    const began = performance.now();
    const most = Math.max(1, ...paths.peek().map((p) => p.values.length));
    const tick = () => {
      const at = Math.floor(((performance.now() - began) / 3000) * most);
      played.set(at >= most ? 1e9 : at);
      if (at < most) frame = requestAnimationFrame(tick);
    };
    tick();
  };
  finallyDo(() => cancelAnimationFrame(frame));
  let greeted = false;
  effect(() => {
    if (greeted || paths().length === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    greeted = true;
    play();
  });
  const color = (k: number) => state.theme().classes[[0, 1, 2, 3, 5, 6, 4][k % 7]];
  return h(
    "div", {}, lessonStrip(),
    h("div", { class: "optimizers" }, surfacePanel(), h("div", { class: "stack" }, methodsPanel(), heightPanel({ paths, steps, played, mine, color })), rateMap(() => field()?.curvatures ?? null, racers, color)),
  );

  function surfacePanel(): HTMLElement {
    const which = choice("Surface", [], name.peek(), (value) => { options.set({}); start.set(null); name.set(value); }, "row");
    which.root.querySelector("label")!.className = "hidden-text";
    const made = panel("Surface", [which.root, h("span", { class: "grow" }), button("Play", play, "primary small")], "surface-panel");
    const canvas = h("canvas", { role: "img", tabindex: 0, "aria-label": "Surface" });
    const place = h("div", { class: "field big" }, canvas);
    const note = h("p", { class: "muted tiny" });
    const knobs = h("div", { class: "row" });
    made.root.append(place, note, knobs);
    const size = signal<[number, number]>([0, 0]);
    watchSize(place, () => size.set([place.clientWidth, place.clientHeight]));
    let plane: Plane | null = null;
    effect(() => {
      const list = (state.ready()?.surfaces ?? []).filter((one) => one.name !== "linear").map((one) => one.name);
      choices(which.select, [...(list.length ? list : ["quadratic"]), MINE], name());
      surfaceKnobs(knobs);
    });
    effect(() => {
      const now = field();
      const [width, height] = size();
      if (width < 60) return;
      const look = state.theme();
      const context = sharp(canvas, width, height);
      context.clearRect(0, 0, width, height);
      if (!now) return;
      plane = { x: 40, y: 2, width: width - 46, height: height - 26, window: [now.x[0], now.x[1], now.y[0], now.y[1]] };
      const ways: Way[] = mine() && now.path
        ? [{ points: now.path, color: look.negative, dash: [], upTo: played() }]
        : paths().map((p, k) => ({ points: p.points, color: color(k), dash: DASHES[k % 6], upTo: played() }));
      const from = mine() ? null : (start() ?? now.start ?? null);
      drawSurface(context, plane, now, ways, from, now.minima ?? [], look, mine() ? ["first direction", "second direction"] : ["x", "y"]);
      canvas.setAttribute("aria-label", mine() ? "Error of the network over a plane that holds most of its way." : `Surface ${name()} with ${paths().length} ways down from ${from?.map((v) => short(v)).join(", ")}.`);
      if (mine()) note.textContent = `The plane holds ${now.share === undefined ? "" : `${(100 * now.share).toFixed(1)} % of`} the way that your training has gone.`;
      else {
        const rate = now.largest_rate ? ` Plain descent comes down with rates below ${short(now.largest_rate)}.` : "";
        const bends = now.curvatures ? ` Curvatures at the minimum: ${now.curvatures.map((v) => short(v)).join(" and ")}.` : "";
        note.textContent = `Click, or use the arrow keys, to start elsewhere.${bends}${rate}`;
      }
    });
    const put = (event: PointerEvent) => {
      if (!plane || mine()) return;
      const box = canvas.getBoundingClientRect();
      start.set(toData(plane, event.clientX - box.left, event.clientY - box.top));
      played.set(1e9);
    };
    canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); put(event); });
    canvas.addEventListener("pointermove", (event) => { if (canvas.hasPointerCapture(event.pointerId)) put(event); });
    canvas.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      const from = start.peek() ?? field.peek()?.start;
      if (!move || !from || !plane) return;
      event.preventDefault();
      start.set([from[0] + (move[0] * (plane.window[1] - plane.window[0])) / 50, from[1] + (move[1] * (plane.window[3] - plane.window[2])) / 50]);
    });
    return made.root;
  }

  function surfaceKnobs(root: HTMLElement): void {
    const found = state.ready()?.surfaces.find((one) => one.name === name());
    if (root.contains(focused())) return;
    root.replaceChildren();
    for (const option of found?.options ?? []) {
      if (typeof option.default !== "number" || option.name === "dimension") continue;
      const value = Number(options()[option.name] ?? option.default);
      const log = option.default >= 1;
      const bounds = option.name === "angle" ? [0, 90] : log ? [1, Math.max(100, option.default * 10)] : [0, 1];
      root.append(h("div", { class: "control" }, slider({
        label: option.name.replace(/_/g, " "), low: bounds[0], high: bounds[1], log: log && option.name !== "angle", value,
        change: (v) => options.set({ ...options.peek(), [option.name]: v }),
      }).root));
    }
  }

  function methodsPanel(): HTMLElement {
    const made = panel("Methods", [h("span", { class: "grow" }), button("Add", () => racers.set([...racers.peek(), { name: "adam", rate: 0.1, options: {}, on: true }]), "small")]);
    const list = h("div", { class: "racers" });
    made.root.append(list);
    const shape = signal("");
    effect(() => {
      const now = racers();
      const key = JSON.stringify([now.map((one) => [one.name, Object.keys(one.options)]), state.theme().ink, state.ready() !== null]);
      if (shape.peek() === key) return;
      shape.set(key);
      list.replaceChildren(...now.map((_, k) => racerLine(k)));
    });
    return made.root;
  }

  function racerLine(k: number): HTMLElement {
    const mineNow = racers.peek()[k];
    const change = (fields: Partial<Racer>) => {
      played.set(1e9);
      racers.set(racers.peek().map((one, n) => (n === k ? { ...one, ...fields } : one)));
    };
    const method = h("select", { class: "small", "aria-label": `Method ${k + 1}` });
    choices(method, (state.ready.peek()?.solvers ?? [{ name: mineNow.name, group: "" }]).map((one) => ({ value: one.name, group: one.group === "full" ? "solvers" : "optimizers" })), mineNow.name);
    const full = state.ready.peek()?.solvers.find((one) => one.name === mineNow.name)?.group === "full";
    method.addEventListener("change", () => {
      const next = state.ready.peek()?.solvers.find((one) => one.name === method.value);
      const momentum = next?.options.some((o) => o.name === "momentum");
      change({ name: method.value, options: momentum ? { momentum: 0.9 } : {}, rate: next?.group === "full" ? null : (racers.peek()[k].rate ?? 0.1) });
    });
    const parts: HTMLElement[] = [];
    const knobs: { of: (one: Racer) => number; set: (value: number) => void }[] = [];
    const knob = (of: (one: Racer) => number, made: ReturnType<typeof slider>) => {
      parts.push(made.root);
      knobs.push({ of, set: made.set });
    };
    if (!full) knob((one) => one.rate ?? 0.1, slider({ label: "rate", low: 1e-4, high: 3, log: true, value: mineNow.rate ?? 0.1, change: (v) => change({ rate: v }) }));
    if ("momentum" in mineNow.options) knob((one) => one.options.momentum, slider({ label: "momentum", low: 0, high: 0.99, value: mineNow.options.momentum, change: (v) => change({ options: { ...racers.peek()[k].options, momentum: Number(v.toFixed(3)) } }) }));
    effect(() => {
      const now = racers()[k];
      if (now) for (const one of knobs) one.set(one.of(now));
    });
    const outcome = h("span", { class: "tiny muted" });
    effect(() => {
      const before = racers().slice(0, k).filter((one) => one.on).length;
      const path = paths()[before];
      const last = path?.values[path.values.length - 1];
      outcome.textContent = path ? (path.diverged ? "does not come down" : `ends at ${mine() ? "loss" : "height"} ${short(last)}`) : "";
      outcome.classList.toggle("bad-text", path?.diverged ?? false);
    });
    const remove = button("Remove", () => racers.set(racers.peek().filter((_, n) => n !== k)), "small");
    return h("div", { class: "racer", style: { "border-left-color": color(k) } }, h("div", { class: "row" }, method, outcome, h("span", { class: "grow" }), remove), h("div", { class: "row" }, ...parts.map((one) => h("div", { class: "control" }, one))));
  }
}
