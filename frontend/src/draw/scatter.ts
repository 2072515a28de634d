// Marks of points; a class has its own.

import type { Mark } from "./palette.ts";

/** Trace the outline of a mark around a point. */
export function outline(target: CanvasRenderingContext2D, mark: Mark, x: number, y: number, r: number): void {
  target.beginPath();
  if (mark === "circle") target.arc(x, y, r, 0, 2 * Math.PI);
  else if (mark === "square") target.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  else if (mark === "cross") {
    const a = r * 0.4;
    for (const [px, py] of [[-a, -r], [a, -r], [a, -a], [r, -a], [r, a], [a, a], [a, r], [-a, r], [-a, a], [-r, a], [-r, -a], [-a, -a]]) {
      target.lineTo(x + px, y + py);
    }
    target.closePath();
  } else {
    const corners = { triangle: [3, -90], down: [3, 90], diamond: [4, -90], star: [5, -90] }[mark];
    const [n, turn] = corners;
    for (let k = 0; k < n; k++) {
      const angle = ((turn + (360 * k) / n) * Math.PI) / 180;
      target.lineTo(x + 1.2 * r * Math.cos(angle), y + 1.2 * r * Math.sin(angle));
    }
    target.closePath();
  }
}

export interface Look {
  fill: string;
  edge: string;
  mark: Mark;
  radius: number;
  hollow?: boolean;
}

/** Draw one point. */
export function point(target: CanvasRenderingContext2D, x: number, y: number, look: Look): void {
  outline(target, look.mark, x, y, look.radius);
  if (look.hollow) {
    target.fillStyle = look.edge;
    target.fill();
    target.lineWidth = 1.6;
    target.strokeStyle = look.fill;
  } else {
    target.fillStyle = look.fill;
    target.fill();
    target.lineWidth = 1.1;
    target.strokeStyle = look.edge;
  }
  target.stroke();
}
