// Where the inputs stand that span no picture: a slider each, or a choice of a text.

import { choices } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { short } from "../draw/numbers.ts";
import type { Column } from "../protocol.ts";
import * as state from "../state.ts";

const MOST = 6;

/** Put the controls into an element, anew. */
export function pinSliders(root: HTMLElement): void {
  const data = state.table();
  const [a, b] = state.axes();
  root.replaceChildren();
  if (!data || data.inputs.length < 2) return;
  const spans = state.spans();
  const shown = new Set(spans.length < 3 ? spans : [a, b]);
  const others = data.inputs.filter((one, k) => one.used && !shown.has(k)).slice(0, MOST);
  root.append(...others.map((one) => (one.numeric ? slider(one) : texts(one))));
}

function pin(name: string, value: number | string): void {
  state.pins.set({ ...state.pins.peek(), [name]: value });
}

function slider(one: Column): HTMLElement {
  const range = h("input", { type: "range", min: one.low, max: one.high, step: "any", "aria-label": `Where ${one.name} stands` });
  range.value = String(state.pins.peek()[one.name] ?? one.middle);
  const value = h("span", { class: "tiny", text: short(Number(range.value)) });
  range.addEventListener("input", () => {
    value.textContent = short(Number(range.value));
    pin(one.name, Number(range.value));
  });
  return h("div", { class: "pin" }, h("span", { class: "tiny muted", text: one.name }), range, value);
}

function texts(one: Column): HTMLElement {
  const select = h("select", { class: "small", "aria-label": `Where ${one.name} stands`, on: { change: () => pin(one.name, select.value) } });
  choices(select, [{ value: "", label: "the usual one" }, ...one.levels], String(state.pins.peek()[one.name] ?? ""));
  return h("div", { class: "pin" }, h("span", { class: "tiny muted", text: one.name }), select);
}
