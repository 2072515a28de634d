// The rows as a list: each may be left out of what is learned and scored, and taken in again.

import * as act from "../actions.ts";
import { button, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { short, whole } from "../draw/numbers.ts";
import type { TableShown } from "../protocol.ts";
import { effect } from "../signals.ts";
import * as state from "../state.ts";

const MOST = 200;
const WIDE = 8;

/** The panel. */
export function rowsPanel(): HTMLElement {
  const made = panel("Rows");
  const body = h("tbody");
  const head = h("tr");
  const scroll = h("div", { class: "scroll row-list", tabindex: 0, role: "region", "aria-label": "Rows" }, h("table", { class: "lined tight" }, h("thead", {}, head), body));
  const note = h("p", { class: "tiny muted" });
  const back = button("Take all in again", () => {
    const data = state.table.peek();
    if (data) void act.ask("row.exclude", { rows: data.row_numbers.filter((_, k) => data.excluded[k]).slice(0, 500), back: true });
  }, "small");
  made.head.append(h("span", { class: "grow" }), back);
  made.root.append(scroll, note);
  effect(() => {
    const data = state.table();
    if (!data) return;
    const last = state.targetAt();
    const wide = Math.min(last, WIDE);
    const names = ["learn", "row", ...data.inputs.slice(0, wide).map((one) => one.name), data.targets[0] ?? "target"];
    head.replaceChildren(...names.map((name, k) => h("th", { scope: "col", class: k ? "number" : "", text: name })));
    body.replaceChildren(...data.points.slice(0, MOST).map((point, k) => line(data, point, k, wide, last)));
    const out = data.excluded.filter(Boolean).length;
    back.style.display = out ? "" : "none";
    const more = data.rows > MOST ? `The first ${Math.min(MOST, data.points.length)} of ${whole(data.rows)} rows. ` : "";
    note.textContent = `${more}${out ? `${out} left out: they stay in the pictures, and are neither learned nor scored.` : "Take the tick away, and training goes on without the row."}`;
  });
  effect(() => {
    const picked = state.row();
    [...body.children].forEach((one, k) => one.classList.toggle("picked", k === picked));
    if (picked !== null) body.children[picked]?.scrollIntoView({ block: "nearest" });
  });
  return made.root;
}

function line(data: TableShown, point: number[], k: number, wide: number, last: number): HTMLElement {
  const number = data.row_numbers[k];
  const box = h("input", { type: "checkbox", "aria-label": `Learn row ${number + 1}`, on: { change: () => void act.ask("row.exclude", { rows: [number], back: box.checked }).then((done) => { if (done === null) box.checked = !box.checked; }) } });
  box.checked = !data.excluded[k];
  const target = data.classes.length ? data.classes[point[last]] : short(point[last], 4);
  const cells = [String(number + 1), ...point.slice(0, wide).map((v, c) => data.inputs[c].levels[v] ?? short(v, 4)), target];
  return h(
    "tr", { class: data.excluded[k] ? "left-out" : "" }, h("td", {}, box),
    ...cells.map((text) => h("td", { class: "number", text })), data.validation[k] ? h("td", { class: "tiny muted", text: "held out" }) : h("td"),
  );
}
