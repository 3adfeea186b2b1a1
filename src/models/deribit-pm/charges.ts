import type { CurrencyBook } from './currency-book.js';
import type { DeribitCurrencyParameters } from './parameters.js';

/**
 * Roll shock: futures may move against the index by their annualised move, perpetuals by the minimum; options enter with the
 * net delta of their expiry. Coins. (margin-models.md 7: fitted for futures and perpetuals, second-hand for options.)
 */
export function rollShock(book: CurrencyBook): number {
  let total = 0;
  for (const { coins, timeToExpiryYears } of [...book.deltaOne, ...book.optionExpiries]) {
    total += Math.abs(coins) * rollMove(book.parameters, timeToExpiryYears);
  }
  return total;
}

/** Relative move of a future against the index. */
export function rollMove(
  { annualisedMoveRisk, minAnnualisedMove }: DeribitCurrencyParameters,
  timeToExpiryYears: number,
): number {
  return Math.max(minAnnualisedMove, Math.exp(annualisedMoveRisk * timeToExpiryYears) - 1);
}

/**
 * Delta shock: a charge on delta beyond a threshold, growing with it. Long options may reduce the delta and never flip it.
 * Coins. (margin-models.md 7: second-hand, not reproduced.)
 */
export function deltaShock(book: CurrencyBook): number {
  const { deltaIncrement, maxDeltaShock, deltaShockThresholdUsd } = book.parameters;
  const delta = Math.abs(chargedDelta(book));
  const excess = Math.max(0, delta - deltaShockThresholdUsd / book.indexPrice);
  return delta * Math.min(maxDeltaShock, deltaIncrement * excess);
}

/** Delta that the shock is on, coins, signed. */
export function chargedDelta(book: CurrencyBook): number {
  const firm = book.deltaOne.reduce((sum, position) => sum + position.coins, book.shortOptionDelta);
  if (firm > 0) return Math.max(0, firm + Math.min(0, book.longOptionDelta));
  return Math.min(0, firm + Math.max(0, book.longOptionDelta));
}
