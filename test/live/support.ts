/** A small book with its world, and seeded events of every kind for it. */
import fc from 'fast-check';
import type { AccountChange, AccountEvent } from '../../src/domain/account-event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { AccountBook } from '../../src/live/book/account-book.js';
import type { BookWorld } from '../../src/live/book/account-book.js';
import type { EventLog, LogRecord } from '../../src/live/book/durable-queue.js';

export const NOW_MS = Date.UTC(2026, 2, 1);
const EXPIRY_MS = Date.UTC(2026, 2, 27, 8);

const linear = { underlying: 'BTC', settlement: 'LINEAR', settlementCurrency: 'USDC' } as const;
const inverse = { underlying: 'BTC', settlement: 'INVERSE', settlementCurrency: 'BTC' } as const;

export const INSTRUMENTS: readonly Instrument[] = [
  { kind: 'PERPETUAL', name: 'BTC_USDC-PERPETUAL', contractSize: 0.001, ...linear },
  { kind: 'PERPETUAL', name: 'BTC-PERPETUAL', contractSize: 10, ...inverse },
  { kind: 'FUTURE', name: 'BTC-27MAR26', contractSize: 10, expiryMs: EXPIRY_MS, ...inverse },
  {
    kind: 'OPTION',
    name: 'BTC-27MAR26-100000-C',
    contractSize: 1,
    expiryMs: EXPIRY_MS,
    strike: 100_000,
    optionType: 'CALL',
    ...inverse,
  },
  {
    kind: 'OPTION',
    name: 'BTC_USDC-27MAR26-90000-P',
    contractSize: 0.01,
    expiryMs: EXPIRY_MS,
    strike: 90_000,
    optionType: 'PUT',
    ...linear,
  },
];

const byName = new Map(INSTRUMENTS.map((terms) => [terms.name, terms]));

export const WORLD: BookWorld = {
  now: () => NOW_MS,
  termsOf: (name) => byName.get(name),
  markOf: (name) => (byName.get(name)?.kind === 'OPTION' ? 0.05 : 95_000),
  refusal: () => undefined,
};

/** A log that keeps what it is given. */
export class KeptLog implements EventLog {
  readonly records: LogRecord[] = [];

  append(records: readonly LogRecord[]): Promise<{ ok: true }> {
    this.records.push(...records);
    return Promise.resolve({ ok: true });
  }
}

export function emptyPortfolio(accountId: string): Portfolio {
  return { accountId, positions: [], balances: [], openOrders: [], mmpGroups: [] };
}

/** A book with accounts `a` and `b` that hold nothing. */
export async function bookOfTwo(
  world: Partial<BookWorld> = {},
): Promise<{ book: AccountBook; log: KeptLog }> {
  const log = new KeptLog();
  const book = new AccountBook({ ...WORLD, ...world }, log);
  for (const accountId of ['a', 'b'])
    await book.replace({ portfolio: emptyPortfolio(accountId), idempotencyKey: '' });
  return { book, log };
}

let eventCount = 0;

export function event(change: AccountChange, over: Partial<AccountEvent> = {}): AccountEvent {
  eventCount += 1;
  return {
    eventId: `event-${String(eventCount)}`,
    accountId: 'a',
    source: 'engine',
    sourceSequence: 0,
    timeMs: NOW_MS,
    change,
    ...over,
  };
}

export const usdc = (units: number | string): { asset: string; units: string; decimals: number } => ({
  asset: 'USDC',
  units: String(units),
  decimals: 6,
});

const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const futureName = fc.constantFrom('BTC_USDC-PERPETUAL', 'BTC-PERPETUAL', 'BTC-27MAR26');
const quantity = fc.integer({ min: 1, max: 500 });
const futurePrice = fc.integer({ min: 100_000, max: 2_000_000 }).map((tenths) => tenths / 10);
const optionName = fc.constantFrom('BTC-27MAR26-100000-C', 'BTC_USDC-27MAR26-90000-P');
const optionPrice = fc.integer({ min: 0, max: 5_000 }).map((ticks) => ticks / 10_000);
const fee = fc
  .integer({ min: -20, max: 50 })
  .map((cents) => ({ asset: 'USDC', units: String(cents), decimals: 4 }));
const id = fc.integer({ min: 1, max: 12 }).map((n) => `order-${String(n)}`);

const fill = fc
  .record({ tradeId: fc.constant('t'), orderId: fc.constant(''), side, quantity, fee })
  .chain((base) =>
    fc
      .oneof(
        fc.record({ instrument: futureName, price: futurePrice }),
        fc.record({ instrument: optionName, price: optionPrice }),
      )
      .map((traded) => ({ ...base, ...traded })),
  );
const order = fc.record({ orderId: id, instrument: futureName, side, quantity, limitPrice: futurePrice });
const amount = fc.integer({ min: 1, max: 1_000_000 }).map(usdc);

/** Every kind of change; some are refused, e.g. an order that is open already. */
export const anyChange: fc.Arbitrary<AccountChange> = fc.oneof(
  { weight: 6, arbitrary: fill.map((one) => ({ kind: 'FILL' as const, fill: one })) },
  { weight: 2, arbitrary: order.map((one) => ({ kind: 'ORDER_PLACED' as const, order: one })) },
  fc.record({ kind: fc.constant('ORDER_REPLACED' as const), orderId: id, replacement: order }),
  fc.record({ kind: fc.constant('ORDER_CANCELLED' as const), orderId: id }),
  fc.record({
    kind: fc.constant('MASS_CANCELLED' as const),
    underlying: fc.constantFrom('', 'BTC', 'ETH'),
    instrument: fc.constantFrom('', 'BTC-PERPETUAL'),
    mmpGroup: fc.constant(''),
  }),
  fc.record({
    kind: fc.constant('MMP_CHANGED' as const),
    change: fc.constantFrom('SET' as const, 'TRIGGERED' as const, 'RESET' as const, 'REMOVED' as const),
    group: fc.constant({ name: 'm', underlying: 'BTC', quantityLimit: 5 }),
  }),
  fc.record({ kind: fc.constant('TRANSFER' as const), toAccountId: fc.constantFrom('a', 'b'), amount }),
  fc.record({ kind: fc.constant('DEPOSIT' as const), amount }),
  fc.record({ kind: fc.constant('WITHDRAWAL' as const), amount }),
  fc.record({ kind: fc.constant('FUNDING' as const), instrument: fc.constant('BTC_USDC-PERPETUAL'), amount }),
  fc
    .array(fill, { minLength: 1, maxLength: 4 })
    .map((fills) => ({ kind: 'BLOCK_TRADE' as const, blockId: '', fills })),
);

export const anyEvent: fc.Arbitrary<Omit<AccountEvent, 'eventId'>> = fc.record({
  accountId: fc.constantFrom('a', 'b'),
  source: fc.constantFrom('engine', 'treasury'),
  sourceSequence: fc.constant(0),
  timeMs: fc.constant(NOW_MS),
  change: anyChange,
});
