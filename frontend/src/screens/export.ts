// Take out: the same training as a command, a script, settings, a link; and the model.

import * as act from "../actions.ts";
import { button, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import * as state from "../state.ts";

const KINDS = [
  ["command", "Command", "The same training from a terminal."],
  ["script", "Python", "The same training as a program."],
  ["settings", "Settings", "For neurona train --config."],
  ["link", "Link", "Opens the Lab in this state; your own rows are not in it."],
  ["edits", "Changes", "Every change, numbered; neurona lab --replay does them again."],
  ["model", "Model file", "What was learned, for neurona predict and Python."],
  ["workbook", "Workbook", "The network as formulas in a spreadsheet."],
] as const;

/** The screen. */
export function exportScreen(): HTMLElement {
  const title = h("h2", { text: "" });
  const code = h("pre", { class: "code", tabindex: 0, "aria-label": "Text" });
  const note = h("p", { class: "muted tiny" });
  const tools = h("div", { class: "row" });
  const show = async (what: (typeof KINDS)[number][0]) => {
    const made = await act.ask("export", { what });
    if (!made) return;
    title.textContent = made.name;
    note.textContent = `Leads to weights with the hash ${String(made.hash).slice(0, 16)}\u2026`;
    const bytes = made.base64 ? Uint8Array.from(atob(made.base64), (c) => c.charCodeAt(0)) : new TextEncoder().encode(made.text);
    code.textContent = made.text ?? `${bytes.length} bytes`;
    tools.replaceChildren(
      button("Save", () => save(made.name, bytes), "primary"),
      made.text ? button("Copy", () => void navigator.clipboard?.writeText(made.text).then(() => state.said.set("Copied."))) : h("span"),
    );
  };
  const list = panel("Take it with you", [], "");
  list.root.append(h("div", { class: "controls" }, ...KINDS.map(([what, name, about]) => h("button", { type: "button", class: "lesson-card", on: { click: () => void show(what) } }, h("b", { text: name }), h("span", { class: "tiny muted", text: about })))));
  const shown = h("section", { class: "panel", "aria-live": "polite" }, h("header", {}, title, h("span", { class: "grow" }), tools), code, note);
  void show("script");
  return h("div", { class: "two narrow-left" }, list.root, shown);
}

function save(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as BlobPart]));
  const link = h("a", { href: address, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 1000);
}
