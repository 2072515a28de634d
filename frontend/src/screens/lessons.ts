// The course: its lessons, and the strip that goes with an open one.

import * as act from "../actions.ts";
import { button, panel } from "../controls/forms.ts";
import { h } from "../dom.ts";
import { effect, signal } from "../signals.ts";
import * as state from "../state.ts";

const closed = signal<string | null>(null);
const hints = signal(0);
const given: Record<string, string> = {};

async function open(id: string): Promise<void> {
  closed.set(null);
  hints.set(0);
  for (const key of Object.keys(given)) delete given[key];
  state.past.set(null);
  await act.ask("lesson.open", { lesson: id });
}

let asked = 0;
let timer = 0;

/** Look at the checks of an open lesson whenever something was done, at most twice a second. */
export function watchLesson(): void {
  effect(() => {
    const now = state.lesson();
    state.edits();
    state.network();
    state.running();
    state.shownEpoch();
    if (!now || closed() === now.id || now.checks.every((one) => one.met)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      asked = performance.now();
      void act.ask("lesson.check", {});
    }, Math.max(100, 500 - (performance.now() - asked)));
    if (performance.now() - asked > 900) {
      asked = performance.now();
      void act.ask("lesson.check", {});
    }
  });
}

/** The list of all lessons. */
export function lessonsScreen(): HTMLElement {
  const list = h("div", { class: "lessons" });
  effect(() => {
    list.replaceChildren();
    const now = state.lesson()?.id;
    (state.ready()?.lessons ?? []).forEach((one, k) => {
      list.append(h(
        "button", { type: "button", class: "lesson-card", "aria-current": one.id === now ? "true" : null, on: { click: () => void open(one.id) } },
        h("span", { class: "tiny muted", text: `${k + 1}  \u00b7  ${one.row}` }), h("b", { text: one.title }),
      ));
    });
  });
  return h("div", {}, lessonStrip(), h("div", { class: "intro" }, h("h2", { text: "Lessons" }), h("p", { class: "muted", text: "Each sets up a training and asks for something. What you do is checked as you do it." })), list);
}

/** What the open lesson says, asks, and has seen done. */
export function lessonStrip(): HTMLElement {
  const root = h("div", {});
  effect(() => {
    const now = state.lesson();
    root.replaceChildren();
    if (!now || closed() === now.id) return;
    const shown = hints();
    const done = now.checks.length > 0 && now.checks.every((one) => one.met);
    const all = state.ready()?.lessons ?? [];
    const next = all[all.findIndex((one) => one.id === now.id) + 1];
    const made = panel(now.title, [h("p", { text: now.row }), h("span", { class: "grow" }), button("Close", () => closed.set(now.id), "small")], "lesson");
    const questions = now.questions.map((text, k) => {
      const input = h("input", { type: "text", "aria-label": text });
      input.value = given[String(k)] ?? "";
      input.addEventListener("input", () => { given[String(k)] = input.value; });
      return h("label", { class: "control" }, h("span", { text }), input);
    });
    made.root.append(h(
      "div", { class: "lesson-body" },
      h("div", { class: "controls" }, ...now.text.map((text) => h("p", { text }))),
      h(
        "div", { class: "controls" }, h("p", {}, h("b", { text: "Your turn. " }), now.task), ...questions,
        h("ul", { class: "checks" }, ...now.checks.map((one) => h("li", { class: one.met ? "good" : "" }, h("span", { "aria-hidden": "true", text: one.met ? "\u2713" : "\u25cb" }), h("span", { class: "hidden-text", text: one.met ? "done: " : "open: " }), one.text))),
        ...now.hints.slice(0, shown).map((text) => h("p", { class: "muted tiny", text })),
        h(
          "div", { class: "row" },
          button("Check", () => void act.ask("lesson.check", Object.keys(given).length ? { answers: { ...given } } : {}), done ? "small" : "primary small"),
          shown < now.hints.length && !done ? button("A hint", () => hints.set(shown + 1), "small") : null,
          button("Begin again", () => void open(now.id), "small"),
          done ? h("b", { class: "good", text: "Done." }) : null,
          done && next ? button(`Next: ${next.title}`, () => void open(next.id), "primary small") : null,
        ),
      ),
    ));
    root.append(made.root);
  });
  return root;
}
