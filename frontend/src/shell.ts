// What the page and the notebook's cell do alike: the screen that is looked at, and the line to the engine.

import * as act from "./actions.ts";
import type { Channel } from "./channel/channel.ts";
import { drawFrames } from "./drawing.ts";
import { takeEvent } from "./receive.ts";
import { SCREENS } from "./screens/all.ts";
import { effect, scope } from "./signals.ts";
import * as state from "./state.ts";

export type Views = ReturnType<(typeof SCREENS)[string]["look"]>;

/** Keep in `main` the screen that `name` says; one that is left lets go of what it listened to. */
export function showScreen(main: HTMLElement, name: () => string): void {
  let leave = () => {};
  effect(() => {
    const shown = name();
    leave();
    main.replaceChildren();
    leave = scope(() => main.append(SCREENS[shown].make()));
  });
}

/** Take in what the engine says, and ask it for the `views` that are looked at. */
export function speakOver(channel: Channel, views: () => Partial<Views>): void {
  act.use(channel);
  channel.onEvent = (event) => takeEvent(event as any);
  channel.onGone = (why) => {
    state.phase.set("gone");
    state.trouble.set(why);
  };
  drawFrames(channel);
  effect(() => {
    if (state.phase() === "ready") void act.ask("look", { views: views() as Views });
  });
}
