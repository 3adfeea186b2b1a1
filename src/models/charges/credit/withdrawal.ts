/** Halvings of a withdrawal's bisection: 2^-48 of the balance (market-and-risk.md 5.8). */
export const WITHDRAWAL_BISECTIONS = 48;

/**
 * Largest amount of one asset that can leave an account: `excessAfter(x)` is the excess over initial margin of the account as it
 * would be, re-margined with the guarded value and the haircuts of what remains. The answer never leaves a negative excess; an
 * excess that is not a number counts as negative. Where the excess is not monotone (a withdrawal that unhedges, then hedges)
 * the answer is a point from which the excess is known to be sound, not the largest of all.
 *
 * @param balance units held, >= 0
 */
export function withdrawalMaximum(balance: number, excessAfter: (withdrawn: number) => number): number {
  if (!(balance > 0 && balance < Infinity) || !(excessAfter(0) >= 0)) return 0;
  if (excessAfter(balance) >= 0) return balance;
  let allowed = 0;
  let refused = balance;
  for (let step = 0; step < WITHDRAWAL_BISECTIONS; step += 1) {
    const middle = allowed + (refused - allowed) / 2;
    if (excessAfter(middle) >= 0) allowed = middle;
    else refused = middle;
  }
  return allowed;
}
