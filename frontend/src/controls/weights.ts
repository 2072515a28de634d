// Changing a weight by dragging its line, by keys, or by typing a number.

import { bubble, type Diagram } from "../draw/diagram.ts";
import { signed } from "../draw/numbers.ts";
import { edgeName, type Edge } from "../draw/places.ts";
import { h } from "../dom.ts";

export interface WeightHandlers {
  /** A new value; `done` when the hand has let go, so that it is one step to undo. */
  set(edge: Edge, value: number, done: boolean): void;
  hover(layer: number | null, unit: number | null): void;
  pick(layer: number, unit: number): void;
  open(layer: number, unit: number): void;
  undo(): void;
}

/** Let weights and units of a diagram be touched. */
export function touchDiagram(diagram: Diagram, on: WeightHandlers): HTMLElement[] {
  const tip = h("div", { class: "tip", "aria-hidden": "true" });
  tip.hidden = true;
  const input = h("input", { class: "weight-input", type: "text", inputmode: "decimal", "aria-label": "New weight" });
  input.hidden = true;
  const { svg, root } = diagram;
  let drag: { edge: Edge; y: number; first: number; last: number; moved: boolean } | null = null;

  const edgeOf = (target: EventTarget | null): Edge | null => {
    if (!(target instanceof Element)) return null;
    const found = diagram.edges.find((one) => one.hit === target);
    if (found) return found.edge;
    for (const [key, box] of diagram.biases) {
      if (box === target) {
        const [layer, to] = key.split("/").map(Number);
        return { layer, from: -1, to };
      }
    }
    return null;
  };
  const spotOf = (target: EventTarget | null): [number, number] | null => {
    const group = target instanceof Element ? target.closest(".node") : null;
    for (let k = 0; k < diagram.nodes.length; k++) {
      const j = diagram.nodes[k].indexOf(group as SVGGElement);
      if (j >= 0) return [k, j];
    }
    return null;
  };
  const near = (event: { clientX: number; clientY: number }): [number, number] => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left + 14, event.clientY - box.top - 30];
  };
  const showTip = (edge: Edge, value: number, event: PointerEvent) => {
    const name = edgeName(diagram.arch!, edge);
    bubble(tip, `${name[0].toUpperCase()}${name.slice(1)}: ${signed(value, 3)}`, ...near(event));
  };

  const type = (edge: Edge, x: number, y: number, back: Element | null) => {
    input.hidden = false;
    input.style.transform = `translate(${x}px, ${y}px)`;
    input.setAttribute("aria-label", `New value: ${edgeName(diagram.arch!, edge)}`);
    input.value = String(Number(diagram.valueOf(edge).toPrecision(4)));
    input.focus();
    input.select();
    const close = () => {
      input.hidden = true;
      input.onkeydown = null;
      input.onblur = null;
      (back as SVGElement | null)?.focus();
    };
    input.onblur = close;
    input.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      if (event.key !== "Enter") return;
      const value = Number(input.value.replace("\u2212", "-").replace(",", "."));
      if (Number.isFinite(value)) on.set(edge, value, true);
      close();
    };
  };

  svg.addEventListener("pointerdown", (event) => {
    const edge = edgeOf(event.target);
    if (!edge) return;
    event.preventDefault();
    const first = diagram.valueOf(edge);
    drag = { edge, y: event.clientY, first, last: first, moved: false };
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("dragging");
  });
  svg.addEventListener("pointermove", (event) => {
    if (drag) {
      const away = drag.y - event.clientY;
      if (Math.abs(away) > 2) drag.moved = true;
      if (!drag.moved) return;
      drag.last = drag.first + (away / 50) * (event.shiftKey ? 0.2 : 1);
      showTip(drag.edge, drag.last, event);
      on.set(drag.edge, drag.last, false);
      return;
    }
    const edge = edgeOf(event.target);
    if (edge) showTip(edge, diagram.valueOf(edge), event);
    else tip.hidden = true;
    const spot = spotOf(event.target);
    on.hover(spot ? spot[0] : null, spot ? spot[1] : null);
  });
  svg.addEventListener("pointerleave", () => {
    tip.hidden = true;
    on.hover(null, null);
  });
  const drop = (event: PointerEvent) => {
    if (!drag) return;
    const { edge, moved, last } = drag;
    drag = null;
    svg.classList.remove("dragging");
    tip.hidden = true;
    if (moved) on.set(edge, last, true);
    else if (event.type === "pointerup") type(edge, ...near(event), null);
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);
  svg.addEventListener("click", (event) => {
    const spot = edgeOf(event.target) ? null : spotOf(event.target);
    if (spot) on.pick(...spot);
  });
  svg.addEventListener("dblclick", (event) => {
    const spot = edgeOf(event.target) ? null : spotOf(event.target);
    if (spot) on.open(...spot);
  });
  walkByKeys(diagram, on, type);
  return [tip, input];
}

/** One tab stop: arrows walk the units; Enter goes into a unit's weights, where arrows turn them. */
function walkByKeys(
  diagram: Diagram, on: WeightHandlers,
  type: (edge: Edge, x: number, y: number, back: Element) => void,
): void {
  let spot: [number, number] = [1, 0];
  let from: number | null = null;
  const stop = (element: Element) => {
    for (const one of diagram.svg.querySelectorAll('[tabindex="0"]')) one.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
    (element as SVGElement).focus();
  };
  const weightElement = (): [Edge, Element] => {
    const edge = { layer: spot[0] - 1, from: from!, to: spot[1] };
    const element = from! < 0
      ? diagram.biases.get(`${edge.layer}/${edge.to}`)!
      : diagram.edges.find((one) => one.edge.layer === edge.layer && one.edge.from === from && one.edge.to === edge.to)!.hit;
    return [edge, element];
  };
  const enterWeight = () => {
    const [edge, element] = weightElement();
    diagram.speakWeight(element, edge);
    stop(element);
  };
  diagram.svg.addEventListener("keydown", (event) => {
    if (!diagram.places || event.ctrlKey || event.metaKey || event.altKey) return;
    const spots = diagram.places.spots;
    const key = event.key;
    let used = true;
    if (from === null) {
      const [k, j] = spot;
      const go = (layer: number, unit: number) => {
        const l = Math.max(0, Math.min(spots.length - 1, layer));
        spot = [l, Math.max(0, Math.min(spots[l].length - 1, unit))];
        on.pick(...spot);
        stop(diagram.nodes[spot[0]][spot[1]]);
      };
      if (key === "ArrowLeft") go(k - 1, j);
      else if (key === "ArrowRight") go(k + 1, j);
      else if (key === "ArrowUp") go(k, j - 1);
      else if (key === "ArrowDown") go(k, j + 1);
      else if (key === "o") on.open(k, j);
      else if (key === "Enter" && k > 0) {
        from = 0;
        enterWeight();
      } else used = false;
    } else {
      const many = spots[spot[0] - 1].length;
      const [edge, element] = weightElement();
      const value = diagram.valueOf(edge);
      const step = Math.max(Math.abs(value), 0.1) * (event.shiftKey ? 0.1 : 0.01);
      const go = (next: number) => {
        on.set(edge, next, true);
        element.setAttribute("aria-valuenow", next.toFixed(3));
        element.setAttribute("aria-valuetext", signed(next, 3));
      };
      if (key === "ArrowUp") go(value + step);
      else if (key === "ArrowDown") go(value - step);
      else if (key === "ArrowRight" || key === "ArrowLeft") {
        from = ((from + 1 + (key === "ArrowRight" ? 1 : many)) % (many + 1)) - 1;
        enterWeight();
      } else if (key === "Enter") {
        const at = diagram.places.spots[spot[0]][spot[1]];
        type(edge, at.x - 90, at.y - 14, element);
      } else if (key === "z") on.undo();
      else if (key === "Escape") {
        from = null;
        stop(diagram.nodes[spot[0]][spot[1]]);
      } else used = false;
    }
    if (used) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  diagram.svg.addEventListener("focusin", (event) => {
    diagram.nodes.forEach((nodes, k) => {
      const j = nodes.indexOf(event.target as SVGGElement);
      if (j >= 0) {
        spot = [k, j];
        from = null;
      }
    });
  });
}

/** Give the diagram its tab stop after it was built. */
export function firstStop(diagram: Diagram): void {
  const node = diagram.nodes[1]?.[0] ?? diagram.nodes[0]?.[0];
  node?.setAttribute("tabindex", "0");
}
