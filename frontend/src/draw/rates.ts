// How fast descent with momentum comes down a bowl, over the rate and the momentum.

/**
 * The factor by which a step shrinks the distance, in the long run, along the slowest of some curvatures:
 * the larger root of z^2 - (1 + m - rate L) z + m = 0 (Polyak 1964). Above 1 it climbs out.
 */
export function shrinking(rate: number, momentum: number, curvatures: number[]): number {
  let worst = 0;
  for (const bend of curvatures) {
    const half = (1 + momentum - rate * bend) / 2;
    const inside = half * half - momentum;
    const root = inside < 0 ? Math.sqrt(momentum) : Math.abs(half) + Math.sqrt(inside);
    worst = Math.max(worst, root);
  }
  return worst;
}

/** Rates from a hundredth of the limit without momentum to three times it, even in their logarithms. */
export function ratesFor(curvatures: number[]): [number, number] {
  const limit = 2 / Math.max(...curvatures);
  return [limit / 100, 3 * limit];
}

/** The rate from which it climbs out. */
export function largestRate(momentum: number, curvatures: number[]): number {
  return (2 * (1 + momentum)) / Math.max(...curvatures);
}

/** Factors over a grid: rates across, momentum upward. */
export function rateGrid(curvatures: number[], side: number): Float64Array {
  const [low, high] = ratesFor(curvatures);
  const out = new Float64Array(side * side);
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      out[r * side + c] = shrinking(low * (high / low) ** (c / (side - 1)), (r / (side - 1)) * MOST_MOMENTUM, curvatures);
    }
  }
  return out;
}

/** Factors as bytes to be colored: 128 is 1, above it comes down, below it climbs out. */
export function shades(factors: Float64Array): Uint8Array {
  return Uint8Array.from(factors, (factor) => Math.round(128 - 127 * (factor < 1 ? -Math.sqrt(1 - factor) : Math.min(1, 2 * (factor - 1)))));
}

export const MOST_MOMENTUM = 0.99;
