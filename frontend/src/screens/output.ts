// Which of several targets is shown, where each has an answer of its own: quantities, labels, an autoencoder.

import { choices } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { effect } from "../signals.ts";
import * as state from "../state.ts";

/** How many targets there are to choose from; classes share one picture. */
export function targetCount(): number {
  const data = state.table();
  return data && data.classes.length === 0 ? data.targets.length : 1;
}

/** A list of the targets, not there if there is one. */
export function outputChoice(): HTMLSelectElement {
  const list = h("select", { "aria-label": "Target shown", class: "small" });
  list.addEventListener("change", () => state.output.set(Number(list.value)));
  effect(() => {
    const many = targetCount();
    list.style.display = many > 1 ? "" : "none";
    if (state.output() >= many) state.output.set(0);
    const names = (state.table()?.targets ?? []).map((label, k) => ({ value: String(k), label }));
    choices(list, names, String(state.output()));
  });
  return list;
}
