import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountEvent, Fill } from '../../src/domain/account-event.js';
import { AccountBook } from '../../src/live/book/account-book.js';
import type { AccountView } from '../../src/live/book/account.js';
import { NO_FLOWS } from '../../src/live/book/account.js';
import { decodeRecord } from '../../src/live/book/book-record.js';
import { decodeSnapshot, encodeSnapshot, readSnapshotInTurns } from '../../src/live/book/book-snapshot.js';
import { BookState } from '../../src/live/book/book-state.js';
import { applyRecord } from '../../src/live/recovery/replay-book.js';
import { accountPortfolio } from '../../src/live/book/account-portfolio.js';
import { isPaidUpFront } from '../../src/live/book/ledger.js';
import { EVENT_IDS_REMEMBERED_MAX } from '../../src/limits.js';
import { anyEvent, bookOfTwo, emptyPortfolio, event, KeptLog, NOW_MS, usdc, WORLD } from './support.js';

/** A state after some more records of a log. */
function stateAfter(records: readonly { readonly payload: Uint8Array }[], state: BookState): BookState {
  for (const { payload } of records) applyRecord(state, decodeRecord(payload));
  return state;
}

const numbered = (events: readonly Omit<AccountEvent, 'eventId'>[]): AccountEvent[] =>
  events.map((one, index) => ({ ...one, eventId: `e${String(index)}` }));

/** What the options that are held have cost, by currency. */
function costOfHeld(account: AccountView, currency: string): bigint {
  let cost = 0n;
  for (const { terms, ledger } of account.positions.values())
    if (isPaidUpFront(terms) && terms.settlementCurrency === currency) cost += ledger.openCost;
  return cost;
}

/** The account `a`. */
function accountOf(book: AccountBook): AccountView {
  const account = book.get('a');
  if (account === undefined) throw new Error('no account a');
  return account;
}

const buy = (over: Partial<Fill> = {}): Fill => ({
  tradeId: 't',
  orderId: '',
  instrument: 'BTC_USDC-PERPETUAL',
  side: 'BUY',
  quantity: 1_000,
  price: 90_000,
  ...over,
});

describe('the account book', () => {
  it('keeps balance = deposits + realised P&L - fees + funding - cost of options, to the unit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), async (events) => {
        const { book } = await bookOfTwo();
        await book.record(numbered(events));
        for (const account of book.accounts())
          for (const currency of ['USDC', 'BTC']) {
            const flows = account.flows.get(currency) ?? NO_FLOWS;
            const expected =
              flows.netDeposits +
              flows.realisedPnl -
              flows.feesPaid +
              flows.fundingReceived -
              costOfHeld(account, currency);
            expect(account.balances.get(currency) ?? 0n).toBe(expected);
          }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('is the same bits after a replay, and after a snapshot with a replay of the rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 60 }), fc.nat(), async (events, cut) => {
        const { book, log } = await bookOfTwo();
        await book.record(numbered(events));
        const whole = Buffer.from(book.snapshot());
        const replayed = stateAfter(log.records, new BookState());
        expect(whole.equals(encodeSnapshot(replayed))).toBe(true);

        const at = cut % (log.records.length + 1);
        const early = stateAfter(log.records.slice(0, at), new BookState());
        const bytes = encodeSnapshot(early);
        // What happens to a copy happens to nobody else.
        const copied = stateAfter(log.records.slice(at), early.copy());
        expect(Buffer.from(bytes).equals(encodeSnapshot(early))).toBe(true);
        const restored = stateAfter(log.records.slice(at), decodeSnapshot(bytes));
        const inTurns = await readSnapshotInTurns(bytes, () => Promise.resolve());
        const restoredInTurns = stateAfter(log.records.slice(at), inTurns.state);
        for (const state of [copied, restored, restoredInTurns])
          expect(whole.equals(encodeSnapshot(state))).toBe(true);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('is changed by a repeat in nothing, and says where the first one stood', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 30 }), async (events) => {
        const { book } = await bookOfTwo();
        const first = await book.record(numbered(events));
        const before = Buffer.from(book.snapshot());
        const accepted = numbered(events).filter((_, at) => first[at]?.status === 'ACCEPTED');
        const again = await book.record(accepted);
        expect(again.every(({ status }) => status === 'DUPLICATE')).toBe(true);
        expect(again.map(({ accountSeq }) => accountSeq)).toEqual(
          first.filter(({ status }) => status === 'ACCEPTED').map(({ accountSeq }) => accountSeq),
        );
        expect(before.equals(book.snapshot())).toBe(true);
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it('conserves money in transfers and counts the sequence of both sides', async () => {
    const { book } = await bookOfTwo();
    await book.record([event({ kind: 'DEPOSIT', amount: usdc(5_000_000) })]);
    const [ack] = await book.record([event({ kind: 'TRANSFER', toAccountId: 'b', amount: usdc(1_500_000) })]);
    expect(ack).toMatchObject({ status: 'ACCEPTED', accountSeq: 3 });
    expect(book.get('b')?.seq).toBe(2);
    expect(accountPortfolio(accountOf(book)).balances).toEqual([{ asset: 'USDC', units: '35', decimals: 1 }]);
    const [lost] = await book.record([event({ kind: 'TRANSFER', toAccountId: 'nobody', amount: usdc(1) })]);
    expect(lost).toMatchObject({
      status: 'REFUSED',
      failure: { reason: 'UNKNOWN_ACCOUNT', field: 'transfer.toAccountId' },
    });
    const [own] = await book.record([event({ kind: 'TRANSFER', toAccountId: 'a', amount: usdc(1) })]);
    expect(own?.status).toBe('ACCEPTED');
    expect(book.get('a')?.balances.get('USDC')).toBe(35n * 10n ** 17n);
  });

  it('realises on the way through zero and pays what a linear perpetual has earned', async () => {
    const { book } = await bookOfTwo();
    await book.record([
      event({ kind: 'FILL', fill: buy() }),
      event({ kind: 'FILL', fill: buy({ side: 'SELL', quantity: 1_500, price: 91_000 }) }),
    ]);
    const account = accountOf(book);
    // One coin bought at 90,000 and sold at 91,000; half a coin short at 91,000.
    expect(account.balances.get('USDC')).toBe(1_000n * 10n ** 18n);
    expect(accountPortfolio(account).positions).toEqual([
      { instrument: 'BTC_USDC-PERPETUAL', quantity: -500, averageEntryPrice: 91_000 },
    ]);
  });

  it('refuses gaps and reused numbers of a source, and events from too far ahead', async () => {
    const { book } = await bookOfTwo();
    const deposit = { kind: 'DEPOSIT', amount: usdc(1) } as const;
    const at = (sourceSequence: number): AccountEvent => event(deposit, { sourceSequence });
    const acks = await book.record([at(7), at(8), at(10), at(8), at(9)]);
    expect(acks.map(({ status }) => status)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
      'REFUSED',
      'REFUSED',
      'ACCEPTED',
    ]);
    expect(acks[2]?.failure?.message).toContain('Expected 9, the next of engine,');
    const [ahead] = await book.record([event(deposit, { timeMs: NOW_MS + 1_001 })]);
    expect(ahead?.failure).toMatchObject({ reason: 'INVALID_VALUE', field: 'time' });
    const [stranger] = await book.record([event(deposit, { accountId: 'c' })]);
    expect(stranger?.failure).toMatchObject({ reason: 'UNKNOWN_ACCOUNT', field: 'accountId' });
  });

  it('never applies an event twice, not even one whose id it has forgotten', async () => {
    const { book } = await bookOfTwo();
    const deposit = { kind: 'DEPOSIT', amount: usdc(1) } as const;
    const counted = event(deposit, { sourceSequence: 1 });
    const plain = event(deposit, { source: 'treasury', timeMs: NOW_MS - 10 });
    await book.record([counted, plain]);
    for (let n = 0; n < EVENT_IDS_REMEMBERED_MAX; n += 1) await book.record([event(deposit)]);
    const balance = book.get('a')?.balances.get('USDC');
    const [one, other] = await book.record([counted, plain]);
    expect(one?.status).toBe('DUPLICATE');
    expect(other?.failure).toMatchObject({ reason: 'SEQUENCE_CONFLICT', field: 'time' });
    expect(book.get('a')?.balances.get('USDC')).toBe(balance);
  });

  it('books every side of a block or none', async () => {
    const { book } = await bookOfTwo();
    const block = (accountId: string, side: 'BUY' | 'SELL', instrument: string): AccountEvent =>
      event(
        { kind: 'BLOCK_TRADE', blockId: 'block-1', fills: [buy({ side }), buy({ side, instrument })] },
        { accountId },
      );
    const failed = await book.record([block('a', 'BUY', 'BTC-PERPETUAL'), block('b', 'SELL', 'BTC-NOWHERE')]);
    expect(failed.map(({ status }) => status)).toEqual(['REFUSED', 'REFUSED']);
    expect(failed[0]?.failure?.field).toBe('blockTrade.fills[1].instrument');
    expect(book.get('a')?.positions.size).toBe(0);
    const done = await book.record([block('a', 'BUY', 'BTC-PERPETUAL'), block('b', 'SELL', 'BTC-PERPETUAL')]);
    expect(done.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect(book.get('b')?.positions.size).toBe(2);
  });

  it('settles an option at its payoff, rounded down, and drops its orders', async () => {
    const { book } = await bookOfTwo();
    const name = 'BTC-27MAR26-100000-C';
    await book.record([
      event({ kind: 'FILL', fill: buy({ instrument: name, quantity: 3, price: 0.04 }) }),
      event({
        kind: 'ORDER_PLACED',
        order: { orderId: 'o', instrument: name, side: 'SELL', quantity: 3, limitPrice: 0.1 },
      }),
    ]);
    const settlement = { kind: 'SETTLEMENT', instrument: name, settlementPrice: 110_000 } as const;
    const [early] = await book.record([event(settlement)]);
    expect(early?.failure?.field).toBe('settlement.instrument');
    const later = new AccountBook({ ...WORLD, now: () => NOW_MS + 30 * 86_400_000 }, new KeptLog());
    later.restore(decodeSnapshot(book.snapshot()));
    await later.record([event(settlement, { timeMs: NOW_MS + 28 * 86_400_000 })]);
    const account = accountOf(later);
    expect(account.positions.size).toBe(0);
    expect(account.orders.size).toBe(0);
    const payoff = (3n * 10n ** 18n * 10_000n) / 110_000n;
    expect(account.balances.get('BTC')).toBe(payoff - 12n * 10n ** 16n);
  });

  it('cancels and freezes what market-maker protection stops', async () => {
    const { book } = await bookOfTwo();
    const order = { instrument: 'BTC-PERPETUAL', side: 'BUY', quantity: 5, mmpGroup: 'm' } as const;
    const group = { name: 'm', underlying: 'BTC', quantityLimit: 5 };
    const acks = await book.record([
      event({ kind: 'MMP_CHANGED', change: 'SET', group }),
      event({ kind: 'ORDER_PLACED', order: { orderId: '1', ...order } }),
      event({ kind: 'ORDER_PLACED', order: { orderId: '2', ...order, mmpGroup: 'other' } }),
      event({ kind: 'MMP_CHANGED', change: 'TRIGGERED', group }),
      event({ kind: 'ORDER_PLACED', order: { orderId: '3', ...order } }),
      event({ kind: 'MMP_CHANGED', change: 'RESET', group }),
      event({ kind: 'ORDER_PLACED', order: { orderId: '3', ...order } }),
    ]);
    expect(acks.map(({ status }) => status)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
      'ACCEPTED',
      'ACCEPTED',
      'REFUSED',
      'ACCEPTED',
      'ACCEPTED',
    ]);
    expect([...(book.get('a')?.orders.keys() ?? [])]).toEqual(['2', '3']);
  });

  it('gives back the portfolio that was put, and lets only the expected sequence replace it', async () => {
    const { book } = await bookOfTwo();
    const portfolio = {
      ...emptyPortfolio('a'),
      positions: [
        { instrument: 'BTC-PERPETUAL', quantity: -120, averageEntryPrice: 93_500.5 },
        { instrument: 'BTC_USDC-PERPETUAL', quantity: 12.5, unrealisedPnl: -3.25 },
      ],
      balances: [usdc('123456789')],
    };
    const put = await book.replace({ portfolio, ifAccountSeq: 1, idempotencyKey: 'k' });
    expect(put).toEqual({ ok: true, value: 2 });
    expect(await book.replace({ portfolio, ifAccountSeq: 1, idempotencyKey: 'k' })).toEqual(put);
    expect(await book.replace({ portfolio, ifAccountSeq: 1, idempotencyKey: '' })).toMatchObject({
      failure: { reason: 'SEQUENCE_CONFLICT', field: 'ifAccountSeq' },
    });
    const { positions, balances } = accountPortfolio(accountOf(book));
    expect(balances).toEqual([{ asset: 'USDC', units: '123456789', decimals: 6 }]);
    expect(positions[0]?.averageEntryPrice).toBeCloseTo(93_500.5, 6);
    // 12.5 thousandths of a coin at the mark of 95,000 that have lost 3.25 were bought 260 higher.
    expect(positions[1]?.averageEntryPrice).toBeCloseTo(95_260, 9);
  });

  it.each(['\u0000', 'half \uD83D', 'x'.repeat(129)])(
    'refuses the name %j, which no journal keeps',
    async (name) => {
      const { book, log } = await bookOfTwo();
      const before = log.records.length;
      const change = { kind: 'DEPOSIT', amount: usdc('1') } as const;
      for (const over of [{ source: name }, { eventId: name }]) {
        const [answer] = await book.record([event(change, over)]);
        expect(answer).toMatchObject({ status: 'REFUSED', failure: { field: Object.keys(over)[0] } });
      }
      const [deposited] = await book.record([
        event({ kind: 'DEPOSIT', amount: { asset: name, units: '1', decimals: 6 } }),
      ]);
      expect(deposited).toMatchObject({ status: 'REFUSED', failure: { field: 'deposit.asset' } });
      const named = await book.replace({ portfolio: emptyPortfolio(name), idempotencyKey: '' });
      expect(named).toMatchObject({ failure: { field: 'portfolio.accountId' } });
      const keyed = await book.replace({ portfolio: emptyPortfolio('a'), idempotencyKey: name });
      expect(keyed).toMatchObject({ failure: { field: 'idempotencyKey' } });
      expect(log.records.length).toBe(before);
    },
  );

  it('tells events apart whose sources and ids are the same words', async () => {
    const { book } = await bookOfTwo();
    const change = { kind: 'DEPOSIT', amount: usdc('1') } as const;
    const answers = await book.record([
      event(change, { source: 'a b', eventId: 'c' }),
      event(change, { source: 'a', eventId: 'b c' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED']);
  });

  it('acknowledges nothing after its log has failed', async () => {
    let isBroken = false;
    const log = {
      append: () =>
        Promise.resolve(
          isBroken
            ? ({ ok: false, failure: { reason: 'STOPPED', message: 'no space left' } } as const)
            : ({ ok: true } as const),
        ),
    };
    const book = new AccountBook(WORLD, log);
    await book.replace({ portfolio: emptyPortfolio('a'), idempotencyKey: '' });
    isBroken = true;
    const deposit = { kind: 'DEPOSIT', amount: usdc(1) } as const;
    await expect(book.record([event(deposit)])).rejects.toThrow('STOPPED: no space left');
    isBroken = false;
    await expect(book.record([event(deposit)])).rejects.toThrow('STOPPED: no space left');
    await expect(book.atSequence('a', 1)).rejects.toThrow('STOPPED');
  });

  it('lets readers wait for a sequence number', async () => {
    const { book } = await bookOfTwo();
    const reading = book.atSequence('a', 2);
    await book.record([event({ kind: 'DEPOSIT', amount: usdc(1) })]);
    expect((await reading)?.seq).toBe(2);
    const controller = new AbortController();
    const never = book.atSequence('a', 99, controller.signal);
    controller.abort();
    expect(await never).toBeUndefined();
  });
});
