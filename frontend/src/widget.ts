// The Lab inside a notebook: the same screens in a box of their own, over the widget's messages.

import { listen, voice } from "./a11y.ts";
import { overComm, type Model } from "./channel/comm.ts";
import { add, h } from "./dom.ts";
import { readTheme } from "./draw/palette.ts";
import { place, standIn } from "./place.ts";
import { SCREENS } from "./screens/all.ts";
import { showScreen, speakOver, type Views } from "./shell.ts";
import { signal } from "./signals.ts";
import * as state from "./state.ts";
import { tabs } from "./tabs.ts";
import { banner, transport } from "./transport.ts";

declare const WIDGET_CSS: string;

/** A notebook drops what is more than a megabyte a second. */
const RATE = 10;
const GRID = 32;
const NAMES = Object.keys(SCREENS).filter((name) => name !== "lessons");

const shown = signal(false);
let box: HTMLElement | null = null;

function modest(views: Views): Views {
  const out: Record<string, any> = {};
  for (const [name, wish] of Object.entries(views) as [string, any][]) {
    out[name] = { ...wish, rate: Math.min(RATE, wish.rate ?? RATE) };
    if (wish.grid) out[name].grid = Math.min(GRID, wish.grid);
  }
  if (out.units) out.units.rate = 2;
  return out as Views;
}

/** Take on the notebook's theme, as JupyterLab, VS Code or the system say it. */
function dress(host: HTMLElement): void {
  const { dataset, classList } = document.body;
  const dark = dataset.jpThemeLight !== undefined ? dataset.jpThemeLight === "false"
    : classList.contains("vscode-dark") || (!classList.contains("vscode-light") && matchMedia("(prefers-color-scheme: dark)").matches);
  host.dataset.theme = dark ? "dark" : "light";
  state.theme.set(readTheme());
}

function build(model: Model): HTMLElement {
  const host = h("div", { class: "neurona-lab" });
  const inside = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(WIDGET_CSS);
  inside.adoptedStyleSheets = [sheet];
  standIn(host, inside);
  // the notebook's own keys are not for what is typed here
  for (const kind of ["keydown", "keyup", "keypress"]) host.addEventListener(kind, (event) => event.stopPropagation());
  const main = h("main", { id: "main", role: "tabpanel", tabindex: -1 });
  add(place.body, h("div", { class: "app" }, h("header", { class: "head" }, tabs(main, NAMES)), transport(), banner(), main), voice());
  const name = () => NAMES.includes(state.screen()) ? state.screen() : NAMES[0];
  showScreen(main, name);
  listen();
  speakOver(overComm(model), () => shown() ? modest(SCREENS[name()].look()) : {});
  return host;
}

/** Show the Lab in a cell; shown in a second one it moves there. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  box ??= build(model);
  const host = box;
  el.append(host);
  dress(host);
  // JupyterLab puts the cell's box into its page later, and before that there are no colors to read
  const seen = new ResizeObserver(() => {
    if (!host.isConnected) return;
    dress(host);
    seen.disconnect();
  });
  seen.observe(host);
  const watch = new MutationObserver(() => dress(host));
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  shown.set(true);
  return () => {
    watch.disconnect();
    seen.disconnect();
    if (host.parentNode !== el) return;
    host.remove();
    shown.set(false);
  };
}

export default { render };
