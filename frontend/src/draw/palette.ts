// The colors of every picture, read once from the style sheet, so that each is written once.
// Okabe and Ito's, which color-blind people tell apart; signs also by dash, classes by mark.

import { place } from "../place.ts";

export type RGB = [number, number, number];

export interface Theme {
  dark: boolean;
  forced: boolean;
  ink: string;
  muted: string;
  line: string;
  panel: string;
  well: string;
  positive: string;
  negative: string;
  accent: string;
  mark: string;
  classes: string[];
  /** 256 colors from the low end over grey to the high one, as bytes. */
  diverging: Uint8ClampedArray;
  middle: RGB;
  classRgb: RGB[];
}

const MARKS = ["circle", "square", "triangle", "diamond", "down", "cross", "star"] as const;
export type Mark = (typeof MARKS)[number];

/** The mark of a class. */
export function markOf(number: number): Mark {
  return MARKS[number % MARKS.length];
}

/** A color as numbers. */
export function rgb(text: string): RGB {
  const probe = document.createElement("canvas").getContext("2d")!;
  probe.fillStyle = text.trim() || "#888";
  probe.fillRect(0, 0, 1, 1);
  const d = probe.getImageData(0, 0, 1, 1).data;
  return [d[0], d[1], d[2]];
}

/** A color between two. */
export function mix(a: RGB, b: RGB, t: number): RGB {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** A color as the style sheet writes it. */
export function css(color: RGB, opacity = 1): string {
  return `rgb(${color.map(Math.round).join(" ")} / ${opacity})`;
}

function ramp(low: RGB, middle: RGB, high: RGB): Uint8ClampedArray {
  const out = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const t = i / 127.5 - 1;
    // steeper near the middle, where the decision is
    const reach = Math.pow(Math.abs(t), 0.8);
    const color = mix(middle, t < 0 ? low : high, reach);
    out.set(color, i * 3);
  }
  return out;
}

/** Read the theme that is in force. */
export function readTheme(): Theme {
  const style = getComputedStyle(place.host);
  const get = (name: string) => style.getPropertyValue(name).trim();
  const classes = [0, 1, 2, 3, 4, 5, 6].map((n) => get(`--class-${n}`));
  const middle = rgb(get("--field-middle"));
  return {
    dark: get("--dark") === "1",
    forced: matchMedia("(forced-colors: active)").matches,
    ink: get("--ink"),
    muted: get("--muted"),
    line: get("--line"),
    panel: get("--panel"),
    well: get("--well"),
    positive: get("--positive"),
    negative: get("--negative"),
    accent: get("--accent"),
    mark: get("--mark"),
    classes,
    classRgb: classes.map(rgb),
    middle,
    diverging: ramp(rgb(get("--field-low")), middle, rgb(get("--field-high"))),
  };
}
