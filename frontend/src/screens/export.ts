// Take out: the same training as a command, a script, settings, a link; the model, in many forms; a run.

import * as act from "../actions.ts";
import { button, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import * as state from "../state.ts";
import { viewOf } from "../links.ts";
import { runsPanel } from "./runs.ts";

const KINDS = [
  ["command", "Command", "The same training from a terminal."],
  ["script", "Python program", "The same training as a program."],
  ["settings", "Settings", "For neurona train --config."],
  ["link", "Link", "Opens the Lab where you are; your own rows are not in it."],
  ["picture", "Picture", "Where it stands, as SVG, for a document."],
  ["edits", "Changes", "Every change, numbered; neurona lab --replay does them again."],
] as const;
const MODELS = [
  ["model", "Model file", "For neurona predict and Python."],
  ["report", "Report", "One page on the model, with pictures."],
  ["workbook", "Workbook", "The network as formulas."],
  ["c", "C", "For a controller, with a header."],
  ["python", "Python", "Without neurona, plain Python."],
  ["javascript", "JavaScript", "For a page of your own."],
  ["matlab", "MATLAB", "A function file."],
  ["st", "Structured text", "For a PLC."],
  ["onnx", "ONNX", "For other runtimes."],
  ["fmu", "FMU", "For simulators."],
] as const;
type What = (typeof KINDS)[number][0] | (typeof MODELS)[number][0];

/** The screen. */
export function exportScreen(): HTMLElement {
  const title = h("h2", { text: "" });
  const code = h("pre", { class: "code", tabindex: 0, "aria-label": "Text" });
  const note = h("p", { class: "muted tiny" });
  const tools = h("div", { class: "row" });
  const show = async (what: What) => {
    if (what === "report") note.textContent = "The report is being written\u2026";
    const made = await act.ask("export", { what });
    if (made?.what === "link") made.text = linkText(made.text);
    if (!made) {
      if (what === "report") note.textContent = "";
      return;
    }
    title.textContent = made.name;
    note.textContent = made.note || `Leads to weights with the hash ${String(made.hash).slice(0, 16)}\u2026`;
    note.classList.toggle("bad-text", Boolean(made.note));
    const bytes = made.base64 ? Uint8Array.from(atob(made.base64), (c) => c.charCodeAt(0)) : new TextEncoder().encode(made.text);
    code.textContent = made.text ?? `${bytes.length} bytes`;
    tools.replaceChildren(
      button("Save", () => save(made.name, bytes), "primary"),
      made.text ? button("Copy", () => void navigator.clipboard?.writeText(made.text).then(() => state.said.set("Copied."))) : h("span"),
    );
  };
  const cards = (kinds: readonly (readonly [What, string, string])[]) => kinds.map(([what, name, about]) => h("button", { type: "button", class: "lesson-card", on: { click: () => void show(what) } }, h("b", { text: name }), h("span", { class: "tiny muted", text: about })));
  const list = panel("The same training again");
  list.root.append(h("div", { class: "controls" }, ...cards(KINDS)));
  const models = panel("What was learned");
  models.root.append(h("div", { class: "forms-of-model" }, ...cards(MODELS)));
  const shown = h("section", { class: "panel", "aria-live": "polite" }, h("header", {}, title, h("span", { class: "grow" }), tools), code, note);
  void show("script");
  return h("div", { class: "two narrow-left" }, h("div", { class: "stack" }, list.root, runsPanel()), h("div", { class: "stack" }, models.root, shown));
}

/** A link to this Lab, and the command that opens it anywhere; neither has a ticket in it. */
function linkText(link: string): string {
  const whole = link + viewOf().replace("screen=export", "screen=training");
  return `${location.origin}/${whole}\n\nneurona lab '${whole}'\n`;
}

function save(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes as BlobPart]));
  const link = h("a", { href: address, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 1000);
}
