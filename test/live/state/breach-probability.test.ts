import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breachProbability } from '../../../src/live/state/breach-probability.js';

const MOVES = [-4, -2, 0, 2, 4];
const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const excesses = fc.array(finite(-50, 100), { minLength: MOVES.length, maxLength: MOVES.length });
/** Sums of doubles that are equal in exact arithmetic may differ in their last bits. */
const ROUNDING = 1e-12;

describe('the probability of a breach', () => {
  it('is a probability, and 1 where there is a breach', () => {
    fc.assert(
      fc.property(excesses, finite(0.01, 20), (excess, deviation) => {
        const probability = breachProbability(MOVES, excess, deviation);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        if ((excess[2] ?? 0) < 0) expect(probability).toBe(1);
      }),
    );
  });

  it('grows with volatility and as the excess falls', () => {
    fc.assert(
      fc.property(
        excesses,
        finite(0.01, 5),
        finite(1, 4),
        finite(0, 30),
        (excess, deviation, factor, less) => {
          const present = breachProbability(MOVES, excess, deviation);
          expect(breachProbability(MOVES, excess, deviation * factor)).toBeGreaterThanOrEqual(
            present - ROUNDING,
          );
          const poorer = excess.map((one) => one - less);
          expect(breachProbability(MOVES, poorer, deviation)).toBeGreaterThanOrEqual(present - ROUNDING);
        },
      ),
    );
  });

  it('of a straight line is the normal probability beyond its root', () => {
    // 2.5 - x falls to 0 at 2.5, between and beyond the moves alike.
    expect(breachProbability(MOVES, [6.5, 4.5, 2.5, 0.5, -1.5], 1)).toBeCloseTo(0.006209665325776132, 12);
    expect(breachProbability([-1, 0, 1], [3.5, 2.5, 1.5], 1)).toBeCloseTo(0.006209665325776132, 12);
    expect(breachProbability(MOVES, [1, 1, 1, 1, 1], 1)).toBe(0);
    expect(breachProbability(MOVES, [NaN, NaN, 1, NaN, NaN], 1)).toBeNaN();
  });
});
