// What was found wrong with the training, and buttons that do something about it.

import * as act from "./actions.ts";
import { button } from "./controls/forms.ts";
import { h } from "./dom.ts";
import type { FindingShown, RemedyShown } from "./protocol.ts";
import * as state from "./state.ts";

/** Do what a remedy says, one command after the other, and train on if it ran. */
async function take(remedy: RemedyShown): Promise<void> {
  const ran = state.running();
  state.past.set(null);
  for (const command of remedy.commands) {
    const { do: word, ...fields } = command as { do: string };
    if ((await act.ask(word as any, fields as any)) === null) return;
  }
  if (ran && !state.running()) await act.ask("train.run", { speed: state.speed.peek() });
}

/** A line under the bar: what, and what to do. */
export function findingBanner(found: FindingShown): HTMLElement {
  return h(
    "div", { class: "banner bad", id: "finding" }, h("span", { text: found.text }),
    ...found.remedies.map((one, k) => button(one.text, () => void take(one), k ? "small" : "primary small")),
    button("Close", () => state.finding.set(null), "small"),
  );
}
