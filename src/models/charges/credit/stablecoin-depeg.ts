/** One jump of a stablecoin and the share of its loss that counts in a scenario margin. */
export interface DepegJump {
  /** Relative change of the price, e.g. -0.13. */
  readonly jump: number;
  readonly share: number;
}

/** The jumps of market-and-risk.md 5.8: 3, 13 and 35 %, dampened as they become less likely. */
export const DEPEG_JUMPS: readonly DepegJump[] = [
  { jump: -0.03, share: 1 },
  { jump: -0.13, share: 0.5 },
  { jump: -0.35, share: 0.25 },
];

/**
 * P&L rows of a stablecoin's jumps, one per jump, in dollars: on what is held less what is owed in the same coin. They compete
 * with the other rows of the grid; an account that owes the coin gains in them.
 */
export function depegPnl(
  balance: number,
  liability: number,
  priceUsd: number,
  jumps: readonly DepegJump[] = DEPEG_JUMPS,
): readonly number[] {
  const exposure = (balance - liability) * priceUsd;
  return jumps.map(({ jump, share }) => exposure * jump * share);
}

/** Price from which the plain charge of presets begins, and its multiple. */
const PLAIN_THRESHOLD = 0.99;
const PLAIN_MULTIPLE = 4;

/**
 * Plain form of venues' presets: below 0.99 dollars, four times what is missing to 0.99, per unit held. Zero until then and a
 * cliff after it, which is why the house uses jumps. Dollars, >= 0; `balance` is what is held of the coin.
 */
export function plainDepegCharge(balance: number, priceUsd: number): number {
  return PLAIN_MULTIPLE * Math.max(0, PLAIN_THRESHOLD - priceUsd) * Math.max(0, balance);
}
