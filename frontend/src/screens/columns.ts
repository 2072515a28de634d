// The columns of the table: what each is and why, what it is used for, and how its values lie.

import * as act from "../actions.ts";
import { choices, panel } from "../controls/forms.ts";
import { h, s } from "../dom.ts";
import { short } from "../draw/numbers.ts";
import type { ColumnShown, TableShown } from "../protocol.ts";
import { effect } from "../signals.ts";
import * as state from "../state.ts";

const MOST = 60;
type Role = "input" | "target" | "also" | "out";

/** The panel. */
export function columnsPanel(): HTMLElement {
  const made = panel("Columns");
  const list = h("div", { class: "columns" });
  const more = h("p", { class: "tiny muted" });
  made.root.append(list, more);
  effect(() => {
    const data = state.table();
    list.replaceChildren();
    if (!data) return;
    list.append(...data.columns.slice(0, MOST).map((column) => card(data, column)));
    const left = data.inputs.length + data.targets.length - MOST;
    more.textContent = left > 0 ? `and ${left} more` : "";
  });
  return made.root;
}

/** The shown values of a column; null where they were not sent. */
function valuesOf(data: TableShown, column: ColumnShown): number[] | null {
  const last = state.targetAt();
  if (column.role === "target") return column.name === data.targets[0] ? data.points.map((p) => p[last]) : null;
  const place = data.inputs.findIndex((one) => one.name === column.name);
  return column.role === "input" && place >= 0 && place < last ? data.points.map((p) => p[place]) : null;
}

function card(data: TableShown, column: ColumnShown): HTMLElement {
  const { name, role } = column;
  const roles = h("select", { class: "small", "aria-label": `Role of ${name}` });
  const many = data.targets.length > 1;
  const own = data.file ? [{ value: "target", label: role === "target" ? "target" : "the target" }, ...(role === "target" ? [] : [{ value: "also", label: "also a target" }])] : role === "target" ? [{ value: "target" }] : [];
  choices(roles, role === "target" && !data.file ? own : [{ value: "input" }, ...own, { value: "out", label: "leave out" }], role);
  roles.disabled = role === "target" && !data.file;
  roles.addEventListener("change", () => void act.ask("table.role", { column: name, role: roles.value as Role }).then((done) => { if (done === null) roles.value = role; }));
  const values = valuesOf(data, column);
  const classes = role === "target" && data.classes.length > 0 && !many;
  const told = classes ? counted(data, values ?? []) : values && data.inputs.some((one) => one.name === name && !one.numeric) === false ? spread(values) : null;
  const missing = column.missing ? `, ${column.missing} missing` : "";
  const words = told?.words ? `${told.words}${missing}` : `${column.distinct ? `${column.distinct} values` : ""}${missing}`;
  return h(
    "div", { class: `card ${role} ${column.used ? "" : "unused"}` },
    h("div", { class: "row" }, h("b", { text: name, title: name }), h("span", { class: "grow" }), roles),
    told ? histogram(name, told.counts, classes) : null,
    h("span", { class: "tiny muted", text: words }),
    column.why ? h("span", { class: "tiny muted", text: column.used ? `${column.kind}: ${column.why}` : `not used${column.kind ? `, ${column.kind}` : ""}: ${column.why}` }) : null,
  );
}

function counted(data: TableShown, values: number[]): { counts: number[]; words: string } {
  const counts = data.classes.map((_, c) => values.filter((v) => v === c).length);
  const words = data.classes.slice(0, 8).map((label, k) => `${label} ${counts[k]}`).join(", ");
  return { counts, words: data.classes.length > 8 ? `${words}, \u2026` : words };
}

function spread(values: number[]): { counts: number[]; words: string } {
  const clean = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...clean), Math.max(...clean)];
  const counts = new Array<number>(16).fill(0);
  for (const v of clean) counts[Math.min(15, Math.floor((16 * (v - low)) / (high - low || 1)))]++;
  return { counts, words: clean.length ? `${short(low)} to ${short(high)}` : "" };
}

function histogram(name: string, counts: number[], classes: boolean): SVGElement {
  const most = Math.max(1, ...counts);
  const width = 128 / counts.length;
  const look = state.theme();
  const color = (k: number) => (!classes ? look.positive : counts.length > 2 ? look.classes[k % 7] : k ? look.positive : look.negative);
  const picture = s("svg", { viewBox: "0 0 128 34", width: "100%", height: 34, preserveAspectRatio: "none", role: "img", "aria-label": `Histogram of ${name}` });
  counts.forEach((n, k) => picture.append(s("rect", {
    x: k * width + 0.5, y: 34 - (32 * n) / most, width: Math.max(0.5, width - 1), height: (32 * n) / most, fill: color(k), "fill-opacity": 0.75,
  })));
  return picture;
}
