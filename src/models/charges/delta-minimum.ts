/** Deltas of one underlying by side, coins, >= 0, and the two rates on them. */
export interface DeltaMinimumInput {
  readonly longPositions: number;
  readonly shortPositions: number;
  readonly longOrders: number;
  readonly shortOrders: number;
  /** Rate on delta that opposite delta hedges, fraction of spot. */
  readonly hedgedFactor: number;
  /** Rate on the rest. */
  readonly unhedgedFactor: number;
  readonly spot: number;
}

export interface DeltaMinimum {
  readonly hedged: number;
  readonly unhedged: number;
  /** US dollars. */
  readonly amount: number;
}

/**
 * The least margin that a book of some delta holds, however well its scenarios hedge each other (Paradex; margin-models.md
 * 11). Orders count on the side that leaves more unhedged.
 */
export function deltaMinimum(input: DeltaMinimumInput): DeltaMinimum {
  const longMax = input.longPositions + input.longOrders;
  const shortMax = input.shortPositions + input.shortOrders;
  const unhedged = Math.max(0, longMax - input.shortPositions, shortMax - input.longPositions);
  const hedged = Math.max(0, Math.max(longMax, shortMax) - unhedged);
  return {
    hedged,
    unhedged,
    amount: (hedged * input.hedgedFactor + unhedged * input.unhedgedFactor) * input.spot,
  };
}

/**
 * What one more coin of a long and of a short position adds to the minimum, US dollars (Euler): the side that leaves more
 * unhedged pays for it, and the other turns unhedged delta into hedged.
 */
export function deltaMinimumRates(input: DeltaMinimumInput): {
  readonly long: number;
  readonly short: number;
} {
  const longMax = input.longPositions + input.longOrders;
  const shortMax = input.shortPositions + input.shortOrders;
  const heavier = input.unhedgedFactor * input.spot;
  const lighter = (input.hedgedFactor - input.unhedgedFactor) * input.spot;
  return longMax - input.shortPositions >= shortMax - input.longPositions
    ? { long: heavier, short: lighter }
    : { long: lighter, short: heavier };
}
