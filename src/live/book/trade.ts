import type { Fill } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import { POSITIONS_PER_PORTFOLIO_MAX } from '../../limits.js';
import { ceilDivide, decimalOf, floorDivide, tenTo } from '../../market/marks/decimal.js';
import { FLAT, tradeFuture } from '../../market/marks/future-position.js';
import type { FuturePosition } from '../../market/marks/future-position.js';
import type { AccountDraft } from './account-draft.js';
import {
  isPaidUpFront,
  LEDGER_DECIMALS,
  ledgerTerms,
  ledgerUnits,
  quantityOf,
  quantityUnits,
  QUANTITY_DECIMALS,
} from './ledger.js';

/** Books a fill: position, cash, realised P&L, fee, and what is left of its order. Failures name the field below the fill. */
export function bookFill(draft: AccountDraft, fill: Fill, terms: Instrument): Outcome<undefined> {
  const order = draft.order(fill.orderId);
  if (order !== undefined && (order.instrument !== fill.instrument || order.side !== fill.side)) {
    const wanted = `the order ${fill.orderId} to ${order.side} ${order.instrument}`;
    return failure(
      'INVALID_VALUE',
      'orderId',
      `Expected ${wanted} but received a fill to ${fill.side} ${fill.instrument}`,
    );
  }
  if (!(fill.quantity > 0)) {
    return failure('INVALID_VALUE', 'quantity', expected('a number > 0', 'quantity', fill.quantity));
  }
  const units = quantityUnits(fill.quantity, 'quantity');
  if (!units.ok) return units;
  const traded =
    terms.kind === 'SPOT'
      ? exchangeSpot(draft, fill, terms, units.value)
      : tradePosition(draft, fill, terms, units.value);
  if (!traded.ok) return traded;
  const charged = chargeFee(draft, fill);
  if (!charged.ok) return charged;
  if (order !== undefined) draft.setOrder(order.orderId, withoutFilled(order, units.value));
  takeOverReservation(draft, fill.orderId, units.value);
  return success(undefined);
}

function tradePosition(
  draft: AccountDraft,
  fill: Fill,
  terms: Instrument,
  units: bigint,
): Outcome<undefined> {
  const { instrument, side } = fill;
  const ledgerOf = ledgerTerms(terms);
  if (!ledgerOf.ok) return ledgerOf;
  const price = decimalOf(fill.price, 'price');
  if (!price.ok) return price;
  const held = draft.position(instrument);
  const before: FuturePosition = held?.ledger ?? FLAT;
  if (held === undefined && draft.account.positions.size >= POSITIONS_PER_PORTFOLIO_MAX) {
    const most = `at most ${String(POSITIONS_PER_PORTFOLIO_MAX)} positions`;
    return failure('LIMIT_EXCEEDED', 'instrument', expected(most, 'instrument', instrument));
  }
  const signed = side === 'BUY' ? units : -units;
  const fee = boundedFee(fill, terms);
  if (!fee.ok) return fee;
  const after = tradeFuture(ledgerOf.value, before, {
    quantity: { units: signed, decimals: QUANTITY_DECIMALS },
    price: price.value,
    ...(fee.value !== undefined && { fee: fee.value }),
  });
  if (!after.ok) {
    return { ok: false, failure: { ...after.failure, field: after.failure.field.replace(/^trade\./, '') } };
  }
  const realised = after.value.realisedPnl - before.realisedPnl;
  const paid = after.value.openCost - before.openCost;
  const currency = terms.settlementCurrency;
  draft.addBalance(currency, isPaidUpFront(terms) ? realised - paid : realised);
  draft.addFlows(currency, { realisedPnl: realised });
  const unsettledFunding = held?.unsettledFunding ?? 0n;
  const isGone = after.value.quantityUnits === 0n;
  // What a closed position is still owed becomes cash: a position of zero contracts cannot hold it.
  if (isGone && unsettledFunding !== 0n) {
    draft.addBalance(currency, unsettledFunding);
    draft.addFlows(currency, { fundingReceived: unsettledFunding });
  }
  draft.setPosition(
    instrument,
    isGone
      ? undefined
      : { terms, ledger: { ...after.value, realisedPnl: 0n, feesPaid: 0n }, unsettledFunding },
  );
  return success(undefined);
}

/** Coins against money: spot is held as balances. What is received is rounded down, what is paid up. */
function exchangeSpot(draft: AccountDraft, fill: Fill, terms: Instrument, units: bigint): Outcome<undefined> {
  const size = decimalOf(terms.contractSize, 'contractSize');
  if (!size.ok) return size;
  const price = decimalOf(fill.price, 'price');
  if (!price.ok) return price;
  if (!(fill.price >= 0))
    return failure('INVALID_VALUE', 'price', expected('a price >= 0', 'price', fill.price));
  const coinsTop = units * size.value.units * tenTo(LEDGER_DECIMALS);
  const coinsBottom = tenTo(QUANTITY_DECIMALS + size.value.decimals);
  const costTop = coinsTop * price.value.units;
  const costBottom = coinsBottom * tenTo(price.value.decimals);
  const isBuy = fill.side === 'BUY';
  const coins = isBuy ? floorDivide(coinsTop, coinsBottom) : -ceilDivide(coinsTop, coinsBottom);
  const cost = isBuy ? ceilDivide(costTop, costBottom) : -floorDivide(costTop, costBottom);
  draft.addBalance(terms.underlying, coins);
  draft.addBalance(terms.settlementCurrency, -cost);
  // An exchange is a withdrawal of one asset and a deposit of another: neither has a P&L of its own.
  draft.addFlows(terms.underlying, { netDeposits: coins });
  draft.addFlows(terms.settlementCurrency, { netDeposits: -cost });
  return success(undefined);
}

/** The fee where it is bounded by the notional: of a future in its own currency. It is charged by `chargeFee` all the same. */
function boundedFee({ fee }: Fill, terms: Instrument): Outcome<bigint | undefined> {
  if (fee === undefined || isPaidUpFront(terms) || fee.asset !== terms.settlementCurrency)
    return success(undefined);
  const units = ledgerUnits(fee);
  return units.ok ? units : failureUnder('fee', units.failure);
}

function chargeFee(draft: AccountDraft, { fee }: Fill): Outcome<undefined> {
  if (fee === undefined) return success(undefined);
  const units = ledgerUnits(fee);
  if (!units.ok) return failureUnder('fee', units.failure);
  draft.addBalance(fee.asset, -units.value);
  draft.addFlows(fee.asset, { feesPaid: units.value });
  return success(undefined);
}

/** An order that is filled before it was booked takes its reservation over, part by part. */
function takeOverReservation(draft: AccountDraft, orderId: string, filled: bigint): void {
  const reservation = draft.reservation(orderId);
  if (reservation === undefined) return;
  const order = withoutFilled(reservation.order, filled);
  draft.setReservation(orderId, order === undefined ? undefined : { ...reservation, order });
}

/** What stays open; nothing where the fill is as large as the order. */
function withoutFilled(order: OpenOrder, filled: bigint): OpenOrder | undefined {
  const open = quantityUnits(order.quantity, 'quantity');
  const left = open.ok ? open.value - filled : 0n;
  return left > 0n ? { ...order, quantity: quantityOf(left) } : undefined;
}
