// Runs: the present kept as a run in `runs/`, and another one opened in its place.

import * as act from "../actions.ts";
import { button, choice, choices, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { signal } from "../signals.ts";
import * as state from "../state.ts";

/** The runs there are, the newest first. */
export const runs = signal<string[]>([]);

/** Ask which runs there are. */
export async function askRuns(): Promise<void> {
  const found = await act.ask("run.list", {});
  if (Array.isArray(found)) runs.set(found);
}

/** The panel. */
export function runsPanel(): HTMLElement {
  const made = panel("Runs");
  const name = h("input", { type: "text", "aria-label": "Name of the run" });
  name.value = (state.table.peek()?.name ?? "lab").replace(/\.\w+$/, "").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[-_]+/, "") || "lab";
  const said = h("p", { class: "tiny muted", "aria-live": "polite" });
  const keep = async () => {
    const kept = await act.ask("run.save", { name: name.value.trim() });
    if (!kept) return;
    said.textContent = `Saved in ${kept.folder}. Next: ${kept.next}`;
    void list();
  };
  const open = choice("Open a run", [], "", (value) => {
    if (!value) return;
    state.past.set(null);
    void act.ask("run.open", { run: value });
  });
  const list = async () => {
    await askRuns();
    choices(open.select, [{ value: "", label: runs.peek().length ? "choose one" : "there is none yet" }, ...runs.peek()], "");
  };
  void list();
  made.root.append(h("div", { class: "controls" }, h("div", { class: "row" }, name, button("Save as a run", () => void keep(), "primary")), said, open.root));
  return made.root;
}
