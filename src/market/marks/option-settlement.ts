import type { OptionType, Settlement } from '../../domain/instrument.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { QUANTITY_MAX } from '../../limits.js';
import { absolute, decimalToNumber, floorDivide, rescale, tenTo } from './decimal.js';
import type { Decimal } from './decimal.js';

export interface OptionTerms {
  readonly settlement: Settlement;
  readonly optionType: OptionType;
  readonly strike: Decimal;
  /** Coins per contract, > 0. */
  readonly contractSize: Decimal;
  /** The ledger's smallest unit is 10^-ledgerDecimals of the settlement currency. */
  readonly ledgerDecimals: number;
}

/**
 * What a position of `quantity` signed contracts is paid at the settlement price (`oracles/settlement-price.ts`): the payoff in
 * quote currency, or in coins at that price, ledger units, rounded down. Longs and shorts of one size cost the venue nothing
 * and leave it at most a unit (market-and-risk.md sections 0 and 4).
 */
export function optionPayoff(
  { settlement, optionType, strike, contractSize, ledgerDecimals }: OptionTerms,
  quantity: Decimal,
  settlementPrice: Decimal,
): Outcome<bigint> {
  if (settlementPrice.units <= 0n) {
    const received = decimalToNumber(settlementPrice);
    const what = expected('a price above 0', 'settlementPrice', received);
    return failure('INVALID_VALUE', 'settlementPrice', what);
  }
  if (absolute(quantity.units) > BigInt(QUANTITY_MAX) * tenTo(quantity.decimals)) {
    const what = expected(`at most ${QUANTITY_MAX} contracts`, 'quantity', decimalToNumber(quantity));
    return failure('INVALID_VALUE', 'quantity', what);
  }
  const decimals = Math.max(strike.decimals, settlementPrice.decimals);
  const price = rescale(settlementPrice, decimals) ?? 0n;
  const distance = price - (rescale(strike, decimals) ?? 0n);
  const perCoin = optionType === 'CALL' ? distance : -distance;
  if (perCoin <= 0n) return success(0n);
  const size = quantity.units * contractSize.units * tenTo(ledgerDecimals);
  const sizeDenominator = tenTo(quantity.decimals + contractSize.decimals);
  // perCoin and price are in the same units: a payoff in coins is their ratio.
  const denominator = settlement === 'INVERSE' ? price : tenTo(decimals);
  return success(floorDivide(size * perCoin, sizeDenominator * denominator));
}
