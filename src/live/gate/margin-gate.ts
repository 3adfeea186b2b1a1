import { createHash } from 'node:crypto';
import type { Fill } from '../../domain/account-event.js';
import { closestNames } from '../../domain/closest-names.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Failure, Outcome } from '../../domain/outcome.js';
import type { OpenOrder, OrderSide } from '../../domain/portfolio.js';
import type { MarginEngine } from '../../engine/margin-engine.js';
import {
  CLOSEST_MATCHES_MAX,
  RESERVATION_TTL_MS_DEFAULT,
  RESERVATION_TTL_MS_MAX,
  RESERVATIONS_PER_ACCOUNT_MAX,
} from '../../limits.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import type { AccountBook } from '../book/account-book.js';
import type { AccountView, Reservation } from '../book/account.js';
import { unknownAccount } from '../book/apply-event.js';
import { checkOrder } from '../book/orders.js';
import { AccountMargins } from './account-margins.js';
import type { AccountPhaseIn } from '../margins/phase-ins.js';
import { marginsWithOrders, type BookMargins } from './margins-with-orders.js';
import { PhasedBook } from './phased-book.js';
import type { OrderCheck, OrderDecision, RejectCode } from '../../domain/order-check.js';
import { opensOrEnlarges, pendingOrders } from './pending-orders.js';
import { Affiliates } from './affiliates.js';
import { exceedsLimits, NO_STATISTICS } from './position-limits.js';
import type { StatisticsOf } from './position-limits.js';
import { isOutside, PriceBands } from './price-band.js';
import type { BandPricer } from './price-band.js';

/** What the gate rests on besides the book. */
export interface GateWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The newest market; undefined before the first. */
  readonly market: () => Market | undefined;
  /** The model of an account; a failure for a name that is in no catalogue. */
  readonly modelOf: (account: AccountView) => Outcome<ResolvedModel>;
  /** Sets of parameters that are being phased out for an account; absent for none. */
  readonly phaseInsOf?: (accountId: string) => readonly AccountPhaseIn[];
  readonly engine: MarginEngine;
  readonly pricer: BandPricer;
  /** Open interest and volume, which limits of size rest on; absent where nobody says. */
  readonly statisticsOf?: StatisticsOf;
  /** Age above which the market is stale where a request does not say, milliseconds; 0 is any age. */
  readonly maxEpochAgeMs: number;
  /** Whether components whose rule is not public may count as 0. */
  readonly allowApproximations: boolean;
}

/**
 * The pre-trade gate: whether an order fits, and the margin that is held for it. A check runs from its first question to its
 * reservation without a pause, and the book has no other writer, so that two checks never pass on the same margin. What is
 * estimated here is what enforces: a check and a reservation are one calculation.
 */
export class MarginGate {
  readonly #margins: AccountMargins;
  readonly #replaced = new WeakMap<ResolvedModel, AccountMargins>();
  readonly #bands: PriceBands;
  readonly #affiliates: Affiliates;

  constructor(
    private readonly book: AccountBook,
    private readonly world: GateWorld,
  ) {
    this.#margins = new AccountMargins(world.engine, world.allowApproximations);
    this.#bands = new PriceBands(world.pricer);
    this.#affiliates = new Affiliates(book);
  }

  /** Decides at once. A reservation is durable when the book's `durable()` resolves. */
  check(order: OrderCheck): OrderDecision {
    const market = this.world.market();
    const account = this.book.get(order.accountId);
    const accountSeq = account?.seq ?? 0;
    const epoch = market?.epoch ?? 0;
    const reject = (rejectCode: RejectCode, reason?: Failure): OrderDecision => ({
      rejectCode,
      accountSeq,
      epoch,
      ...(reason === undefined ? {} : { failure: reason }),
    });
    if (account === undefined)
      return reject('INVALID_ORDER', unknownAccount('accountId', order.accountId).failure);
    const open = openOrderOf(order);
    const wrong = malformed(order, open, account);
    if (wrong !== undefined) return reject('INVALID_ORDER', wrong);
    if (account.seq < order.ifAccountSeqAtLeast) return reject('SEQ_GAP');
    if (market === undefined || this.#isStale(order, market)) return reject('STALE_MARKET');
    const row = market.table.instrumentIndex.get(order.instrument);
    if (row === undefined) return reject('UNKNOWN_INSTRUMENT', unknownInstrument(order.instrument, market));
    if (order.mmpGroup !== undefined && account.groups.get(order.mmpGroup)?.isFrozen === true)
      return reject('MMP_FROZEN');
    const signed = order.side === 'BUY' ? order.quantity : -order.quantity;
    const now = this.world.now();
    const pending = pendingOrders(account, now, order);
    if (order.isReduceOnly && opensOrEnlarges(account, pending, order.instrument, signed))
      return reject('REDUCE_ONLY');
    const sized = { instrument: order.instrument, row, quantity: signed };
    if (exceedsLimits(this.#affiliates, market, account, sized, this.world.statisticsOf ?? NO_STATISTICS))
      return reject('POSITION_LIMIT');
    if (order.limitPrice !== undefined) {
      const band = this.#bands.of(market, row);
      if (band === undefined || isOutside(band, order.side, order.limitPrice)) return reject('PRICE_BAND');
    }
    const margins = this.#marginsOf(account, market, pending, open);
    if (!margins.ok) return reject('INVALID_ORDER', margins.failure);
    const { before, after, filled } = margins.value;
    const rejectCode = refusedByMargin(before, after, filled);
    // Field by field: the fields after a spread are slow, and every check makes one of these.
    const decided = { accountSeq, epoch, before, after };
    if (rejectCode !== undefined) return { ...decided, rejectCode };
    return order.mode === 'CHECK' ? decided : this.#reserve(order, open, account, now, decided);
  }

  /**
   * Initial excess of an account, everything that is pending counted, with `left` ledger units of an asset. Parameters that are being
   * phased in count in full: money that is gone does not come back when the allowance is.
   */
  excessAfterPayment(account: AccountView, asset: string, left: bigint): Outcome<number> {
    const market = this.world.market();
    if (market === undefined) return noMarket();
    const model = this.world.modelOf(account);
    if (!model.ok) return model;
    const paid = { ...account, balances: new Map(account.balances).set(asset, left) };
    const book = this.#margins.fresh(paid, market, model.value);
    if (!book.ok) return book;
    const pending = pendingOrders(account, this.world.now());
    const margins = marginsWithOrders(book.value, market, model.value, pending, undefined);
    return margins.ok ? success(margins.value.before.initialExcess) : margins;
  }

  /** Initial excess before and after fills; undefined where it cannot be told, and the fills are judged by what books them. */
  excessAfterFills(
    account: AccountView,
    fills: readonly Pick<Fill, 'instrument' | 'side' | 'quantity' | 'price'>[],
  ): { readonly before: number; readonly after: number } | undefined {
    const market = this.world.market();
    const model = this.world.modelOf(account);
    if (market === undefined || !model.ok) return undefined;
    const book = this.#enforcedBook(account, market, model.value);
    if (!book.ok) return undefined;
    const legs = fills.flatMap(({ instrument, side, quantity, price }) => {
      const row = market.table.instrumentIndex.get(instrument);
      return row === undefined
        ? []
        : [{ instrument: row, quantity: side === 'BUY' ? quantity : -quantity, price }];
    });
    const after = book.value.numbersAfter(legs);
    if (!after.ok) return undefined;
    return { before: book.value.before.initialExcess, after: after.value.initialExcess };
  }

  /** Whether something may trade at a price; true for what no market knows, which is judged by what books it. */
  isInBand(instrument: string, side: OrderSide, price: number): boolean {
    const market = this.world.market();
    const row = market?.table.instrumentIndex.get(instrument);
    if (market === undefined || row === undefined) return true;
    const band = this.#bands.of(market, row);
    return band !== undefined && !isOutside(band, side, price);
  }

  #marginsOf(
    account: AccountView,
    market: Market,
    pending: readonly OpenOrder[],
    order: OpenOrder | undefined,
  ): Outcome<{ before: MarginNumbers; after: MarginNumbers; filled: MarginNumbers }> {
    const model = this.world.modelOf(account);
    if (!model.ok) return model;
    const book = this.#enforcedBook(account, market, model.value);
    return book.ok ? marginsWithOrders(book.value, market, model.value, pending, order) : book;
  }

  /** The book with the margins that are enforced of it: less what it is let off while parameters are phased in. */
  #enforcedBook(account: AccountView, market: Market, model: ResolvedModel): Outcome<BookMargins> {
    const book = this.#margins.of(account, market, model);
    const phaseIns = this.world.phaseInsOf?.(account.accountId);
    if (!book.ok || phaseIns === undefined || phaseIns.length === 0) return book;
    const replaced = phaseIns.map(({ replaced: set, sinceMs, allowance }) => {
      const old = this.#replacedMargins(set).of(account, market, set);
      return { sinceMs, allowance, book: old.ok ? old.value : undefined };
    });
    return success(new PhasedBook(book.value, replaced, this.world.now()));
  }

  /** Vectors under a set that is being phased out; they go when it does. */
  #replacedMargins(set: ResolvedModel): AccountMargins {
    const known = this.#replaced.get(set);
    if (known !== undefined) return known;
    const margins = new AccountMargins(this.world.engine, this.world.allowApproximations);
    this.#replaced.set(set, margins);
    return margins;
  }

  #isStale({ maxEpochAgeMs }: OrderCheck, market: Market): boolean {
    const most = maxEpochAgeMs === 0 ? this.world.maxEpochAgeMs : maxEpochAgeMs;
    return most > 0 && this.world.now() - market.timeMs > most;
  }

  #reserve(
    order: OrderCheck,
    open: OpenOrder,
    account: AccountView,
    now: number,
    decided: OrderDecision,
  ): OrderDecision {
    const held = account.reservations.get(order.clientOrderId);
    if (held !== undefined && held.expiresAtMs > now)
      return { ...decided, reservationId: held.id, reservationExpiresAtMs: held.expiresAtMs };
    const ttl = order.reservationTtlMs === 0 ? RESERVATION_TTL_MS_DEFAULT : order.reservationTtlMs;
    const reservation: Reservation = {
      id: reservationId(order, account.seq),
      order: open,
      replacesOrderId: order.replacesOrderId ?? '',
      isReduceOnly: order.isReduceOnly,
      expiresAtMs: now + ttl,
    };
    const reserved = this.book.reserve(order.accountId, reservation);
    if (!reserved.ok) return { ...decided, rejectCode: 'INVALID_ORDER', failure: reserved.failure };
    return {
      ...decided,
      accountSeq: reserved.value,
      reservationId: reservation.id,
      reservationExpiresAtMs: reservation.expiresAtMs,
    };
  }
}

function noMarket(): ReturnType<typeof failure> {
  return failure('MISSING_MARKET_DATA', '', expected('a published market', 'market', undefined));
}

/**
 * An order fits when the initial margin is covered with it. Where it is not, one may pass that lowers the shortfall when it
 * fills: an account that is restricted must be able to leave its risk.
 */
function refusedByMargin(
  before: MarginNumbers,
  after: MarginNumbers,
  filled: MarginNumbers,
): RejectCode | undefined {
  if (after.initialExcess >= 0) return undefined;
  const isRestricted = before.initialExcess < 0;
  if (!isRestricted) return 'INSUFFICIENT_IM';
  return filled.initialExcess >= before.initialExcess ? undefined : 'REDUCE_ONLY';
}

/** What is wrong with the request itself. */
function malformed(order: OrderCheck, open: OpenOrder, account: AccountView): Failure | undefined {
  const { clientOrderId, replacesOrderId, reservationTtlMs } = order;
  const checked = checkOrder(open);
  if (!checked.ok) {
    const { field } = checked.failure;
    return { ...checked.failure, field: field === 'orderId' ? 'clientOrderId' : field };
  }
  if (reservationTtlMs > RESERVATION_TTL_MS_MAX) {
    const most = `at most ${String(RESERVATION_TTL_MS_MAX)} ms`;
    const field = 'reservationTtlMs';
    return failure('INVALID_VALUE', field, expected(most, field, reservationTtlMs)).failure;
  }
  if (replacesOrderId !== undefined && !account.orders.has(replacesOrderId)) {
    const field = 'replacesOrderId';
    return failure('INVALID_VALUE', field, expected('an open order', field, replacesOrderId)).failure;
  }
  if (order.mode === 'CHECK') return undefined;
  if (account.orders.has(clientOrderId)) {
    const wanted = 'an order that is not open yet';
    return failure('DUPLICATE', 'clientOrderId', expected(wanted, 'clientOrderId', clientOrderId)).failure;
  }
  const held = account.reservations.get(clientOrderId);
  if (held !== undefined && !isSameOrder(held.order, open)) {
    const wanted = 'the order that the reservation was made for';
    return failure('DUPLICATE', 'clientOrderId', expected(wanted, 'clientOrderId', clientOrderId)).failure;
  }
  if (held === undefined && account.reservations.size >= RESERVATIONS_PER_ACCOUNT_MAX) {
    const most = `at most ${String(RESERVATIONS_PER_ACCOUNT_MAX)} reservations`;
    return failure('LIMIT_EXCEEDED', 'clientOrderId', expected(most, 'clientOrderId', clientOrderId)).failure;
  }
  return undefined;
}

function isSameOrder(a: OpenOrder, b: OpenOrder): boolean {
  return (
    a.instrument === b.instrument &&
    a.side === b.side &&
    a.quantity === b.quantity &&
    a.limitPrice === b.limitPrice &&
    a.mmpGroup === b.mmpGroup
  );
}

function openOrderOf({
  clientOrderId,
  instrument,
  side,
  quantity,
  limitPrice,
  mmpGroup,
}: OrderCheck): OpenOrder {
  return {
    orderId: clientOrderId,
    instrument,
    side,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(mmpGroup === undefined ? {} : { mmpGroup }),
  };
}

function reservationId({ accountId, clientOrderId }: OrderCheck, seq: number): string {
  return createHash('sha256')
    .update(JSON.stringify([accountId, clientOrderId, seq]))
    .digest('hex')
    .slice(0, 32);
}

function unknownInstrument(name: string, market: Market): Failure {
  const closest = closestNames(name, market.table.instrumentIndex.keys(), CLOSEST_MATCHES_MAX);
  const wanted = expected('an instrument of the market', 'instrument', name);
  return failure('UNKNOWN_INSTRUMENT', 'instrument', wanted, closest).failure;
}
