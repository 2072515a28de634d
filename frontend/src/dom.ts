// Elements without markup: text reaches the page through textContent only.

type Child = Node | string | number | null | undefined | false;
type Handler = (event: any) => void;

export interface Props {
  class?: string;
  text?: string;
  style?: Record<string, string>;
  on?: Record<string, Handler>;
  [attribute: string]: unknown;
}

const SVG = "http://www.w3.org/2000/svg";

function dress(element: HTMLElement | SVGElement, props: Props, children: Child[]): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.setAttribute("class", String(value));
    else if (name === "text") element.textContent = String(value);
    else if (name === "style") {
      for (const [key, one] of Object.entries(value as Record<string, string>)) {
        element.style.setProperty(key, one);
      }
    } else if (name === "on") {
      for (const [type, handler] of Object.entries(value as Record<string, Handler>)) {
        element.addEventListener(type, handler);
      }
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, ...children);
}

/** Make an HTML element. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  dress(element, props, children);
  return element;
}

/** Make an SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
  dress(element, props, children);
  return element;
}

/** Append children; nothing for null and false. */
export function add(parent: Node, ...children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Put these children in the place of those that are there. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  add(parent, ...children);
}

/** Set attributes, only those that changed. */
export function set(element: Element, attributes: Record<string, string | number | null>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/** Set text, only if it changed. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A sharp canvas of a size in CSS pixels; returns its context, scaled. */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const w = Math.max(1, Math.round(width * ratio));
  const t = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== t) {
    canvas.width = w;
    canvas.height = t;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
