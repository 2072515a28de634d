// One's own table: dropped or chosen, then quantity or class.

import * as act from "../actions.ts";
import { button, choice, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { effect } from "../signals.ts";
import * as state from "../state.ts";
import { underWay, useFile } from "../upload.ts";

type Task = "auto" | "regression" | "classification";
const TASKS = [
  { value: "auto", label: "as it looks" }, { value: "regression", label: "a quantity" },
  { value: "classification", label: "a class" },
];

/** The panel. */
export function ownPanel(): HTMLElement {
  const made = panel("Your own table");
  const pick = h("input", { type: "file", class: "hidden-text", tabindex: -1, "aria-hidden": "true", id: "own-file", accept: ".csv,.tsv,.tab,.txt,.dat,.gz,.parquet,.xlsx,.xlsm,.xls,.xlsb,.ods", on: { change: () => {
    const file = pick.files?.[0];
    pick.value = "";
    if (file) void useFile(file);
  } } });
  const open = button("Choose a file", () => pick.click(), "primary");
  const words = h("p", { class: "tiny muted" });
  const bar = h("i", {});
  const way = h("div", { class: "upload-bar", role: "progressbar", "aria-label": "File on its way", "aria-valuemin": 0, "aria-valuemax": 100 }, bar);
  const task = choice("The target is", TASKS, "auto", (value) => void act.ask("table.task", { task: value as Task }));
  made.root.append(h("div", { class: "drop" }, h("div", { class: "row" }, open, h("span", { class: "muted", text: "or drop one anywhere on this page" })), words, way, pick), task.root);
  effect(() => {
    const now = underWay();
    way.style.display = now ? "" : "none";
    bar.style.width = `${100 * (now?.share ?? 0)}%`;
    way.setAttribute("aria-valuenow", String(Math.round(100 * (now?.share ?? 0))));
    open.disabled = now !== null;
    words.textContent = now ? `${now.name}\u2026` : "CSV, Excel, Parquet, ODS; up to 200 MB. It stays on this computer.";
  });
  effect(() => {
    const data = state.table();
    task.root.style.display = data?.file ? "" : "none";
    if (data?.file) task.select.value = data.task_said;
  });
  return made.root;
}
