import type { ResolvedLeg } from '../../engine/what-if-book.js';
import type { Market } from '../../market/snapshot/market.js';

export interface FeeRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly currency: string;
}

/**
 * Fees of all legs at the venue's rate; undefined where a leg has no rate, or where legs pay in several currencies. A venue
 * that takes less from makers takes at least nothing.
 */
export function legFees({ columns, table }: Market, legs: readonly ResolvedLeg[]): FeeRange | undefined {
  let maximum = 0;
  let currency: string | undefined;
  for (const { instrument, quantity, price } of legs) {
    const terms = table.instruments[instrument];
    const rate = columns.feeRate[instrument] ?? NaN;
    const paid = price ?? columns.markPrice[instrument] ?? NaN;
    if (terms === undefined || !(rate >= 0) || !(paid > 0)) return undefined;
    if (currency !== undefined && currency !== terms.settlementCurrency) return undefined;
    currency = terms.settlementCurrency;
    const size = Math.abs(quantity) * terms.contractSize;
    const isCoinFuture = terms.settlement === 'INVERSE' && terms.kind !== 'OPTION';
    const index = columns.indexPrice[columns.underlying[instrument] ?? -1] ?? NaN;
    const perCoin = terms.kind === 'OPTION' ? (terms.settlement === 'INVERSE' ? 1 : index) : paid;
    maximum += rate * (isCoinFuture ? size / paid : size * perCoin);
  }
  return currency === undefined || !Number.isFinite(maximum) ? undefined : { minimum: 0, maximum, currency };
}
