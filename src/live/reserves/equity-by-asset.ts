import { isOption } from '../../engine/usable-instrument.js';
import type { Valuation } from '../../engine/valuation.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { Market } from '../../market/snapshot/market.js';
import { futureValue, unrealisedPnl } from '../../market/marks/future-position.js';
import type { AccountView } from '../book/account.js';
import { isPaidUpFront, LEDGER_DECIMALS, ledgerTerms, numberToLedgerUnits } from '../book/ledger.js';

/** Price of one coin of an instrument at the marks of a market, in the unit that its ledger counts; undefined for none. */
export type PriceOf = (instrument: string) => number | undefined;

/** Marks of a market: the venue's where there is one, else the value by the market's own forward and volatility. */
export function pricesOf(market: Market, valuation: Valuation): PriceOf {
  const { columns, table } = market;
  return (instrument) => {
    const row = table.instrumentIndex.get(instrument);
    if (row === undefined) return undefined;
    const mark = columns.markPrice[row] ?? NaN;
    if (Number.isFinite(mark)) return mark;
    if (valuation.usable[row] !== 1 || !isOption(market, row)) return undefined;
    const value = valuation.price[row] ?? NaN;
    return columns.isInverse[row] === 1 ? value / (columns.forward[columns.expiry[row] ?? -1] ?? NaN) : value;
  };
}

/**
 * What an account is owed in each asset, in ledger units, nothing deducted for margin: balances, unrealised P&L of futures, value
 * of options, accrued funding. Rounded down at each position (market-and-risk.md section 8).
 */
export function equityByAsset(account: AccountView, priceOf: PriceOf): Outcome<Map<string, bigint>> {
  const equity = new Map(account.balances);
  for (const { terms, ledger, unsettledFunding } of account.positions.values()) {
    const price = priceOf(terms.name);
    const ledgerOf = ledgerTerms(terms);
    if (price === undefined || !Number.isFinite(price) || !ledgerOf.ok)
      return failure(
        'MISSING_MARKET_DATA',
        `accounts[${account.accountId}].positions[${terms.name}]`,
        `Expected a mark of ${terms.name} but there is none`,
      );
    const decimal = { units: numberToLedgerUnits(price), decimals: LEDGER_DECIMALS };
    const value = isPaidUpFront(terms)
      ? futureValue(ledgerOf.value, ledger, decimal)
      : unrealisedPnl(ledgerOf.value, ledger, decimal);
    const asset = terms.settlementCurrency;
    equity.set(asset, (equity.get(asset) ?? 0n) + value + unsettledFunding);
  }
  return success(equity);
}
