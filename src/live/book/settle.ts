import type { Instrument } from '../../domain/instrument.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Amount } from '../../domain/money.js';
import { decimalOf } from '../../market/marks/decimal.js';
import { tradeFuture } from '../../market/marks/future-position.js';
import { optionPayoff } from '../../market/marks/option-settlement.js';
import type { LedgerPosition } from './account.js';
import type { AccountDraft } from './account-draft.js';
import { decimalOfUnits, isPaidUpFront, LEDGER_DECIMALS, ledgerTerms, ledgerUnits } from './ledger.js';

interface Settlement {
  readonly instrument: string;
  readonly settlementPrice: number;
  readonly cash?: Amount;
}

/**
 * Pays out an expired instrument and removes it with its orders; an account that holds none loses its orders only. The cash is
 * the venue's where it states one, else the payoff at the settlement price, rounded down.
 */
export function bookSettlement(draft: AccountDraft, settlement: Settlement): Outcome<undefined> {
  const { instrument } = settlement;
  draft.removeOrders((order) => order.instrument === instrument);
  const held = draft.position(instrument);
  if (held === undefined) return success(undefined);
  const cash = settledCash(held, settlement);
  if (!cash.ok) return cash;
  const currency = held.terms.settlementCurrency;
  const paid = isPaidUpFront(held.terms) ? held.ledger.openCost : 0n;
  draft.addBalance(currency, cash.value + held.unsettledFunding);
  draft.addFlows(currency, { realisedPnl: cash.value - paid, fundingReceived: held.unsettledFunding });
  draft.setPosition(instrument, undefined);
  return success(undefined);
}

function settledCash(held: LedgerPosition, { settlementPrice, cash }: Settlement): Outcome<bigint> {
  const { terms, ledger } = held;
  if (cash !== undefined) return statedCash(terms, cash);
  const price = decimalOf(settlementPrice, 'settlementPrice');
  if (!price.ok) return price;
  const contractSize = decimalOf(terms.contractSize, 'contractSize');
  if (!contractSize.ok) return contractSize;
  if (terms.kind === 'OPTION') {
    const strike = decimalOf(terms.strike, 'strike');
    if (!strike.ok) return strike;
    return optionPayoff(
      {
        settlement: terms.settlement,
        optionType: terms.optionType,
        strike: strike.value,
        contractSize: contractSize.value,
        ledgerDecimals: LEDGER_DECIMALS,
      },
      decimalOfUnits(ledger.quantityUnits),
      price.value,
    );
  }
  const ledgerOf = ledgerTerms(terms);
  if (!ledgerOf.ok) return ledgerOf;
  const closing = { quantity: decimalOfUnits(-ledger.quantityUnits), price: price.value };
  const closed = tradeFuture(ledgerOf.value, ledger, closing);
  return closed.ok
    ? success(closed.value.realisedPnl - ledger.realisedPnl)
    : failure('INVALID_VALUE', 'settlementPrice', closed.failure.message);
}

function statedCash({ settlementCurrency }: Instrument, cash: Amount): Outcome<bigint> {
  if (cash.asset !== settlementCurrency) {
    const wanted = `the settlement currency ${settlementCurrency}`;
    return failure('INVALID_VALUE', 'cash.asset', expected(wanted, 'cash.asset', cash.asset));
  }
  const units = ledgerUnits(cash);
  return units.ok ? units : failureUnder('cash', units.failure);
}
