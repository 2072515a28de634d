// Curves over epochs, on uPlot: data is set, never the plot anew; time is a cursor that can be dragged.

import uPlot from "uplot";
import { short } from "./numbers.ts";
import { css, rgb, type Theme } from "./palette.ts";

export interface Line {
  label: string;
  values: ArrayLike<number | null>;
  color: string;
  dash?: number[];
  width?: number;
  opacity?: number;
  /** Whether points that are missing are drawn over. */
  gaps?: boolean;
  /** Whether what lies between this line and the next is shaded. */
  shaded?: boolean;
}

export interface Flag {
  at: number;
  text: string;
  kind: "edit" | "best" | "fork" | "trouble";
}

export interface CurveOptions {
  log: boolean;
  xName: string;
  yName: string;
  /** Called with the place where somebody points, presses and drags. */
  seek?: (x: number) => void;
}

export class Curve {
  readonly root: HTMLElement;
  private plot: uPlot | null = null;
  private shape = "";
  private flags: Flag[] = [];
  private cursor: number | null = null;
  private theme: Theme | null = null;
  private lines: Line[] = [];
  private readonly options: CurveOptions;

  constructor(root: HTMLElement, options: CurveOptions) {
    this.root = root;
    this.options = options;
    root.classList.add("curve");
    root.addEventListener("pointerdown", (event) => {
      if (!this.plot || !options.seek) return;
      root.setPointerCapture(event.pointerId);
      this.point(event);
    });
    root.addEventListener("pointermove", (event) => {
      if (root.hasPointerCapture(event.pointerId)) this.point(event);
    });
  }

  private point(event: PointerEvent): void {
    const box = this.plot!.over.getBoundingClientRect();
    const x = this.plot!.posToVal(event.clientX - box.left, "x");
    if (Number.isFinite(x)) this.options.seek?.(x);
  }

  /** Show lines over x; the plot is made anew only when their number, the theme or the scale changes. */
  show(x: ArrayLike<number>, lines: Line[], theme: Theme, flags: Flag[], cursor: number | null): void {
    this.flags = flags;
    this.cursor = cursor;
    this.lines = lines;
    const shape = JSON.stringify([lines.map((l) => [l.label, l.color, l.gaps]), theme.ink, theme.panel, this.options.log]);
    const data = [x, ...lines.map((l) => l.values)] as unknown as uPlot.AlignedData;
    if (!this.plot || shape !== this.shape || theme !== this.theme) {
      this.theme = theme;
      this.shape = shape;
      this.destroy();
      this.plot = new uPlot(this.settings(lines, theme), data, this.root);
      this.fit();
    } else this.plot.setData(data);
  }

  /** Use the room there is. */
  fit(): void {
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (this.plot && width > 20 && height > 20 && (this.plot.width !== width || this.plot.height !== height)) {
      this.plot.setSize({ width, height });
    }
  }

  setLog(log: boolean): void {
    this.options.log = log;
  }

  destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  private settings(lines: Line[], theme: Theme): uPlot.Options {
    const { log } = this.options;
    const axis = {
      stroke: theme.muted, font: "11px system-ui, sans-serif",
      grid: { stroke: theme.line, width: 1 }, ticks: { show: false },
    };
    return {
      width: Math.max(100, this.root.clientWidth),
      height: Math.max(80, this.root.clientHeight),
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => [low, Math.max(high, low + 10)] },
        y: log
          ? { distr: 3, range: (_, low, high) => around(low, high) }
          : { range: (_, low, high) => [low - 0.05 * (high - low || 1), high + 0.05 * (high - low || 1)] },
      },
      axes: [
        { ...axis, size: 26, gap: 3, space: 70, values: (_, all) => all.map((v) => (Number.isInteger(v) ? count(v) : "")) },
        { ...axis, size: 46, gap: 4, space: 26, ...(log ? { filter: (_: uPlot, all: number[]) => all, splits: (_: uPlot, __: number, low: number, high: number) => decades(low, high) } : {}), values: (_, all) => all.map((v) => (v === null ? "" : short(v))) },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.label, stroke: line.color, width: line.width ?? 1.8, dash: line.dash,
          alpha: line.opacity ?? 1, spanGaps: line.gaps ?? false, points: { show: false },
        })),
      ],
      bands: lines.flatMap((line, k) => (line.shaded ? [{ series: [k + 1, k + 2] as [number, number], fill: tint(line.color) }] : [])),
      hooks: { draw: [(u) => this.over(u, theme)] },
    };
  }

  private over(u: uPlot, theme: Theme): void {
    const c = u.ctx;
    const ratio = devicePixelRatio || 1;
    const { left, top, height } = u.bbox;
    c.save();
    c.font = `600 ${10 * ratio}px system-ui, sans-serif`;
    c.textAlign = "center";
    for (const flag of this.flags) {
      const x = u.valToPos(flag.at, "x", true);
      if (!(x >= left - 1 && x <= left + u.bbox.width + 1)) continue;
      const color = flag.kind === "trouble" ? theme.negative : flag.kind === "best" ? theme.classes[2] : theme.muted;
      c.strokeStyle = color;
      c.fillStyle = color;
      c.lineWidth = ratio;
      c.setLineDash(flag.kind === "best" ? [2 * ratio, 2 * ratio] : []);
      c.beginPath();
      c.moveTo(x, top + (flag.kind === "best" ? 12 * ratio : 0));
      c.lineTo(x, top + height);
      c.globalAlpha = 0.55;
      c.stroke();
      c.globalAlpha = 1;
      c.setLineDash([]);
      if (flag.kind === "best") c.fillText("best", x, top + 9 * ratio);
      else {
        c.beginPath();
        c.moveTo(x, top);
        c.lineTo(x + 9 * ratio, top + 4 * ratio);
        c.lineTo(x, top + 8 * ratio);
        c.fill();
      }
    }
    this.ends(u, ratio);
    if (this.cursor !== null) {
      const x = u.valToPos(this.cursor, "x", true);
      c.strokeStyle = theme.accent;
      c.fillStyle = theme.accent;
      c.lineWidth = 2 * ratio;
      c.beginPath();
      c.moveTo(x, top);
      c.lineTo(x, top + height);
      c.stroke();
      c.beginPath();
      c.arc(x, top + height, 5 * ratio, 0, 2 * Math.PI);
      c.fill();
    }
    c.restore();
  }

  /** A dot where each line is now. */
  private ends(u: uPlot, ratio: number): void {
    this.lines.forEach((line, k) => {
      if (line.width === 0) return;
      const values = u.data[k + 1];
      for (let i = values.length - 1; i >= 0; i--) {
        const value = values[i];
        if (value === null || value === undefined || !(Number.isFinite(value))) continue;
        u.ctx.fillStyle = line.color;
        u.ctx.beginPath();
        u.ctx.arc(u.valToPos(u.data[0][i], "x", true), u.valToPos(value, "y", true), 3.2 * ratio, 0, 2 * Math.PI);
        u.ctx.fill();
        break;
      }
    });
  }
}

/** A color that lets through what is behind it. */
function tint(color: string): string {
  return css(rgb(color), 0.22);
}

function around(low: number, high: number): [number, number] {
  if (!(low > 0) || !Number.isFinite(high)) return [5e-4, 2];
  const room = Math.max(1.15, (high / low) ** 0.06);
  return [Math.max(low, 1e-16) / room, high * room];
}

/** Powers of ten inside a range, at most about six; twos and fives too where it is narrow. */
function decades(low: number, high: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const out: number[] = [];
  if (to - from >= 2) {
    const step = Math.ceil((to - from + 1) / 6);
    for (let k = from; k <= to; k += step) out.push(10 ** k);
    return out;
  }
  for (let k = from - 1; k <= to; k++) {
    for (const m of [1, 2, 5]) {
      const v = Number((m * 10 ** k).toPrecision(6));
      if (v >= low && v <= high) out.push(v);
    }
  }
  return out.length ? out : [low, high];
}

function count(v: number): string {
  return v >= 1e6 ? `${short(v / 1e6)} M` : v >= 1e4 ? `${short(v / 1e3)} k` : String(v);
}
