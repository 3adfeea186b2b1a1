/** Marks of futures and options, payoffs: properties and bad input. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { createReferenceKernels } from '../../../src/kernel/reference/kernels.js';
import { black76 } from '../../../src/kernel/reference/black76.js';
import { totalVariance, volatilityOf } from '../../../src/market/marks/averaging-clock.js';
import { nextFutureMark } from '../../../src/market/marks/future-mark.js';
import type { FutureMarkState } from '../../../src/market/marks/future-mark.js';
import { orLastGood } from '../../../src/market/marks/last-good.js';
import { markOptions } from '../../../src/market/marks/option-marks.js';
import { parseDecimal } from '../../../src/market/marks/decimal.js';
import type { Decimal } from '../../../src/market/marks/decimal.js';
import { optionPayoff } from '../../../src/market/marks/option-settlement.js';
import type { OptionTerms } from '../../../src/market/marks/option-settlement.js';
import { markColumns, markOutputs } from './support.js';
import type { OptionToMark } from './support.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };
const kernels = createReferenceKernels();

function mark(option: OptionToMark): { value: number; delta: number; coinValue: number; coinDelta: number } {
  const outputs = markOutputs(1);
  expect(markOptions(kernels, markColumns([option]), outputs)).toEqual([]);
  const { value, delta, coinValue, coinDelta } = outputs;
  return { value: value[0]!, delta: delta[0]!, coinValue: coinValue[0]!, coinDelta: coinDelta[0]! };
}

const option = fc.record({
  isCall: fc.boolean(),
  forward: fc.double({ min: 1_000, max: 200_000, noNaN: true }),
  strike: fc.double({ min: 1_000, max: 200_000, noNaN: true }),
  volatility: fc.double({ min: 0.05, max: 3, noNaN: true }),
});

describe('an option mark', () => {
  it('is plain Black-76 on the venue clock, in coin over the forward, with its net delta', () => {
    fc.assert(
      fc.property(option, fc.double({ min: 1_800, max: 3e7, noNaN: true }), (row, secondsToExpiry) => {
        const { value, delta, coinValue, coinDelta } = mark({ ...row, secondsToExpiry, clock: 'VENUE' });
        const plain = black76(
          row.isCall,
          row.forward,
          row.strike,
          row.volatility,
          secondsToExpiry / 31_536_000,
        );
        expect(Math.abs(value - plain.price)).toBeLessThanOrEqual(1e-12 * row.forward);
        expect(Math.abs(delta - plain.delta)).toBeLessThan(1e-9);
        expect(coinValue).toBe(value / row.forward);
        expect(coinDelta).toBeCloseTo((delta - value / row.forward) / row.forward, 15);
      }),
      RUNS,
    );
  });

  it('has coin parity to 1e-13 and one price for one total variance, whatever the clock', () => {
    fc.assert(
      fc.property(option, fc.double({ min: 1_800, max: 3e7, noNaN: true }), (row, secondsToExpiry) => {
        const call = mark({ ...row, isCall: true, secondsToExpiry, clock: 'VENUE' });
        const put = mark({ ...row, isCall: false, secondsToExpiry, clock: 'VENUE' });
        const parity = 1 - row.strike / row.forward;
        expect(Math.abs(call.coinValue - put.coinValue - parity)).toBeLessThanOrEqual(
          1e-13 * Math.max(1, -parity),
        );
        const w = totalVariance('VENUE', row.volatility, secondsToExpiry);
        const own = mark({
          ...row,
          isCall: true,
          secondsToExpiry,
          clock: 'OWN',
          volatility: volatilityOf('OWN', w, secondsToExpiry),
        });
        expect(Math.abs(own.value - call.value)).toBeLessThanOrEqual(1e-12 * row.forward);
      }),
      RUNS,
    );
  });

  it('obeys parity on the expected settlement price inside the window, and its delta is its slope', () => {
    const seconds = fc.double({ min: 1, max: 1_799, noNaN: true });
    fc.assert(
      fc.property(
        option,
        seconds,
        fc.double({ min: 0.8, max: 1.2, noNaN: true }),
        (row, secondsToExpiry, ratio) => {
          const near = { ...row, secondsToExpiry, clock: 'OWN' as const, averageSoFar: row.forward * ratio };
          const call = mark({ ...near, isCall: true });
          const put = mark({ ...near, isCall: false });
          const share = secondsToExpiry / 1_800;
          const expected = near.averageSoFar * (1 - share) + row.forward * share;
          expect(Math.abs(call.value - put.value - (expected - row.strike))).toBeLessThan(
            1e-10 * row.forward,
          );
          expect(Math.abs(call.delta - put.delta - share)).toBeLessThan(1e-12);
          expect(call.value).toBeGreaterThanOrEqual(0);
          expect(put.value).toBeGreaterThanOrEqual(0);
          const bump = 1e-6 * row.forward;
          const up = mark({ ...near, forward: row.forward + bump });
          const down = mark({ ...near, forward: row.forward - bump });
          const { delta, coinDelta } = mark(near);
          // The slope of a bump inside the kink of a nearly settled option is between the deltas at its ends.
          const low = Math.min(up.delta, down.delta) - 1e-6;
          const high = Math.max(up.delta, down.delta) + 1e-6;
          expect((up.value - down.value) / (2 * bump)).toBeGreaterThanOrEqual(low);
          expect((up.value - down.value) / (2 * bump)).toBeLessThanOrEqual(high);
          if (high - low < 1e-5) {
            const slope = (up.coinValue - down.coinValue) / (2 * bump);
            expect(Math.abs(slope - coinDelta) * row.forward).toBeLessThan(1e-4);
          }
          expect(delta).toBeGreaterThanOrEqual(low);
        },
      ),
      RUNS,
    );
  });

  it('is continuous where the window begins', () => {
    const row = { isCall: true, forward: 86_000, strike: 86_200, volatility: 0.6, clock: 'OWN' as const };
    const before = mark({ ...row, secondsToExpiry: 1_800 });
    const after = mark({ ...row, secondsToExpiry: 1_800 - 1e-6, averageSoFar: 86_000 });
    expect(Math.abs(before.value - after.value)).toBeLessThan(1e-6);
  });

  it('gives back the price that its volatility was read from, near expiry too', () => {
    for (const secondsToExpiry of [7_200, 3_600, 1_800, 900, 60]) {
      const row = {
        isCall: true,
        forward: 86_000,
        strike: 86_050,
        clock: 'OWN' as const,
        secondsToExpiry,
        averageSoFar: 86_010,
      };
      const quoted = mark({ ...row, volatility: 0.731 }).value;
      let low = 0.01;
      let high = 5;
      for (let step = 0; step < 80; step += 1) {
        const middle = (low + high) / 2;
        if (mark({ ...row, volatility: middle }).value < quoted) low = middle;
        else high = middle;
      }
      expect(mark({ ...row, volatility: high }).value / quoted).toBeCloseTo(1, 12);
      expect(high).toBeCloseTo(0.731, 8);
    }
  });

  it('loses 15 % two hours out and 69 % half an hour out when a venue volatility is read on the other clock', () => {
    for (const [hours, kept] of [
      [2, 0.85],
      [1, 0.68],
      [0.5, 0.31],
    ] as const) {
      const secondsToExpiry = hours * 3_600;
      const deviation = 0.5 * Math.sqrt(secondsToExpiry / 31_536_000);
      const row = {
        isCall: true,
        forward: 86_000,
        strike: 86_000 * Math.exp(0.5 * deviation),
        volatility: 0.5,
        secondsToExpiry,
      };
      const ratio = mark({ ...row, clock: 'OWN' }).value / mark({ ...row, clock: 'VENUE' }).value;
      expect(ratio).toBeCloseTo(kept, 2);
    }
  });

  const good: OptionToMark = {
    isCall: true,
    forward: 100,
    strike: 100,
    secondsToExpiry: 86_400,
    volatility: 0.5,
    clock: 'VENUE',
  };

  it.each<[string, Partial<OptionToMark>, string, string]>([
    ['an expired, unsettled option', { secondsToExpiry: 0 }, 'EXPIRED_INSTRUMENT', 'secondsToExpiry'],
    ['a time that is not one', { secondsToExpiry: NaN }, 'INVALID_VALUE', 'secondsToExpiry'],
    ['a venue volatility inside the window', { secondsToExpiry: 1_799 }, 'UNSUPPORTED', 'clock'],
    ['a forward of 0', { forward: 0 }, 'INVALID_VALUE', 'forward'],
    ['a forward of NaN', { forward: NaN }, 'INVALID_VALUE', 'forward'],
    ['a strike of -1', { strike: -1 }, 'INVALID_VALUE', 'strike'],
    ['an infinite volatility', { volatility: Infinity }, 'INVALID_VALUE', 'volatility'],
    [
      'a window without an average',
      { secondsToExpiry: 900, clock: 'OWN' },
      'MISSING_MARKET_DATA',
      'averageSoFar',
    ],
    [
      'a negative average',
      { secondsToExpiry: 900, clock: 'OWN', averageSoFar: -1 },
      'INVALID_VALUE',
      'averageSoFar',
    ],
  ])('refuses %s by name, keeps its last mark and marks its neighbours', (_, change, reason, field) => {
    const outputs = markOutputs(3);
    outputs.value[1] = 4.5;
    const refused = markOptions(kernels, markColumns([good, { ...good, ...change }, good]), outputs);
    expect(refused).toMatchObject([{ reason, field: `options[1].${field}` }]);
    expect([...outputs.isLive]).toEqual([1, 0, 1]);
    expect(outputs.value[1]).toBe(4.5);
    expect(outputs.value[2]).toBe(outputs.value[0]);
    expect(outputs.value[0]).toBeGreaterThan(0);
  });
});

describe('a future mark', () => {
  const rule = { bandwidth: 0.05 };
  const quote = { timeMs: 1_000, indexPrice: 100, bid: 101, ask: 102 };
  const first = unwrap(nextFutureMark(undefined, quote, rule));

  it('stays inside the band and moves at most by the weight of the time passed', () => {
    const quotes = fc.array(
      fc.record({
        dt: fc.integer({ min: 0, max: 60_000 }),
        indexPrice: fc.double({ min: 50, max: 200, noNaN: true }),
        bid: fc.double({ min: 1, max: 400, noNaN: true }),
        spread: fc.double({ min: 0, max: 20, noNaN: true }),
        last: fc.option(fc.double({ min: 1, max: 400, noNaN: true }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(quotes, (list) => {
        let state: FutureMarkState | undefined;
        let timeMs = 0;
        for (const { dt, indexPrice, bid, spread, last } of list) {
          timeMs += dt;
          const book = { bid, ask: bid + spread, ...(last !== undefined && { last }) };
          const next = unwrap(nextFutureMark(state, { timeMs, indexPrice, ...book }, rule));
          expect(Math.abs(next.mark / indexPrice - 1)).toBeLessThanOrEqual(0.05 + 1e-12);
          const target = Math.min(book.ask, Math.max(bid, last ?? bid + spread / 2)) - indexPrice;
          const before = state?.basis ?? target;
          const weight = 1 - Math.exp(-dt / 30_000);
          expect(Math.abs(next.state.basis - before)).toBeLessThanOrEqual(
            weight * Math.abs(target - before) + 1e-9,
          );
          ({ state } = next);
        }
      }),
      RUNS,
    );
  });

  it('carries its basis while the book is one-sided', () => {
    const next = unwrap(nextFutureMark(first.state, { timeMs: 2_000, indexPrice: 110, bid: 200 }, rule));
    expect(next).toMatchObject({ basis: 'CARRIED', mark: 111.5 });
  });

  it.each<[string, Partial<Record<keyof typeof quote | 'last', number>>, string]>([
    ['a halted index', { indexPrice: 0 }, 'quote.indexPrice'],
    ['an index that is not a number', { indexPrice: NaN }, 'quote.indexPrice'],
    ['a crossed book', { bid: 103 }, 'quote.bid'],
    ['a bid of NaN', { bid: NaN }, 'quote.bid'],
    ['an ask of 0', { ask: 0 }, 'quote.ask'],
    ['a negative last trade', { last: -1 }, 'quote.last'],
    ['a clock that goes back', { timeMs: 999 }, 'quote.timeMs'],
  ])('is frozen and says so for %s', (_, change, field) => {
    const outcome = nextFutureMark(first.state, { ...quote, ...change }, rule);
    expect(outcome).toMatchObject({ ok: false, failure: { field } });
    const live = unwrap(orLastGood({ ok: true, value: 101.5 }, 1_000, undefined));
    const frozen = orLastGood<number>(outcome.ok ? { ok: true, value: 1 } : outcome, 5_000, live);
    expect(frozen).toMatchObject({
      ok: true,
      value: { status: 'FROZEN', value: 101.5, timeMs: 1_000, reason: { field } },
    });
    // Frozen once more, it is still as old as the last good one.
    const again = orLastGood<number>(outcome.ok ? { ok: true, value: 1 } : outcome, 9_000, unwrap(frozen));
    expect(again).toMatchObject({ value: { timeMs: 1_000 } });
    expect(orLastGood(outcome, 5_000, undefined).ok).toBe(false);
  });

  it('cannot begin without a two-sided book, nor with an impossible rule', () => {
    expect(nextFutureMark(undefined, { timeMs: 1, indexPrice: 100, ask: 101 }, rule).ok).toBe(false);
    expect(nextFutureMark(undefined, quote, { bandwidth: NaN }).ok).toBe(false);
    expect(nextFutureMark(undefined, quote, { bandwidth: 0.1, timeConstantSeconds: 0 }).ok).toBe(false);
  });
});

describe('an option payoff', () => {
  const exact = (text: string): Decimal => unwrap(parseDecimal(text, 'value'));
  const terms: OptionTerms = {
    settlement: 'INVERSE',
    optionType: 'CALL',
    strike: exact('90000'),
    contractSize: exact('1'),
    ledgerDecimals: 8,
  };

  it('is paid in coins at the settlement price, or in dollars, rounded down for either side', () => {
    const price = exact('97000.03');
    expect(unwrap(optionPayoff(terms, exact('2.5'), price))).toBe(18_041_308n);
    expect(unwrap(optionPayoff(terms, exact('-2.5'), price))).toBe(-18_041_309n);
    const linear: OptionTerms = { ...terms, settlement: 'LINEAR' };
    expect(unwrap(optionPayoff(linear, exact('2.5'), price))).toBe(1_750_007_500_000n);
    expect(unwrap(optionPayoff({ ...terms, optionType: 'PUT' }, exact('2.5'), price))).toBe(0n);
    expect(unwrap(optionPayoff({ ...terms, optionType: 'PUT' }, exact('1'), exact('45000')))).toBe(
      100_000_000n,
    );
  });

  it('leaves the venue between nothing and a unit per account', () => {
    const lots = fc.array(fc.bigInt({ min: -10_000n, max: 10_000n }), { minLength: 1, maxLength: 6 });
    const price = fc.bigInt({ min: 1n, max: 20_000_000n });
    fc.assert(
      fc.property(
        lots,
        price,
        fc.constantFrom('INVERSE' as const, 'LINEAR' as const),
        (held, units, settlement) => {
          const all = [...held, -held.reduce((sum, one) => sum + one, 0n)];
          const rules = { ...terms, settlement, ledgerDecimals: 4 };
          const paid = all
            .map((one) => unwrap(optionPayoff(rules, { units: one, decimals: 1 }, { units, decimals: 2 })))
            .reduce((sum, one) => sum + one, 0n);
          expect(paid).toBeLessThanOrEqual(0n);
          expect(paid).toBeGreaterThan(-BigInt(all.length));
        },
      ),
      RUNS,
    );
  });

  it('refuses a settlement price of 0 and more than 2^53 contracts', () => {
    expect(optionPayoff(terms, exact('1'), exact('0'))).toMatchObject({
      failure: { field: 'settlementPrice' },
    });
    expect(optionPayoff(terms, exact('9007199254740993'), exact('1'))).toMatchObject({
      failure: { field: 'quantity' },
    });
  });
});
