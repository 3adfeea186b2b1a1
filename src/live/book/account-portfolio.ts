import type { MmpGroup, Portfolio, Position } from '../../domain/portfolio.js';
import { averageEntryPrice } from '../../market/marks/future-position.js';
import type { AccountView, LedgerPosition } from './account.js';
import { ledgerAmount, ledgerTerms, quantityOf } from './ledger.js';

/** The account as the portfolio that the engine margins: what it holds and what it has ordered, without reservations. */
export function accountPortfolio(account: AccountView): Portfolio {
  return {
    accountId: account.accountId,
    positions: [...account.positions.values()].map(positionOf),
    balances: [...account.balances].map(([asset, units]) => ledgerAmount(asset, units)),
    openOrders: [...account.orders.values()],
    mmpGroups: [...account.groups.values()].map(groupOf),
  };
}

function positionOf({ terms, ledger, unsettledFunding }: LedgerPosition): Position {
  const ledgerOf = ledgerTerms(terms);
  const entry = ledgerOf.ok ? averageEntryPrice(ledgerOf.value, ledger) : undefined;
  return {
    instrument: terms.name,
    quantity: quantityOf(ledger.quantityUnits),
    ...(entry === undefined ? {} : { averageEntryPrice: entry }),
    ...(unsettledFunding === 0n
      ? {}
      : { unsettledFunding: ledgerAmount(terms.settlementCurrency, unsettledFunding) }),
  };
}

function groupOf({ name, underlying, quantityLimit }: MmpGroup): MmpGroup {
  return { name, underlying, quantityLimit };
}
