/**
 * Positions in futures and perpetuals as exact ledgers. A long of q contracts at price p is worth q x size x p of the quote
 * currency (linear) or -q x size / p coins (inverse), so that buying costs that value and P&L is what it is worth later
 * minus what it cost, for both kinds. Costs are rounded up and values down to the ledger's smallest unit: against the
 * account, and never lost, because
 *
 *   realised + (value - open cost) = sum of cash flows + value          to the unit, for any order of trades.
 *
 * market-and-risk.md section 4; average-cost accounting, harmonic average entry for inverse contracts.
 */
import type { Settlement } from '../../domain/instrument.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { PRICE_MAX, QUANTITY_MAX } from '../../limits.js';
import { absolute, ceilDivide, decimalToNumber, floorDivide, rescale, tenTo } from './decimal.js';
import type { Decimal } from './decimal.js';

export interface FutureTerms {
  readonly settlement: Settlement;
  /** Coins per contract (linear) or quote currency per contract (inverse), > 0. */
  readonly contractSize: Decimal;
  /** Quantities are multiples of 10^-quantityDecimals contracts. */
  readonly quantityDecimals: number;
  /** The ledger's smallest unit is 10^-ledgerDecimals of the settlement currency. */
  readonly ledgerDecimals: number;
  /** Whether something may change hands for nothing, as worthless options do; absent is no. Linear terms only. */
  readonly isZeroPriceAllowed?: boolean;
}

export interface FuturePosition {
  /** Signed, units of 10^-quantityDecimals contracts. */
  readonly quantityUnits: bigint;
  /** What the open quantity cost, ledger units; negative when it brought in more than it cost (shorts, inverse longs). */
  readonly openCost: bigint;
  /** P&L of everything closed so far, fees apart, ledger units. */
  readonly realisedPnl: bigint;
  /** Fees paid so far, ledger units; negative for rebates. */
  readonly feesPaid: bigint;
}

export interface FutureTrade {
  /** Signed contracts, positive for a purchase. */
  readonly quantity: Decimal;
  /** Quote currency per coin. */
  readonly price: Decimal;
  /** Ledger units, at most the notional; negative for a rebate. */
  readonly fee?: bigint;
}

export const FLAT: FuturePosition = { quantityUnits: 0n, openCost: 0n, realisedPnl: 0n, feesPaid: 0n };

/** The position after a trade: what is closed realises its share of the open cost, the rest opens at the trade's price. */
export function tradeFuture(
  terms: FutureTerms,
  position: FuturePosition,
  trade: FutureTrade,
): Outcome<FuturePosition> {
  const checked = checkTrade(terms, position, trade);
  if (!checked.ok) return checked;
  const traded = checked.value;
  const cost = costOf(terms, traded, trade.price);
  const closed = closedBy(position.quantityUnits, traded);
  // A trade through zero is one cost, split: the closing part is rounded on its own, the opening part is the rest.
  const closingCost = closed === traded ? cost : costOf(terms, closed, trade.price);
  const removed = shareOfOpenCost(position, closed);
  return success({
    quantityUnits: position.quantityUnits + traded,
    openCost: position.openCost - removed + (cost - closingCost),
    realisedPnl: position.realisedPnl - closingCost - removed,
    feesPaid: position.feesPaid + (trade.fee ?? 0n),
  });
}

export interface MatchedTrade {
  readonly buyer: FuturePosition;
  readonly seller: FuturePosition;
  /** What both sides lose to rounding and the venue books, ledger units, 0 or 1. */
  readonly venueRounding: bigint;
}

/**
 * Both sides of one trade of `quantity` > 0 contracts: all accounts and the venue's rounding add up to zero. Fees go to the
 * venue beside that.
 */
export function matchTrade(
  terms: FutureTerms,
  buyer: FuturePosition,
  seller: FuturePosition,
  { quantity, price, fee }: FutureTrade,
): Outcome<MatchedTrade> {
  if (quantity.units <= 0n) {
    return invalid('trade.quantity', 'a quantity above 0 contracts', decimalToNumber(quantity));
  }
  const sold: Decimal = { units: -quantity.units, decimals: quantity.decimals };
  const bought = tradeFuture(terms, buyer, { quantity, price, ...(fee !== undefined && { fee }) });
  if (!bought.ok) return bought;
  const delivered = tradeFuture(terms, seller, { quantity: sold, price, ...(fee !== undefined && { fee }) });
  if (!delivered.ok) return delivered;
  const units = rescale(quantity, terms.quantityDecimals) ?? 0n;
  return success({
    buyer: bought.value,
    seller: delivered.value,
    venueRounding: costOf(terms, units, price) + costOf(terms, -units, price),
  });
}

/** What the position would be worth at `price`, rounded down; ledger units. */
export function futureValue(terms: FutureTerms, { quantityUnits }: FuturePosition, price: Decimal): bigint {
  const { numerator, denominator } = exactValue(terms, quantityUnits, price);
  return floorDivide(numerator, denominator);
}

/** P&L of the open quantity at `price`, rounded down; ledger units. */
export function unrealisedPnl(terms: FutureTerms, position: FuturePosition, price: Decimal): bigint {
  return futureValue(terms, position, price) - position.openCost;
}

/** Arithmetic (linear) or harmonic (inverse) average entry price of the open quantity; undefined when flat. */
export function averageEntryPrice(terms: FutureTerms, position: FuturePosition): number | undefined {
  const { quantityUnits, openCost } = position;
  if (quantityUnits === 0n || openCost === 0n) return undefined;
  const { contractSize, quantityDecimals, ledgerDecimals, settlement } = terms;
  const size = quantityUnits * contractSize.units * tenTo(ledgerDecimals);
  const cost = openCost * tenTo(quantityDecimals + contractSize.decimals);
  return settlement === 'LINEAR' ? quotient(cost, size) : quotient(-size, cost);
}

/** Decimals of a quotient before it becomes a double: those of the finest amount. */
const QUOTIENT_DECIMALS = 36;

/** The double nearest to a ratio of integers, where it is not below 10^-20. */
function quotient(numerator: bigint, denominator: bigint): number {
  const units = (numerator * tenTo(QUOTIENT_DECIMALS)) / denominator;
  return decimalToNumber({ units, decimals: QUOTIENT_DECIMALS });
}

/** The part of a trade that reduces the position; its sign is the trade's. */
function closedBy(held: bigint, traded: bigint): bigint {
  if (held === 0n || held > 0n === traded > 0n) return 0n;
  return absolute(traded) < absolute(held) ? traded : -held;
}

/** Cost that leaves with the closed part, rounded up so that realised P&L is not overstated; all of it when flat. */
function shareOfOpenCost({ quantityUnits, openCost }: FuturePosition, closed: bigint): bigint {
  if (closed === 0n) return 0n;
  return ceilDivide(openCost * absolute(closed), absolute(quantityUnits));
}

function costOf(terms: FutureTerms, quantityUnits: bigint, price: Decimal): bigint {
  const { numerator, denominator } = exactValue(terms, quantityUnits, price);
  return ceilDivide(numerator, denominator);
}

/** Value in ledger units as a fraction with a positive denominator. */
function exactValue(
  { settlement, contractSize, quantityDecimals, ledgerDecimals }: FutureTerms,
  quantityUnits: bigint,
  price: Decimal,
): { numerator: bigint; denominator: bigint } {
  const size = quantityUnits * contractSize.units * tenTo(ledgerDecimals);
  const sizeDenominator = tenTo(quantityDecimals + contractSize.decimals);
  const priceDenominator = tenTo(price.decimals);
  return settlement === 'LINEAR'
    ? { numerator: size * price.units, denominator: sizeDenominator * priceDenominator }
    : { numerator: -size * priceDenominator, denominator: sizeDenominator * price.units };
}

/** The trade's quantity in units, or what is wrong with it. */
function checkTrade(
  terms: FutureTerms,
  position: FuturePosition,
  { quantity, price, fee = 0n }: FutureTrade,
): Outcome<bigint> {
  const largest = BigInt(QUANTITY_MAX) * tenTo(terms.quantityDecimals);
  const units = rescale(quantity, terms.quantityDecimals);
  if (units === undefined) {
    const places = `a multiple of 1e-${terms.quantityDecimals} contracts`;
    return invalid('trade.quantity', places, decimalToNumber(quantity));
  }
  if (absolute(units) > largest || absolute(position.quantityUnits + units) > largest) {
    const range = `at most ${QUANTITY_MAX} contracts in a trade and in the position after it`;
    return invalid('trade.quantity', range, decimalToNumber(quantity));
  }
  const isFree = price.units === 0n && terms.isZeroPriceAllowed === true && terms.settlement === 'LINEAR';
  if ((price.units <= 0n && !isFree) || decimalToNumber(price) > PRICE_MAX) {
    return invalid('trade.price', `a price above 0 and at most ${PRICE_MAX}`, decimalToNumber(price));
  }
  if (absolute(fee) > absolute(costOf(terms, units, price))) {
    return invalid('trade.fee', 'a fee of at most the notional', Number(fee));
  }
  return success(units);
}

function invalid(field: string, what: string, received: number): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(what, field, received));
}
