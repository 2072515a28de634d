// Where the page stands: in a document of its own, or in a box of somebody else's, a notebook's.

interface Place {
  /** What has the theme: its style has all colors. */
  host: HTMLElement;
  /** What the page's elements are put into. */
  body: Node;
  /** What has the focus of its own, and hears the keys. */
  inside: Document | ShadowRoot;
}

export const place: Place = { host: document.documentElement, body: document.body, inside: document };

/** Stand in a box, which nothing around it styles and which styles nothing around it. */
export function standIn(host: HTMLElement, inside: ShadowRoot): void {
  Object.assign(place, { host, inside, body: inside });
}

/** What has the focus. */
export function focused(): Element | null {
  return place.inside.activeElement;
}
