// The screens' names, as tabs over the screen that is shown.

import { h } from "./dom.ts";
import { SCREENS } from "./screens/all.ts";
import { effect, flush } from "./signals.ts";
import * as state from "./state.ts";

/** The tabs of some screens over what holds them. */
export function tabs(main: HTMLElement, names = Object.keys(SCREENS)): HTMLElement {
  const bar = h("div", { class: "tabs", role: "tablist", "aria-label": "Screens" });
  const all = names.map((name) => h("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "main", text: SCREENS[name].title,
    on: { click: () => state.screen.set(name) },
  }));
  bar.append(...all);
  bar.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const next = (names.indexOf(state.screen()) + way + names.length) % names.length;
    state.screen.set(names[next]);
    flush();
    all[next].focus();
    event.preventDefault();
  });
  effect(() => {
    const now = state.screen();
    all.forEach((tab, k) => {
      tab.setAttribute("aria-selected", String(names[k] === now));
      tab.tabIndex = names[k] === now ? 0 : -1;
      // on a narrow page the tabs are wider than it is
      if (names[k] === now) bar.scrollTo({ left: tab.offsetLeft - bar.offsetLeft - 40 });
    });
    main.setAttribute("aria-labelledby", `tab-${now}`);
  });
  return bar;
}
