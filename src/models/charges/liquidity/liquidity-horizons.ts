/** Expected shortfall of the factors whose liquidity horizon is at least so many days, at the base horizon. */
export interface HorizonShortfall {
  readonly horizonDays: number;
  readonly expectedShortfall: number;
}

/**
 * Basel's cascade of liquidity horizons (MAR33.4): sqrt(ES_1^2 + sum (ES_j sqrt((LH_j - LH_(j-1)) / base))^2). The first entry is
 * the base horizon with all factors; horizons increase.
 */
export function liquidityHorizonShortfall(shortfalls: readonly HorizonShortfall[]): number {
  const base = shortfalls[0]?.horizonDays ?? 1;
  let squares = 0;
  let previous = 0;
  for (const { horizonDays, expectedShortfall } of shortfalls) {
    squares += expectedShortfall ** 2 * ((horizonDays - previous) / base);
    previous = horizonDays;
  }
  return Math.sqrt(squares);
}
