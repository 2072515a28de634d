// Links: what stands behind the # of the address opens a state, a lesson, and a way to look at it.

import * as act from "./actions.ts";
import { effect } from "./signals.ts";
import * as state from "./state.ts";

const PLACES = ["screen", "axes", "unit", "row"] as const;

function parts(hash: string): Map<string, string> {
  return new Map(hash.replace(/^#/, "").split("&").map((part) => {
    const at = part.indexOf("=");
    return at < 0 ? ["", ""] : [part.slice(0, at), part.slice(at + 1)];
  }));
}

function numbers(text: string | undefined): number[] {
  return (text ?? "").split(",").map(Number).filter((n) => Number.isInteger(n) && n >= 0);
}

/** How the page looks now, as the end of a link. */
export function viewOf(): string {
  const said: Record<(typeof PLACES)[number], string> = {
    screen: state.screen.peek(),
    axes: state.axes.peek().join(","),
    unit: state.picked.peek()?.join(",") ?? "",
    row: state.row.peek() === null ? "" : String(state.row.peek()),
  };
  return PLACES.filter((name) => said[name]).map((name) => `&${name}=${said[name]}`).join("");
}

/** Look as a link says. */
function look(found: Map<string, string>, screens: string[]): void {
  const axes = numbers(found.get("axes"));
  const unit = numbers(found.get("unit"));
  const row = numbers(found.get("row"));
  const inputs = state.table.peek()?.inputs.length ?? 0;
  const sizes = state.network.peek()?.sizes ?? [];
  if (axes.length === 2 && axes.every((k) => k < inputs)) state.axes.set([axes[0], axes[1]]);
  if (unit.length === 2 && unit[1] < (sizes[unit[0]] ?? 0)) state.picked.set([unit[0], unit[1]]);
  if (row.length === 1 && row[0] < (state.table.peek()?.points.length ?? 0)) state.row.set(row[0]);
  const screen = found.get("screen");
  if (screen && screens.includes(screen)) state.screen.set(screen);
}

/** Open what the address says, once; the address is then the Lab's own again, so that a reload does not begin anew. */
async function open(screens: string[], first: boolean): Promise<void> {
  const found = parts(location.hash);
  history.replaceState(null, "", location.pathname);
  const link = found.get("s");
  const lesson = found.get("lesson");
  if (link === undefined && lesson === undefined && !PLACES.some((name) => found.has(name))) return;
  opened = true;
  state.past.set(null);
  if (link !== undefined && !(await act.ask("link.open", { link: `#s=${link}` }))) return;
  // the lesson of the first address was opened by the engine already
  const there = first && state.lesson.peek()?.id === lesson;
  if (lesson !== undefined && !there && !(await act.ask("lesson.open", { lesson }))) return;
  window.setTimeout(() => look(found, screens), 0);
}

/** Whether something was opened by a link: then nothing begins by itself. */
export let opened = /[#&](s|lesson)=/.test(location.hash);

/** Open links, that of the address first, and those that are put into it later. */
export function listenToLinks(screens: string[]): void {
  let first = true;
  effect(() => {
    if (state.phase() !== "ready" || !state.table() || !state.network() || !first) return;
    first = false;
    if (location.hash) void open(screens, true);
  });
  window.addEventListener("hashchange", () => {
    if (state.phase.peek() === "ready" && location.hash) void open(screens, false);
  });
}
