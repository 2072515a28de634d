// The map of rate and momentum: where descent comes down this bowl, how fast, and where it climbs out.

import { h, sharp } from "../dom.ts";
import { panel } from "../controls/forms.ts";
import { toPixel, type Plane } from "../draw/axes.ts";
import { fieldImage, place as put } from "../draw/heatmap.ts";
import { short } from "../draw/numbers.ts";
import { largestRate, MOST_MOMENTUM, rateGrid, ratesFor, shades, shrinking } from "../draw/rates.ts";
import { effect, signal, type Signal } from "../signals.ts";
import * as state from "../state.ts";
import type { Racer } from "./optimizers.ts";
import { watchSize } from "./training.ts";

const SIDE = 96;

/** The panel; a press sets the rate and the momentum of the racer that is nearest. */
export function rateMap(curvatures: () => number[] | null, racers: Signal<Racer[]>, color: (k: number) => string): HTMLElement {
  const canvas = h("canvas", { role: "img", tabindex: 0, "aria-label": "Map of rate and momentum" });
  const room = h("div", { class: "rate-map" }, canvas);
  const note = h("p", { class: "tiny muted" });
  const made = panel("Rate and momentum of sgd", [], "map-panel");
  made.root.append(room, note);
  const size = signal<[number, number]>([0, 0]);
  watchSize(room, () => size.set([room.clientWidth, room.clientHeight]));
  let plane: Plane | null = null;
  let chosen = 0;
  const mine = () => racers().map((one, k) => ({ one, k })).filter(({ one }) => one.name === "sgd" && one.rate !== null);
  effect(() => {
    const bends = (curvatures() ?? []).filter((v) => v > 0);
    made.root.style.display = bends.length ? "" : "none";
    const [width, height] = size();
    if (!bends.length || width < 60 || height < 60) return;
    const look = state.theme();
    const [low, high] = ratesFor(bends);
    const context = sharp(canvas, width, height);
    context.clearRect(0, 0, width, height);
    plane = { x: 34, y: 4, width: width - 44, height: height - 30, window: [Math.log10(low), Math.log10(high), 0, MOST_MOMENTUM] };
    put(context, fieldImage(shades(rateGrid(bends, SIDE)), SIDE, SIDE, look, 0, 255, 128), plane.x, plane.y, plane.width, plane.height);
    context.strokeStyle = look.ink;
    context.lineWidth = 2;
    context.beginPath();
    for (let k = 0; k <= SIDE; k++) {
      const momentum = (k / SIDE) * MOST_MOMENTUM;
      context.lineTo(...toPixel(plane, Math.log10(largestRate(momentum, bends)), momentum));
    }
    context.stroke();
    context.fillStyle = look.muted;
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center";
    for (const rate of [low, Math.sqrt(low * high), high]) context.fillText(short(rate, 2), Math.max(plane.x + 12, Math.min(width - 16, toPixel(plane, Math.log10(rate), 0)[0])), height - 12);
    context.textAlign = "right";
    for (const m of [0, 0.5, 0.9]) context.fillText(String(m), plane.x - 5, toPixel(plane, 0, m)[1] + 4);
    const words: string[] = [];
    mine().forEach(({ one, k }) => {
      const momentum = one.options.momentum ?? 0;
      const [x, y] = toPixel(plane!, Math.log10(Math.min(high, Math.max(low, one.rate!))), momentum);
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.fillStyle = color(k);
      context.fill();
      context.lineWidth = 2.5;
      context.strokeStyle = look.panel;
      context.stroke();
      const factor = shrinking(one.rate!, momentum, bends);
      words.push(`${short(one.rate)}, ${short(momentum)}: ${factor < 1 ? `a tenth of the way left after ${Math.max(1, Math.ceil(Math.log(0.1) / Math.log(Math.max(factor, 1e-9))))} steps` : "climbs out"}`);
    });
    note.textContent = `Blue comes down, orange climbs out; pale is slow. ${words.join("; ")}.`;
    canvas.setAttribute("aria-label", `Map of rate, ${short(low)} to ${short(high)}, and momentum. ${words.join("; ")}.`);
  });
  const change = (k: number, rate: number, momentum: number) => {
    racers.set(racers.peek().map((one, n) => (n === k ? { ...one, rate, options: { ...one.options, momentum } } : one)));
  };
  const press = (event: PointerEvent, first: boolean) => {
    const all = mine();
    if (!plane || !all.length) return;
    const box = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    if (first) {
      const far = ({ one }: { one: Racer }) => {
        const [x, y] = toPixel(plane!, Math.log10(one.rate!), one.options.momentum ?? 0);
        return Math.hypot(x - px, y - py);
      };
      chosen = all.reduce((a, b) => (far(b) < far(a) ? b : a)).k;
    }
    const [left, right] = plane.window;
    const across = Math.max(0, Math.min(1, (px - plane.x) / plane.width));
    const up = Math.max(0, Math.min(1, 1 - (py - plane.y) / plane.height));
    change(chosen, Number((10 ** (left + across * (right - left))).toPrecision(3)), Number((up * MOST_MOMENTUM).toFixed(3)));
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); press(event, true); });
  canvas.addEventListener("pointermove", (event) => { if (canvas.hasPointerCapture(event.pointerId)) press(event, false); });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const first = mine()[0];
    if (!way || !first) return;
    event.preventDefault();
    const momentum = Math.max(0, Math.min(MOST_MOMENTUM, (first.one.options.momentum ?? 0) + 0.02 * way[1]));
    change(first.k, Number((first.one.rate! * 1.1 ** way[0]).toPrecision(3)), Number(momentum.toFixed(3)));
  });
  return made.root;
}
