/** Depth statistics: neither a pulled quote nor a spoofed one moves them quickly. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { NO_DEPTH_HISTORY, observeDepth } from '../../../src/models/charges/liquidity/depth-history.js';
import type { DepthHistory } from '../../../src/models/charges/liquidity/depth-history.js';
import { fastDepthOf, slowDepthOf } from '../../../src/models/charges/liquidity/depth-statistics.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 20_000 * DAY;
const VOLUME = 1e9;

/** Observes a depth every `stepMs` from `from` (inclusive) to `to` (exclusive). */
function watch(
  history: DepthHistory,
  from: number,
  to: number,
  depth: (timeMs: number) => number | undefined,
  stepMs = 10 * SECOND,
): DepthHistory {
  let state = history;
  for (let timeMs = from; timeMs < to; timeMs += stepMs)
    state = unwrap(observeDepth(state, timeMs, depth(timeMs)));
  return state;
}

const steady = watch(NO_DEPTH_HISTORY, START, START + DAY, () => 100, 30 * SECOND);
const END = START + DAY;

describe('the slow depth', () => {
  it('does not move when a book empties for a second, or shows nothing near the money for one', () => {
    const depth = (timeMs: number): number => 100 + ((timeMs / SECOND) % 7);
    const whole = watch(steady, END, END + 10 * MINUTE, depth, SECOND);
    for (const gone of [undefined, 0]) {
      const at = END + 3 * MINUTE + 5 * SECOND;
      const pulled = watch(steady, END, END + 10 * MINUTE, (t) => (t === at ? gone : depth(t)), SECOND);
      expect(slowDepthOf(pulled)).toBe(slowDepthOf(whole));
    }
    const during = unwrap(observeDepth(whole, END + 10 * MINUTE, undefined));
    expect(slowDepthOf(during)).toBe(slowDepthOf(whole));
    expect(during.isFrozen).toBe(true);
    expect(fastDepthOf(during, END + 10 * MINUTE, VOLUME)).toEqual(
      fastDepthOf(whole, END + 10 * MINUTE, VOLUME),
    );
  });

  it('falls by at most a tenth an hour, however thin the book becomes', () => {
    let state = steady;
    let before = slowDepthOf(state)!;
    for (let hour = 0; hour < 30; hour += 1) {
      state = watch(state, END + hour * HOUR, END + (hour + 1) * HOUR, () => 1, 30 * SECOND);
      const now = slowDepthOf(state)!;
      expect(now).toBeLessThanOrEqual(before);
      expect(now).toBeGreaterThanOrEqual(before * 0.9 - 1e-9);
      before = now;
    }
    expect(before).toBeLessThan(30);
  });

  it('is not raised by hours of fake depth in a day', () => {
    const spoofed = watch(steady, END, END + 11 * HOUR, () => 10_000, 30 * SECOND);
    expect(slowDepthOf(spoofed)).toBe(100);
    const stayed = watch(steady, END, END + 13 * HOUR, () => 10_000, 30 * SECOND);
    expect(slowDepthOf(stayed)).toBe(10_000);
  });

  it('is the least depth of the first hour, and null before the first minute', () => {
    const first = watch(NO_DEPTH_HISTORY, START, START + 30 * SECOND, () => 5);
    expect(slowDepthOf(first)).toBeNull();
    const depth = (timeMs: number): number => 50 + Math.floor((timeMs - START) / MINUTE);
    const young = watch(NO_DEPTH_HISTORY, START, START + 30 * MINUTE, depth);
    expect(slowDepthOf(young)).toBe(50);
  });

  it('stays at its last value after a day without a book', () => {
    const gone = watch(steady, END, END + 2 * DAY, () => undefined, MINUTE);
    expect(slowDepthOf(gone)).toBe(100);
    expect(gone.isFrozen).toBe(true);
  });
});

describe('the fast depth', () => {
  it('is the least of now, ten minutes, the same hour of the week and the volume', () => {
    let state = watch(steady, END, END + HOUR, () => 80);
    expect(fastDepthOf(state, END + HOUR, VOLUME)).toMatchObject({
      depth: 80,
      now: 80,
      recent: 80,
      weekly: null,
    });
    expect(fastDepthOf(state, END + HOUR, 300)).toMatchObject({ depth: 30, volume: 30 });
    expect(fastDepthOf(state, END + HOUR, NaN)).toMatchObject({ depth: 0, volume: 0 });
    state = unwrap(observeDepth(state, END + HOUR, 3));
    expect(fastDepthOf(state, END + HOUR, VOLUME)).toMatchObject({ depth: 3, now: 3 });
    const week = 7 * DAY;
    const later = watch(state, START + week, START + week + 11 * MINUTE, () => 500);
    const fast = fastDepthOf(later, START + week + 11 * MINUTE, VOLUME);
    expect(fast).toMatchObject({ depth: 100, now: 500, recent: 500, weekly: 100 });
    expect(fastDepthOf(later, START + week + 61 * MINUTE, VOLUME).weekly).toBe(100);
  });

  it('needs more than eight minutes of fake depth in ten, and then still meets the hour of the week', () => {
    const spoofed = watch(steady, END, END + 470 * SECOND, () => 10_000);
    const before = watch(NO_DEPTH_HISTORY, END - HOUR, END, () => 100);
    const short = watch(before, END, END + 470 * SECOND, () => 10_000);
    expect(fastDepthOf(spoofed, END + 470 * SECOND, VOLUME).recent).toBe(100);
    expect(fastDepthOf(short, END + 470 * SECOND, VOLUME).depth).toBe(100);
    const longer = watch(before, END, END + 590 * SECOND, () => 10_000);
    expect(fastDepthOf(longer, END + 590 * SECOND, VOLUME).recent).toBe(10_000);
  });

  it('is the least of what is known below sixty samples', () => {
    const few = watch(NO_DEPTH_HISTORY, START, START + 5 * MINUTE, (t) => (t === START ? 1 : 100));
    expect(fastDepthOf(few, START + 5 * MINUTE, VOLUME).recent).toBe(1);
    expect(fastDepthOf(NO_DEPTH_HISTORY, START, VOLUME).depth).toBeNull();
  });

  it('sees the least of ten seconds, however short', () => {
    let state = watch(
      NO_DEPTH_HISTORY,
      START,
      START + 10 * SECOND,
      (t) => (t === START + 4 * SECOND ? 2 : 100),
      SECOND,
    );
    expect(fastDepthOf(state, START + 10 * SECOND, VOLUME)).toMatchObject({ now: 100, recent: 2, depth: 2 });
    state = watch(state, START + 10 * SECOND, START + 20 * SECOND, () => 100, SECOND);
    expect(fastDepthOf(state, START + 20 * SECOND, VOLUME)).toMatchObject({ recent: 2 });
  });

  it('takes the exact 5 % quantile of five weeks of one hour', () => {
    let state = NO_DEPTH_HISTORY;
    const depths: number[] = [];
    for (let week = 0; week < 4; week += 1) {
      const from = START + week * 7 * DAY;
      state = watch(
        state,
        from,
        from + HOUR,
        (t) => {
          const depth = ((week * 60 + (t - from) / MINUTE) * 7_919) % 240;
          depths.push(depth);
          return depth;
        },
        MINUTE,
      );
    }
    const now = START + 28 * DAY;
    state = unwrap(observeDepth(state, now, 1_000));
    depths.sort((a, b) => a - b);
    expect(depths).toHaveLength(240);
    expect(fastDepthOf(state, now, VOLUME * 1_000).weekly).toBe(depths[11]);
  });
});

describe('a depth history', () => {
  it('survives a round trip through JSON and is never lower for a depth that was higher', () => {
    const stream = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 30 }),
        depth: fc.integer({ min: 0, max: 100 }),
        more: fc.integer({ min: 0, max: 50 }),
      }),
      { minLength: 50, maxLength: 400 },
    );
    fc.assert(
      fc.property(stream, (list) => {
        let low = NO_DEPTH_HISTORY;
        let high = NO_DEPTH_HISTORY;
        let timeMs = START;
        for (const { gap, depth, more } of list) {
          timeMs += gap * SECOND;
          low = JSON.parse(JSON.stringify(unwrap(observeDepth(low, timeMs, depth)))) as DepthHistory;
          high = unwrap(observeDepth(high, timeMs, depth + more));
        }
        expect(slowDepthOf(high) ?? 0).toBeGreaterThanOrEqual(slowDepthOf(low) ?? 0);
        const fast = fastDepthOf(low, timeMs, VOLUME);
        expect(fastDepthOf(high, timeMs, VOLUME).depth!).toBeGreaterThanOrEqual(fast.depth!);
        expect(fast.depth!).toBeLessThanOrEqual(fast.now!);
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
  });

  it('refuses a clock that goes back and a depth that is none', () => {
    const { failure } = observeDepth(steady, START, 1) as { failure: { field: string } };
    expect(failure.field).toBe('timeMs');
    expect(observeDepth(steady, END + 0.5, 1).ok).toBe(false);
    for (const depth of [NaN, -1, Infinity]) {
      expect(observeDepth(steady, END, depth)).toMatchObject({ failure: { field: 'depth' } });
    }
  });
});
