/**
 * The largest order that fits. Excess over size is not monotone: a hedge first releases margin and then consumes it. So the sizes
 * are scanned, every change of sign is bisected, and two answers are given: the largest size that can be reached from nothing
 * without a shortfall on the way, and the largest of all (market-and-risk.md 5.11).
 */

/** Points of the scan between nothing and a size that surely does not fit. */
const SCAN_POINTS = 64;

/** Doublings that must all fall short before a size counts as surely too large. */
const FALLING_SHORT = 3;

/** Halvings of a bracket: below the resolution of a double over any scanned range. */
const BISECTIONS = 60;

export interface SizeProblem {
  /** Excess over what must remain, with an order of this many contracts; NaN where there is no answer. */
  readonly excess: (size: number) => number;
  /** Largest size that any limit allows, contracts. */
  readonly limit: number;
  /** Where the search begins, contracts > 0: the size of what is held, or one contract. */
  readonly scale: number;
  /** Smallest step of a size, contracts; absent for any number. */
  readonly step?: number;
}

export interface SolvedSize {
  /** Largest size connected to 0, contracts; 0 where nothing fits. */
  readonly connected: number;
  /** Largest size that fits at all, >= `connected`. */
  readonly largest: number;
  /** Whether `connected` is the limit and not where margin ends. */
  readonly isBoundedByLimit: boolean;
}

export function solveSize(problem: SizeProblem): SolvedSize {
  const { limit, step } = problem;
  const fits = (size: number): boolean => problem.excess(size) >= 0;
  const end = tooLarge(problem);
  const width = end / SCAN_POINTS;
  let connected = 0;
  let isConnected = fits(0);
  let largest = 0;
  let fittedBefore = isConnected;
  for (let point = 1; point <= SCAN_POINTS; point += 1) {
    const size = point === SCAN_POINTS ? end : point * width;
    const fitsHere = fits(size);
    const last = fitsHere ? size : fittedBefore ? lastThatFits(fits, size - width, size) : 0;
    const rounded = roundDown(last, step);
    if (last > 0 && fits(rounded)) {
      largest = Math.max(largest, rounded);
      if (isConnected) connected = rounded;
    }
    if (!fitsHere) isConnected = false;
    fittedBefore = fitsHere;
  }
  return { connected, largest, isBoundedByLimit: connected > 0 && connected === roundDown(limit, step) };
}

/** The limit, or a size beyond which three doublings fall short. */
function tooLarge({ excess, limit, scale }: SizeProblem): number {
  let size = Math.min(scale, limit);
  let short = 0;
  while (size < limit && short < FALLING_SHORT) {
    size = Math.min(2 * size, limit);
    short = excess(size) >= 0 ? 0 : short + 1;
  }
  return size;
}

/** The largest size of a bracket that fits: `from` does, `to` does not. */
function lastThatFits(fits: (size: number) => boolean, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Whole steps; half an ulp of room for sizes that are whole but for the rounding of the division. */
function roundDown(size: number, step: number | undefined): number {
  if (step === undefined) return size;
  const steps = Math.floor((size / step) * (1 + Number.EPSILON));
  return steps * step <= size ? steps * step : (steps - 1) * step;
}
