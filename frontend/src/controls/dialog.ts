// A modal box that closes by Escape and gives the focus back.

import { h } from "../dom.ts";
import { place } from "../place.ts";
import { button } from "./forms.ts";

/** Show a box until it is closed; resolves to whether the first button was pressed. */
export function ask(title: string, body: Node[], yes: string, no = "Cancel"): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    const box = h("dialog", { "aria-label": title }, h("h2", { text: title }), ...body);
    const close = (value: boolean) => {
      answer = value;
      box.close();
    };
    const row = h("div", { class: "row", style: { "margin-top": "1rem", "justify-content": "flex-end" } });
    if (no) row.append(button(no, () => close(false)));
    row.append(button(yes, () => close(true), "primary"));
    box.append(row);
    box.addEventListener("close", () => {
      box.remove();
      resolve(answer);
    });
    place.body.appendChild(box);
    box.showModal();
  });
}

/** Show numbers behind a picture as a table. */
export function showTable(title: string, names: string[], rows: (string | number)[][]): void {
  const most = 200;
  const body = h("tbody");
  for (const one of rows.slice(0, most)) {
    body.append(h("tr", {}, ...one.map((cell) => h("td", { class: "number", text: String(cell) }))));
  }
  const head = h("tr", {}, ...names.map((name) => h("th", { class: "number", scope: "col", text: name })));
  const table = h("table", { class: "lined" }, h("thead", {}, head), body);
  const note = rows.length > most ? h("p", { class: "muted tiny", text: `The first ${most} of ${rows.length}.` }) : null;
  const scroll = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title, style: { "max-height": "60vh" } }, table);
  void ask(title, note ? [scroll, note] : [scroll], "Close", "");
}
