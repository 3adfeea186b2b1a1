import { describe, expect, test } from 'vitest';
import {
  QUOTE_SIDE_STATUS as STATUS,
  impliedVolatilities,
} from '../../../src/market/volatility/implied-volatilities.js';
import type { QuoteColumns } from '../../../src/market/volatility/implied-volatilities.js';
import { ALL_KERNELS } from '../../kernel/support.js';

/** Calls at 100 on a forward of 100, a quarter of a year: 2 % is worth 0.4, 100 % is worth 19.7. */
function callQuotes(rows: readonly (readonly [bid: number, ask: number])[], strike = 100): QuoteColumns {
  const column = (value: number): Float64Array => new Float64Array(rows.length).fill(value);
  return {
    count: rows.length,
    isCall: new Uint8Array(rows.length).fill(1),
    forward: column(100),
    strike: column(strike),
    timeToExpiryYears: column(0.25),
    bid: Float64Array.from(rows, ([bid]) => bid),
    ask: Float64Array.from(rows, ([, ask]) => ask),
  };
}

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'volatilities of quotes, $isa',
  ({ kernels }) => {
    test('each side is inverted by itself, the mid between them', () => {
      const { bid, mid, ask } = impliedVolatilities(kernels, callQuotes([[9, 11]]));
      expect([...bid.status, ...mid.status, ...ask.status]).toEqual([STATUS.OK, STATUS.OK, STATUS.OK]);
      expect([...mid.price]).toEqual([10]);
      expect(bid.volatility[0]).toBeLessThan(mid.volatility[0] ?? NaN);
      expect(mid.volatility[0]).toBeLessThan(ask.volatility[0] ?? NaN);
      // 10 = 100 (2 N(s/2) - 1) with s = sigma / 2; 30 digits, rounded.
      expect(mid.volatility[0]).toBeCloseTo(0.5026453874202963, 12);
    });

    test('an absent side leaves the other alone and has no mid', () => {
      const { bid, mid, ask } = impliedVolatilities(
        kernels,
        callQuotes([
          [0, 11],
          [NaN, 11],
          [9, NaN],
          [9, 0],
        ]),
      );
      expect([...bid.status]).toEqual([STATUS.ABSENT, STATUS.ABSENT, STATUS.OK, STATUS.OK]);
      expect([...ask.status]).toEqual([STATUS.OK, STATUS.OK, STATUS.ABSENT, STATUS.ABSENT]);
      expect([...mid.status]).toEqual(new Array(4).fill(STATUS.ABSENT));
      expect([...mid.volatility]).toEqual([0, 0, 0, 0]);
    });

    test('a bid below the intrinsic value keeps its reason while mid and ask have theirs', () => {
      const { bid, mid, ask } = impliedVolatilities(
        kernels,
        callQuotes(
          [
            [9.5, 11.5],
            [10, 101],
            [-1, 9],
          ],
          90,
        ),
      );
      expect([...bid.status]).toEqual([STATUS.BELOW_INTRINSIC, STATUS.AT_INTRINSIC, STATUS.BELOW_INTRINSIC]);
      expect([...mid.status]).toEqual([STATUS.OK, STATUS.OK, STATUS.BELOW_INTRINSIC]);
      expect([...ask.status]).toEqual([STATUS.OK, STATUS.ABOVE_MAXIMUM, STATUS.BELOW_INTRINSIC]);
      expect(bid.volatility[0]).toBe(0);
    });

    test('a crossed quote has no mid', () => {
      const { bid, mid, ask } = impliedVolatilities(kernels, callQuotes([[11, 9]]));
      expect([...bid.status, ...mid.status, ...ask.status]).toEqual([STATUS.OK, STATUS.CROSSED, STATUS.OK]);
      expect([...mid.volatility]).toEqual([0]);
    });

    test('an infinite price is told from an absent one', () => {
      const { bid, mid, ask } = impliedVolatilities(kernels, callQuotes([[9, Infinity]]));
      expect([...bid.status, ...mid.status, ...ask.status]).toEqual([
        STATUS.OK,
        STATUS.NOT_FINITE,
        STATUS.NOT_FINITE,
      ]);
    });
  },
);
