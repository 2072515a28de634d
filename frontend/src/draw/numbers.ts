// Numbers as people read them.

const MINUS = "\u2212";

/** About three digits, with a real minus. */
export function short(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : `${MINUS}\u221e`;
  const size = Math.abs(value);
  let text: string;
  if (size === 0) text = "0";
  else if (size >= 1e6 || size < 1e-4) text = value.toExponential(Math.max(0, digits - 2)).replace(/\.0+e/, "e");
  else text = Number(value.toPrecision(digits)).toString();
  return text.replace("-", MINUS).replace("e+", "e");
}

/** A fixed number of decimals, so that a changing number does not dance. */
export function fixed(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  if (!Number.isFinite(value)) return short(value);
  if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals) return short(value, 2);
  if (Math.abs(value) >= 1e5) return short(value);
  return value.toFixed(decimals).replace("-", MINUS);
}

/** A signed weight. */
export function signed(value: number, decimals = 2): string {
  const text = fixed(value, decimals);
  return value > 0 ? `+${text}` : text;
}

/** A whole number with thousands. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A share in percent. */
export function percent(value: number, decimals = 1): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(decimals)}\u00a0%` : "\u2013";
}

/** Round steps for an axis: about `count` ticks between two numbers. */
export function ticks(low: number, high: number, count = 5): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999)!;
  const out: number[] = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) {
    out.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  }
  return out;
}
