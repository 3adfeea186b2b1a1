/**
 * Equity of one currency: cash, what positions are worth or have gained, accrued funding, less fees (market-and-risk.md
 * section 4). Ledger amounts are added as integers; option values, which are doubles, enter rounded down to the unit: an
 * asset down, a liability up. No haircut here.
 */
import { numberToAmount } from '../../domain/money.js';
import type { Amount } from '../../domain/money.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';

export interface CurrencyHoldings {
  readonly currency: string;
  /** The ledger's smallest unit is 10^-decimals. */
  readonly decimals: number;
  /** Ledger units, signed. */
  readonly cash: bigint;
  /** Unrealised P&L of futures and perpetuals, ledger units. */
  readonly unrealisedPnl: readonly bigint[];
  /** Funding accrued and not settled, ledger units, positive when it is owed. */
  readonly fundingOwed: readonly bigint[];
  /** Fees charged and not yet taken from cash, ledger units. */
  readonly feesOwed: bigint;
  /** Signed values of option positions, currency. */
  readonly optionValues: readonly number[];
}

/** Equity in ledger units, exact; fails on a value that is not finite. */
export function equityOf(holdings: CurrencyHoldings): Outcome<Amount> {
  const { currency, decimals, cash, feesOwed } = holdings;
  let units = cash - feesOwed;
  for (const pnl of holdings.unrealisedPnl) units += pnl;
  for (const owed of holdings.fundingOwed) units -= owed;
  for (const [index, value] of holdings.optionValues.entries()) {
    if (!Number.isFinite(value)) {
      const field = `optionValues[${index}]`;
      return failure('INVALID_VALUE', field, expected('a finite number', field, value));
    }
    units += BigInt(numberToAmount(currency, value, decimals).units);
  }
  return success({ asset: currency, units: units.toString(), decimals });
}
