// The page: its shell, its screens, and the line to the engine.

import * as act from "./actions.ts";
import { listen, showKeys, voice } from "./a11y.ts";
import { connect, takeTicket } from "./channel/websocket.ts";
import { iconButton } from "./controls/forms.ts";
import { add, h, s, say } from "./dom.ts";
import { readTheme } from "./draw/palette.ts";
import { whole } from "./draw/numbers.ts";
import { watchLesson } from "./screens/lessons.ts";
import { SCREENS } from "./screens/all.ts";
import { listenToLinks, opened } from "./links.ts";
import { showScreen, speakOver } from "./shell.ts";
import { effect } from "./signals.ts";
import * as state from "./state.ts";
import { tabs } from "./tabs.ts";
import { banner, transport } from "./transport.ts";
import { listenToDrops } from "./upload.ts";

const ticket = takeTicket();
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

function logo(): SVGElement {
  const dots = [[4, 7], [4, 17], [12, 3], [12, 12], [12, 21], [20, 12]];
  const lines = [[0, 2], [0, 3], [1, 3], [1, 4], [2, 5], [3, 5], [4, 5]];
  const picture = s("svg", { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" });
  for (const [a, b] of lines) {
    picture.append(s("line", { x1: dots[a][0], y1: dots[a][1], x2: dots[b][0], y2: dots[b][1], stroke: "var(--edge)" }));
  }
  dots.forEach(([cx, cy], k) => picture.append(s("circle", { cx, cy, r: 2.8, fill: k % 2 ? "var(--negative)" : "var(--positive)" })));
  return picture;
}

function statusLine(): HTMLElement {
  const left = h("span", {});
  const right = h("span", {});
  effect(() => {
    const data = state.table();
    const net = state.network();
    const now = state.method();
    if (!data || !net || !now) return;
    const rows = data.validation_rows ? `${whole(data.train_rows)} rows, ${whole(data.validation_rows)} held out` : `${whole(data.rows)} rows`;
    say(left, `${data.name}: ${rows}  \u00b7  network ${net.sizes.join("-")}, ${whole(net.parameters)} weights  \u00b7  ${now.solver}, batch ${now.batch}, seed ${net.seed}`);
    const many = state.edits().length;
    say(right, `${many ? `${many} change${many > 1 ? "s" : ""}  \u00b7  ` : ""}neurona ${state.version()}`);
  });
  return h("footer", { class: "status" }, left, h("span", { class: "grow" }), right);
}

function setTheme(name: string): void {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("neurona-theme", name);
  state.theme.set(readTheme());
}

function shell(): void {
  const kept = localStorage.getItem("neurona-theme");
  if (kept) document.documentElement.dataset.theme = kept;
  state.theme.set(readTheme());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => state.theme.set(readTheme()));
  matchMedia("(forced-colors: active)").addEventListener("change", () => state.theme.set(readTheme()));
  const main = h("main", { id: "main", role: "tabpanel", tabindex: -1 });
  const dark = iconButton("moon", "Light or dark", () => setTheme(state.theme.peek().dark ? "light" : "dark"));
  const app = h(
    "div", { class: "app" },
    h("div", {}, h("a", { class: "skip", href: "#main", text: "To the content", on: { click: (e: Event) => { e.preventDefault(); main.focus(); } } }),
      h("header", { class: "head" }, h("h1", { class: "brand" }, logo(), "neurona", h("span", { text: "Lab" })), tabs(main), dark, iconButton("help", "Keys (?)", showKeys))),
    transport(), banner(),
    main, statusLine(),
  );
  add(document.body, app, voice());
  showScreen(main, state.screen);
}

/** A first visitor sees something move: a fresh training begins by itself, slowly. */
function begin(): void {
  let begun = false;
  effect(() => {
    const now = state.status();
    if (begun || state.phase() !== "ready" || !now || !state.table() || !state.network()) return;
    begun = true;
    const fresh = now.epoch === 0 && now.state === "paused" && !state.lesson.peek() && !opened && !reduced.matches;
    if (!fresh || sessionStorage.getItem("neurona-begun")) return;
    sessionStorage.setItem("neurona-begun", "1");
    state.speed.set(30);
    void act.ask("train.run", { speed: 30 });
  });
  effect(() => {
    const open = state.lesson();
    if (open?.screen && SCREENS[open.screen] && open.id !== lastLesson) {
      lastLesson = open.id;
      state.screen.set(open.screen);
    }
  });
}
let lastLesson = "";

shell();
listen();
listenToDrops();
listenToLinks(Object.keys(SCREENS));
speakOver(connect(ticket), () => SCREENS[state.screen()].look());
begin();
watchLesson();
