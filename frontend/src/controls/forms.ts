// Buttons, choices and numbers; each with a name that is read aloud.

import { h } from "../dom.ts";
import { focused } from "../place.ts";
import { icon, type IconName } from "./icons.ts";

let made = 0;

/** An id that no other element has. */
export function fresh(word = "c"): string {
  return `${word}-${++made}`;
}

/** A button with words. */
export function button(text: string, press: () => void, kind = ""): HTMLButtonElement {
  return h("button", { type: "button", class: `button ${kind}`, text, on: { click: press } });
}

/** A box to tick, with words beside it. */
export function tick(label: string, on: boolean, change: (on: boolean) => void): { root: HTMLElement; box: HTMLInputElement } {
  const box = h("input", { type: "checkbox", on: { change: () => change(box.checked) } });
  box.checked = on;
  return { root: h("label", { class: "check" }, box, h("span", { text: label })), box };
}

/** A button with a picture; the name is its tooltip too. */
export function iconButton(name: IconName, label: string, press: () => void, kind = "", size = 16): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: `icon ${kind}`, title: label, "aria-label": label, on: { click: press } },
    icon(name, size),
  );
}

export interface Choice {
  value: string;
  label?: string;
  group?: string;
}

/** Put choices into a select, only if they changed. */
export function choices(select: HTMLSelectElement, options: (string | Choice)[], value: string): void {
  const list = options.map((one) => (typeof one === "string" ? { value: one } : one) as Choice);
  const shape = JSON.stringify(list);
  if (select.dataset.shape !== shape) {
    select.dataset.shape = shape;
    select.replaceChildren();
    const groups = new Map<string, HTMLOptGroupElement>();
    for (const one of list) {
      const option = h("option", { value: one.value, text: one.label ?? one.value });
      if (one.group) {
        if (!groups.has(one.group)) {
          const group = h("optgroup", { label: one.group });
          groups.set(one.group, group);
          select.append(group);
        }
        groups.get(one.group)!.append(option);
      } else select.append(option);
    }
  }
  if (select.value !== value) select.value = value;
}

/** A named select. */
export function choice(
  label: string, options: (string | Choice)[], value: string, change: (value: string) => void, kind = "control",
): { root: HTMLElement; select: HTMLSelectElement } {
  const id = fresh();
  const select = h("select", { id, on: { change: () => change(select.value) } });
  choices(select, options, value);
  const root = h("div", { class: kind }, h("label", { class: "field-label", for: id, text: label }), select);
  return { root, select };
}

/** Read a number as people type it: a comma, a real minus; null if it is none. */
export function parse(text: string): number | null {
  const clean = text.trim().replace("\u2212", "-").replace(",", ".");
  if (clean === "") return null;
  const value = Number(clean);
  return Number.isFinite(value) ? value : null;
}

export interface SliderOptions {
  label: string;
  low: number;
  high: number;
  value: number;
  log?: boolean;
  step?: number;
  /** Zero stands at the low end of a logarithmic slider. */
  zero?: boolean;
  change: (value: number, done: boolean) => void;
  show?: (value: number) => string;
}

export interface Slider {
  root: HTMLElement;
  range: HTMLInputElement;
  set(value: number): void;
  bounds(low: number, high: number): void;
}

/** A slider and its number, which may be typed, also beyond the slider's ends. */
export function slider(options: SliderOptions): Slider {
  const id = fresh();
  let { low, high } = options;
  const show = options.show ?? ((v: number) => String(Number(v.toPrecision(3))));
  const range = h("input", { type: "range", id, min: 0, max: 1000, step: 1 });
  const text = h("input", { type: "text", inputmode: "decimal", "aria-label": `${options.label}, typed` });
  const toValue = (place: number): number => {
    if (options.zero && place <= 0) return 0;
    const t = place / 1000;
    const raw = options.log ? low * (high / low) ** t : low + (high - low) * t;
    if (options.step) return Number((Math.round(raw / options.step) * options.step).toPrecision(9));
    return Number(raw.toPrecision(options.log ? 2 : 4));
  };
  const toPlace = (value: number): number => {
    if (options.log && value <= 0) return 0;
    const t = options.log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.round(1000 * Math.max(0, Math.min(1, t)));
  };
  const put = (value: number, typed = false) => {
    if (!typed || focused() !== range) range.value = String(toPlace(value));
    range.setAttribute("aria-valuetext", show(value));
    if (focused() !== text) text.value = show(value);
  };
  range.addEventListener("input", () => {
    const value = toValue(Number(range.value));
    text.value = show(value);
    range.setAttribute("aria-valuetext", show(value));
    options.change(value, false);
  });
  range.addEventListener("change", () => options.change(toValue(Number(range.value)), true));
  const take = () => {
    const value = parse(text.value);
    text.classList.toggle("bad", value === null);
    if (value === null) return;
    range.value = String(toPlace(value));
    options.change(value, true);
  };
  text.addEventListener("change", take);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") put(toValue(Number(range.value)));
  });
  put(options.value);
  const root = h("div", { class: "slider" }, h("label", { for: id, text: options.label }), range, text);
  return {
    root, range,
    set: (value) => {
      if (focused() === range && range.matches(":active")) return;
      put(value, true);
    },
    bounds: (a, b) => {
      low = a;
      high = b;
    },
  };
}

/** A panel with a heading. */
export function panel(title: string, head: (Node | null)[] = [], kind = ""): { root: HTMLElement; head: HTMLElement; title: HTMLElement } {
  const id = fresh("p");
  const name = h("h2", { id, text: title });
  const header = h("header", {}, name, ...head);
  return { root: h("section", { class: `panel ${kind}`, "aria-labelledby": id }, header), head: header, title: name };
}
