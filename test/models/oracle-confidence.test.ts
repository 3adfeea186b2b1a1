/** The part of an initial margin that is uncertainty of the price. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { confidenceScore, oracleConfidenceCharge } from '../../src/models/charges/oracle-confidence.js';

const run = { seed: 20_260_115, numRuns: 500 };
const price = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const delta = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the charge for the oracle', () => {
  it('is 4.32 confidences of the net delta, at most 10 % of the price', () => {
    expect(oracleConfidenceCharge(2, 100, 0.5, 100)).toEqual({
      interval: 4.32,
      stable: 0,
      score: 0,
      total: 4.32,
    });
    expect(oracleConfidenceCharge(-2, 100, 0.5, 100).total).toBe(4.32);
    expect(oracleConfidenceCharge(1, 100, 5, 100).interval).toBe(10);
  });

  it('values assets at the lower and liabilities at the higher of market and stable price', () => {
    expect(oracleConfidenceCharge(1, 120, 0.01, 100)).toMatchObject({ stable: 20, total: 20 });
    expect(oracleConfidenceCharge(1, 80, 0.01, 100)).toMatchObject({ stable: 0 });
    expect(oracleConfidenceCharge(-1, 80, 0.01, 100)).toMatchObject({ stable: 20, total: 20 });
    expect(oracleConfidenceCharge(-1, 120, 0.01, 100)).toMatchObject({ stable: 0 });
  });

  it('adds to it below a score of .55, strictly', () => {
    expect(confidenceScore(100, 0.9, 0.02)).toBeCloseTo(0.55, 12);
    expect(oracleConfidenceCharge(1, 100, 0.89, 100).score).toBe(0);
    expect(oracleConfidenceCharge(1, 100, 1, 100).score).toBeCloseTo(0.5 * 0.4 * 100, 12);
    expect(oracleConfidenceCharge(1, 100, 9, 100).score).toBeCloseTo(0.4 * 100, 12);
  });

  test.prop([price, share, share], run)('of a delta-neutral book is 0', (p, c, s) => {
    expect(oracleConfidenceCharge(0, p, c * p, s * p).total).toBe(0);
  });

  test.prop([delta, price, share, share, fc.double({ min: 0, max: 3, noNaN: true })], run)(
    'is finite, not negative, never lower for a worse confidence, and never takes more than an asset',
    (q, p, c, worse, stable) => {
      const charge = oracleConfidenceCharge(q, p, c * p, stable * p).total;
      expect(Number.isFinite(charge)).toBe(true);
      expect(charge).toBeGreaterThanOrEqual(0);
      expect(oracleConfidenceCharge(q, p, (c + worse) * p, stable * p).total).toBeGreaterThanOrEqual(charge);
      if (q > 0) expect(charge).toBeLessThanOrEqual(q * p);
    },
  );

  test.prop([delta, price, share, fc.double({ min: 0.1, max: 10, noNaN: true })], run)(
    'grows with the position',
    (q, p, c, factor) => {
      const charge = (size: number): number => oracleConfidenceCharge(size, p, c * p, p).total;
      expect(charge(q * (1 + factor))).toBeGreaterThanOrEqual(charge(q));
    },
  );
});
