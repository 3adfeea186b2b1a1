import { closestNames } from '../domain/closest-names.js';
import { KIND, NONE } from '../domain/codes.js';
import { amountToNumber, isValidAmount, type Amount } from '../domain/money.js';
import { expected, failure, failureUnder, success, type Outcome } from '../domain/outcome.js';
import type { MmpGroup, OpenOrder, Portfolio, Position } from '../domain/portfolio.js';
import {
  BALANCES_PER_PORTFOLIO_MAX,
  CLOSEST_MATCHES_MAX,
  NAME_LENGTH_MAX,
  ORDERS_PER_PORTFOLIO_MAX,
  POSITIONS_PER_PORTFOLIO_MAX,
  PRICE_MAX,
  QUANTITY_MAX,
} from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import type { PositionGroup, ResolvedBalance, ResolvedOrder, ResolvedPosition } from '../models/model.js';
import { marketIndex } from './market-index.js';
import { unusableReason } from './usable-instrument.js';

/** A portfolio whose every name and number has been checked against a market. */
export interface ResolvedPortfolio {
  readonly accountId: string;
  /** Sorted by group, strike, put before call; positions of zero contracts are left out. */
  readonly positions: readonly ResolvedPosition[];
  readonly groups: readonly PositionGroup[];
  readonly balances: readonly ResolvedBalance[];
  readonly orders: readonly ResolvedOrder[];
  readonly mmpGroups: readonly MmpGroup[];
}

/**
 * Checks a portfolio and resolves its names; failures name the field below the portfolio.
 *
 * @param usable 1 for every instrument of the market that can be priced (`Valuation.usable`)
 */
export function resolvePortfolio(
  portfolio: Portfolio,
  market: Market,
  usable: Uint8Array,
): Outcome<ResolvedPortfolio> {
  const { accountId } = portfolio;
  if (accountId.length > NAME_LENGTH_MAX) {
    return failure(
      'LIMIT_EXCEEDED',
      'accountId',
      expected(`at most ${String(NAME_LENGTH_MAX)} characters`, 'accountId', accountId),
    );
  }
  const positions = resolvePositions(portfolio.positions, market, usable);
  if (!positions.ok) return positions;
  const balances = resolveBalances(portfolio.balances);
  if (!balances.ok) return balances;
  const orders = resolveOrders(portfolio.openOrders, market, usable);
  if (!orders.ok) return orders;
  const mmpGroups = checkMmpGroups(portfolio.mmpGroups);
  if (!mmpGroups.ok) return mmpGroups;
  return success({
    accountId,
    positions: positions.value,
    groups: groupPositions(positions.value, market),
    balances: balances.value,
    orders: orders.value,
    mmpGroups: portfolio.mmpGroups,
  });
}

/** Books of this size and below are sorted by insertion, which needs no calls. */
const INSERTION_SORT_MAX = 64;

/** Puts positions into the order of the market's index; positions of one instrument keep theirs. */
function sortByRank(positions: ResolvedPosition[], rank: Uint32Array): void {
  if (positions.length > INSERTION_SORT_MAX) {
    positions.sort((a, b) => (rank[a.instrument] ?? 0) - (rank[b.instrument] ?? 0));
    return;
  }
  for (let next = 1; next < positions.length; next += 1) {
    const position = positions[next];
    if (position === undefined) continue;
    const own = rank[position.instrument] ?? 0;
    let at = next;
    for (; at > 0; at -= 1) {
      const before = positions[at - 1];
      if (before === undefined || (rank[before.instrument] ?? 0) <= own) break;
      positions[at] = before;
    }
    positions[at] = position;
  }
}

function resolvePositions(
  positions: readonly Position[],
  market: Market,
  usable: Uint8Array,
): Outcome<ResolvedPosition[]> {
  const tooMany = checkCount('positions', positions.length, POSITIONS_PER_PORTFOLIO_MAX);
  if (!tooMany.ok) return tooMany;
  const resolved: ResolvedPosition[] = [];
  for (let requestIndex = 0; requestIndex < positions.length; requestIndex += 1) {
    const position = positions[requestIndex];
    if (position === undefined) continue;
    const one = resolvePosition(position, requestIndex, market, usable);
    if (!one.ok) return failureUnder(`positions[${String(requestIndex)}]`, one.failure);
    resolved.push(one.value);
  }
  sortByRank(resolved, marketIndex(market).rank);
  let isAnyZero = false;
  for (let at = 0; at < resolved.length; at += 1) {
    const position = resolved[at];
    if (position === undefined) continue;
    if (position.quantity === 0) isAnyZero = true;
    if (at > 0 && position.instrument === resolved[at - 1]?.instrument)
      return duplicatePosition(positions, position.instrument, resolved, market);
  }
  return success(isAnyZero ? resolved.filter(({ quantity }) => quantity !== 0) : resolved);
}

/** Names the later of the positions that hold the same instrument. */
function duplicatePosition(
  positions: readonly Position[],
  instrument: number,
  resolved: readonly ResolvedPosition[],
  market: Market,
): ReturnType<typeof failure> {
  const places = resolved.filter((position) => position.instrument === instrument);
  const last = Math.max(...places.map(({ requestIndex }) => requestIndex));
  const name = positions[last]?.instrument ?? market.table.instruments[instrument]?.name ?? '';
  return failure(
    'DUPLICATE',
    `positions[${String(last)}].instrument`,
    `Expected each instrument once but ${name} stands twice`,
  );
}

/** Fields of failures are relative to the position: their path is spelled out only when there is one. */
function resolvePosition(
  position: Position,
  requestIndex: number,
  market: Market,
  usable: Uint8Array,
): Outcome<ResolvedPosition> {
  const instrument = resolveInstrument(position.instrument, market, usable);
  if (!instrument.ok) return instrument;
  const { quantity } = position;
  if (!(quantity >= -QUANTITY_MAX && quantity <= QUANTITY_MAX)) {
    return outOfRange(quantity, 'quantity', -QUANTITY_MAX, QUANTITY_MAX);
  }
  const found: { -readonly [Key in keyof ResolvedPosition]: ResolvedPosition[Key] } = {
    requestIndex,
    instrument: instrument.value,
    quantity,
  };
  const pnl = unrealisedPnl(position, instrument.value, market);
  if (!pnl.ok) return pnl;
  if (pnl.value !== undefined) found.unrealisedPnl = pnl.value;
  if (position.unsettledFunding !== undefined) {
    const currency = market.table.instruments[instrument.value]?.settlementCurrency ?? '';
    const funding = fundingOf(position.unsettledFunding, currency);
    if (!funding.ok) return funding;
    found.unsettledFunding = funding.value;
  }
  const earned = (found.unrealisedPnl ?? 0) !== 0 || (found.unsettledFunding ?? 0) !== 0;
  if (quantity === 0 && earned) {
    const wanted = 'contracts beside P&L or funding (what a closed position has earned is a balance)';
    return failure('INVALID_VALUE', 'quantity', expected(wanted, 'quantity', quantity));
  }
  if (found.unsettledFunding !== undefined && market.columns.kind[found.instrument] === KIND.OPTION) {
    return failure(
      'INVALID_VALUE',
      'unsettledFunding',
      expected('none on an option', 'unsettledFunding', position.unsettledFunding?.units),
    );
  }
  return success(found);
}

function resolveInstrument(name: string, market: Market, usable: Uint8Array): Outcome<number> {
  const field = 'instrument';
  const index = market.table.instrumentIndex.get(name);
  if (index === undefined) {
    const closest = closestNames(name, market.table.instrumentIndex.keys(), CLOSEST_MATCHES_MAX);
    return failure(
      'UNKNOWN_INSTRUMENT',
      field,
      expected('an instrument of the market', field, name),
      closest,
    );
  }
  if (usable[index] === 1) return success(index);
  const unusable = unusableReason(market, index);
  if (unusable !== undefined) return failure(unusable.reason, field, unusable.message);
  return success(index);
}

/** Stated P&L wins; else it follows from the entry price and the mark; a position with neither has none. */
function unrealisedPnl(position: Position, instrument: number, market: Market): Outcome<number | undefined> {
  if (position.unrealisedPnl !== undefined) {
    return checkRange(position.unrealisedPnl, 'unrealisedPnl', -PRICE_MAX, PRICE_MAX);
  }
  const entry = position.averageEntryPrice;
  if (entry === undefined) return success(undefined);
  const checked = checkRange(entry, 'averageEntryPrice', 0, PRICE_MAX);
  if (!checked.ok) return checked;
  const { kind, isInverse, contractSize, markPrice } = market.columns;
  if (kind[instrument] === KIND.OPTION) return success(undefined);
  const size = position.quantity * (contractSize[instrument] ?? NaN);
  const mark = markPrice[instrument] ?? NaN;
  if (isInverse[instrument] !== 1) return success(size * (mark - entry));
  if (!(entry > 0)) {
    const field = 'averageEntryPrice';
    return failure('INVALID_VALUE', field, expected('a price > 0', field, entry));
  }
  return success(size * (1 / entry - 1 / mark));
}

function fundingOf(funding: Amount, currency: string): Outcome<number> {
  const field = 'unsettledFunding';
  const amount = checkAmount(funding);
  if (!amount.ok) return failureUnder(field, amount.failure);
  if (funding.asset === currency) return amount;
  const wanted = `the settlement currency ${currency}`;
  return failure('INVALID_VALUE', `${field}.asset`, expected(wanted, `${field}.asset`, funding.asset));
}

function resolveBalances(balances: readonly Amount[]): Outcome<ResolvedBalance[]> {
  const tooMany = checkCount('balances', balances.length, BALANCES_PER_PORTFOLIO_MAX);
  if (!tooMany.ok) return tooMany;
  const resolved: ResolvedBalance[] = [];
  for (let requestIndex = 0; requestIndex < balances.length; requestIndex += 1) {
    const balance = balances[requestIndex];
    if (balance === undefined) continue;
    const amount = checkAmount(balance);
    if (!amount.ok) return failureUnder(`balances[${String(requestIndex)}]`, amount.failure);
    resolved.push({ requestIndex, asset: balance.asset, amount: amount.value });
  }
  const twice = repeatedAsset(balances);
  if (twice === undefined) return success(resolved);
  const { asset, requestIndex } = twice;
  return failure(
    'DUPLICATE',
    `balances[${String(requestIndex)}].asset`,
    `Expected each asset once but ${asset} stands twice`,
  );
}

function repeatedAsset(balances: readonly Amount[]): { asset: string; requestIndex: number } | undefined {
  if (balances.length < 2) return undefined;
  const seen = new Set<string>();
  for (const [requestIndex, { asset }] of balances.entries()) {
    if (seen.has(asset)) return { asset, requestIndex };
    seen.add(asset);
  }
  return undefined;
}

/** Fields of failures are relative to the amount. */
function checkAmount(amount: Amount): Outcome<number> {
  if (amount.asset === '') return failure('MISSING_FIELD', 'asset', expected('an asset', 'asset', ''));
  if (!isValidAmount(amount)) {
    const form = 'a decimal integer of units and 0 to 36 decimals';
    const received = `${amount.units}e-${String(amount.decimals)}`;
    return failure('INVALID_VALUE', '', expected(form, 'amount', received));
  }
  return checkRange(amountToNumber(amount), 'units', -PRICE_MAX, PRICE_MAX);
}

function resolveOrders(
  orders: readonly OpenOrder[],
  market: Market,
  usable: Uint8Array,
): Outcome<ResolvedOrder[]> {
  const tooMany = checkCount('openOrders', orders.length, ORDERS_PER_PORTFOLIO_MAX);
  if (!tooMany.ok) return tooMany;
  const resolved: ResolvedOrder[] = [];
  const seen = new Set<string>();
  for (const [requestIndex, order] of orders.entries()) {
    const path = `openOrders[${String(requestIndex)}]`;
    const instrument = resolveInstrument(order.instrument, market, usable);
    if (!instrument.ok) return failureUnder(path, instrument.failure);
    if (order.orderId === '') {
      return failure('MISSING_FIELD', `${path}.orderId`, expected('an order id', `${path}.orderId`, ''));
    }
    if (seen.has(order.orderId)) {
      return failure(
        'DUPLICATE',
        `${path}.orderId`,
        `Expected each order once but ${order.orderId} stands twice`,
      );
    }
    seen.add(order.orderId);
    const quantity = checkPositive(order.quantity, `${path}.quantity`, QUANTITY_MAX);
    if (!quantity.ok) return quantity;
    if (order.limitPrice !== undefined) {
      const price = checkRange(order.limitPrice, `${path}.limitPrice`, 0, PRICE_MAX);
      if (!price.ok) return price;
    }
    resolved.push({ requestIndex, instrument: instrument.value, order });
  }
  return success(resolved);
}

function checkMmpGroups(groups: readonly MmpGroup[]): Outcome<undefined> {
  const tooMany = checkCount('mmpGroups', groups.length, ORDERS_PER_PORTFOLIO_MAX);
  if (!tooMany.ok) return tooMany;
  const seen = new Set<string>();
  for (const [index, group] of groups.entries()) {
    const path = `mmpGroups[${String(index)}]`;
    if (seen.has(group.name)) {
      return failure('DUPLICATE', `${path}.name`, `Expected each group once but ${group.name} stands twice`);
    }
    seen.add(group.name);
    const limit = checkPositive(group.quantityLimit, `${path}.quantityLimit`, QUANTITY_MAX);
    if (!limit.ok) return limit;
  }
  return success(undefined);
}

/** Slices of positions that are in the order of the market's index. */
export function groupPositions(positions: readonly ResolvedPosition[], market: Market): PositionGroup[] {
  const index = marketIndex(market);
  const groups: PositionGroup[] = [];
  let first = 0;
  while (first < positions.length) {
    const group = index.group[positions[first]?.instrument ?? 0] ?? 0;
    let end = first + 1;
    while (end < positions.length && index.group[positions[end]?.instrument ?? 0] === group) end += 1;
    const { underlying, settlementCurrency, expiry } = index.groups[group] ?? {
      underlying: 0,
      settlementCurrency: '',
      expiry: NONE,
    };
    groups.push({ underlying, settlementCurrency, expiry, firstPosition: first, positionCount: end - first });
    first = end;
  }
  return groups;
}

function checkCount(field: string, count: number, max: number): Outcome<undefined> {
  if (count <= max) return success(undefined);
  return failure('LIMIT_EXCEEDED', field, expected(`at most ${String(max)} entries`, field, count));
}

function checkRange(value: number, field: string, low: number, high: number): Outcome<number> {
  return value >= low && value <= high ? success(value) : outOfRange(value, field, low, high);
}

function outOfRange(value: number, field: string, low: number, high: number): ReturnType<typeof failure> {
  const range = `a finite number from ${String(low)} to ${String(high)}`;
  return failure('INVALID_VALUE', field, expected(range, field, value));
}

function checkPositive(value: number, field: string, high: number): Outcome<number> {
  if (value > 0 && value <= high) return success(value);
  return failure('INVALID_VALUE', field, expected(`a number > 0 and <= ${String(high)}`, field, value));
}
