// How wide words are, and how they become shorter: in the middle, because what tells two names apart stands at an end.

let paper: CanvasRenderingContext2D | null = null;

/** The width of a text in pixels. */
export function widthOf(text: string, font: string): number {
  paper ??= document.createElement("canvas").getContext("2d")!;
  paper.font = font;
  return paper.measureText(text).width;
}

/** A text that takes no more than `room` pixels. */
export function shortened(text: string, room: number, font: string): string {
  if (widthOf(text, font) <= room) return text;
  for (let kept = text.length - 1; kept > 2; kept--) {
    const head = Math.ceil(kept * 0.6);
    const shown = `${text.slice(0, head).trimEnd()}\u2026${text.slice(text.length - (kept - head)).trimStart()}`;
    if (widthOf(shown, font) <= room) return shown;
  }
  return `${text.slice(0, 2)}\u2026`;
}
