// Small pictures on buttons.

import { s } from "../dom.ts";

const PATHS = {
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M3.5 2.5h3.4v11H3.5zM9.1 2.5h3.4v11H9.1z",
  epoch: "M3 2.5v11l7.5-5.5zM11 2.5h2.3v11H11z",
  batch: "M5 4.5v7l5.5-3.5zM11.2 4.5h1.5v7h-1.5z",
  back: "M13 2.5v11L5.5 8zM2.7 2.5H5v11H2.7z",
  reset: "M8 2.6a5.4 5.4 0 1 1-5.2 4h1.7A3.8 3.8 0 1 0 8 4.2V7L3.9 3.6 8 .3z",
  undo: "M6 3V.6L1.6 4.4 6 8.2V5.6h3.2a2.7 2.7 0 0 1 0 5.4H4v2.2h5.2a5 5 0 0 0 0-10.2z",
  plus: "M7 3h2v4h4v2H9v4H7V9H3V7h4z",
  minus: "M3 7h10v2H3z",
  table: "M2 3h12v10H2zM3.3 6.3v2h4v-2zm5.4 0v2h4v-2zM3.3 9.6v2.1h4V9.6zm5.4 0v2.1h4V9.6z",
  moon: "M9.5 1.6A6.4 6.4 0 1 0 14.4 10 5.4 5.4 0 0 1 9.5 1.6z",
  sun: "M8 4.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8zM7.3.8h1.4v2.4H7.3zm0 12h1.4v2.4H7.3zM.8 7.3h2.4v1.4H.8zm12 0h2.4v1.4h-2.4zM2.4 3.4l1-1 1.7 1.7-1 1zm8.5 8.5 1-1 1.7 1.7-1 1zM2.4 12.6l1.7-1.7 1 1-1.7 1.7zm8.5-8.5 1.7-1.7 1 1-1.7 1.7z",
  help: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 9.6a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM8 3.6c-1.6 0-2.7 1-2.8 2.5h1.6c.1-.7.5-1.1 1.2-1.1.7 0 1.2.4 1.2 1 0 .5-.3.8-.9 1.2-.8.5-1.1 1-1.1 2v.4h1.6v-.3c0-.5.2-.7.8-1.1.8-.5 1.3-1.2 1.3-2.2 0-1.4-1.2-2.4-2.9-2.4z",
  close: "M3.5 2.4 8 6.9l4.5-4.5 1.1 1.1L9.1 8l4.5 4.5-1.1 1.1L8 9.1l-4.5 4.5-1.1-1.1L6.9 8 2.4 3.5z",
  dice: "M2.5 1.5h11v13h-11zM4 3v10h8V3zm2.1 1.5a1 1 0 1 1 0 2 1 1 0 0 1 0-2zM8 7a1 1 0 1 1 0 2 1 1 0 0 1 0-2zm1.9 2.5a1 1 0 1 1 0 2 1 1 0 0 1 0-2z",
  look: "M7 1.5a5.5 5.5 0 0 1 4.4 8.8l3.1 3.1-1.1 1.1-3.1-3.1A5.5 5.5 0 1 1 7 1.5zm0 1.6a3.9 3.9 0 1 0 0 7.8 3.9 3.9 0 0 0 0-7.8z",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon of 16 units. */
export function icon(name: IconName, size = 16): SVGSVGElement {
  return s(
    "svg",
    { viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true", focusable: "false" },
    s("path", { d: PATHS[name], "fill-rule": "evenodd" }),
  );
}
