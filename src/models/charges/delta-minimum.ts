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
