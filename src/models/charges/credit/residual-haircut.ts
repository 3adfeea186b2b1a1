/** Collateral in one asset and what the account owes in it. */
export interface CollateralHolding {
  /** Units held, >= 0. */
  readonly balance: number;
  /** Units owed, and units of short delta in the same coin (shorts positive), both >= 0. */
  readonly liability: number;
  readonly shortDelta: number;
  /** Settlement currency per unit. */
  readonly price: number;
  /** Share of the value that does not count, [0, 1]. */
  readonly haircut: number;
}

/** Units that nothing of the account hedges: max(0, balance - liability - short delta). */
export function unhedgedUnits({ balance, liability, shortDelta }: CollateralHolding): number {
  return Math.max(0, balance - liability - shortDelta);
}

/**
 * Haircuts on what is unhedged only: a coin held against an inverse short of the same coin is worth constant dollars and pays
 * nothing (market-and-risk.md 5.8). Settlement currency, >= 0.
 */
export function residualHaircut(holdings: readonly CollateralHolding[]): number {
  let sum = 0;
  for (const holding of holdings) sum += unhedgedUnits(holding) * holding.price * holding.haircut;
  return sum;
}
