/** Ranges through a record: nothing of the future, the limits of a move, and what the tools add. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { randomStream } from '../../src/measures/random.js';
import {
  followedRanges,
  type RangeDay,
  type RecordedClose,
} from '../../src/recalibration/proposals/followed-range.js';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2018, 0, 1);
const DAYS = 900;
const FIRST = 600;

/** Uniform moves of the same size, `factor` times as large from a day on. */
function record(factor: (day: number) => number, days = DAYS): RecordedClose[] {
  const random = randomStream(7, 0);
  let price = 10_000;
  return Array.from({ length: days }, (_, day) => {
    price *= Math.exp(0.06 * (random.uniform() - 0.5) * factor(day));
    const dateMs = START_MS + day * DAY_MS;
    return { dateMs, knownAtMs: dateMs + DAY_MS, price };
  });
}

const TERMS = { confidence: 0.99, horizonHours: 24, decay: 0.97 };
const FROM_MS = START_MS + FIRST * DAY_MS;

function followed(closes: readonly RecordedClose[]): RangeDay[] {
  return unwrap(followedRanges(closes, FROM_MS, TERMS));
}

const quiet = record(() => 1);
const shocked = record((day) => (day >= 700 && day < 730 ? 4 : 1));

describe('followedRanges', () => {
  it('knows nothing of the days to come', () => {
    const whole = followed(shocked);
    expect(whole[0]?.knownAtMs).toBe(FROM_MS);
    for (const days of [701, 702, 703, 704, 706, 708, 712]) {
      const short = followed(shocked.slice(0, days));
      expect(whole.slice(0, short.length)).toEqual(short);
    }
  });

  it('follows within the limits of a move: a fifth a day up, a twentieth a day down and only in CALM', () => {
    const days = followed(shocked);
    for (const name of ['followed', 'withTools'] as const)
      days.slice(1).forEach((day, at) => {
        const change = day[name] / (days[at]?.[name] ?? NaN) - 1;
        expect(change).toBeLessThanOrEqual(0.2 + 1e-12);
        expect(change).toBeGreaterThanOrEqual(-0.05 - 1e-12);
        if (day.regime !== 'CALM') expect(change).toBeGreaterThanOrEqual(0);
      });
    expect(days.some(({ regime }) => regime !== 'CALM')).toBe(true);
    expect(Math.max(...days.map((day) => day.followed))).toBeGreaterThan(2 * (days[0]?.followed ?? NaN));
  });

  it('rises less with the tools, and is never below the range that follows alone in a quiet market', () => {
    const rise = (days: readonly RangeDay[], name: 'followed' | 'withTools'): number => {
      const series = days.map((day) => day[name]);
      return Math.max(...series) / Math.min(...series);
    };
    const days = followed(shocked);
    expect(rise(days, 'withTools')).toBeLessThan(rise(days, 'followed'));
    for (const day of followed(quiet)) expect(day.withTools).toBeGreaterThan(day.followed);
  });

  it('counts a move over some missing days as one of a day, and leaves holes out', () => {
    const missing = quiet.filter((_, day) => day !== 650);
    expect(followed(missing)).toHaveLength(followed(quiet).length - 1);
    // A year is missing and the price is another one: no day has moved like that.
    const hole = quiet.map((close, day) => {
      const laterMs = day < 650 ? 0 : 365 * DAY_MS;
      return {
        dateMs: close.dateMs + laterMs,
        knownAtMs: close.knownAtMs + laterMs,
        price: day < 650 ? close.price : 10 * close.price,
      };
    });
    const last = followed(hole).at(-1)?.estimate ?? NaN;
    expect(last / (followed(quiet).at(-1)?.estimate ?? NaN)).toBeCloseTo(1, 1);
  });

  it('refuses a short record, a price that is none and a clock that goes back', () => {
    const refused = (closes: readonly RecordedClose[]): string | undefined => {
      const found = followedRanges(closes, FROM_MS, TERMS);
      return found.ok ? undefined : `${found.failure.reason} ${found.failure.field}`;
    };
    const changed = (change: Partial<RecordedClose>): RecordedClose[] =>
      quiet.map((close, day) => (day === 620 ? { ...close, ...change } : close));
    expect(refused(quiet.slice(400))).toBe('MISSING_MARKET_DATA closes');
    expect(refused(quiet.slice(0, 500))).toBe('MISSING_MARKET_DATA closes');
    expect(refused(changed({ price: NaN }))).toBe('INVALID_VALUE closes[620].price');
    expect(refused(changed({ price: -1 }))).toBe('INVALID_VALUE closes[620].price');
    expect(refused(changed({ knownAtMs: START_MS }))).toBe('INVALID_VALUE closes[620].knownAt');
  });
});
