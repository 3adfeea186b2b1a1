/** Equity, guarded value and P&L explanation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { black76 } from '../../../src/kernel/reference/black76.js';
import { equityOf } from '../../../src/market/marks/equity.js';
import {
  creditCap,
  expiryEvidence,
  guardedBand,
  guardedExpiryValue,
  guardedProfit,
  stableVolatility,
} from '../../../src/market/marks/guarded-value.js';
import type { GuardedLeg } from '../../../src/market/marks/guarded-value.js';
import { NO_CASH, explainPnl } from '../../../src/market/marks/pnl-explain.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };
const amount = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('equity of a currency', () => {
  const holdings = {
    currency: 'BTC',
    decimals: 8,
    cash: 150_000_000n,
    unrealisedPnl: [-20_000_000n, 5n],
    fundingOwed: [100n, -40n],
    feesOwed: 15n,
    optionValues: [] as number[],
  };

  it('adds ledger amounts exactly and rounds option values against the account', () => {
    expect(unwrap(equityOf(holdings)).units).toBe('129999930');
    expect(unwrap(equityOf({ ...holdings, optionValues: [0.5, -0.25] })).units).toBe('154999930');
    expect(unwrap(equityOf({ ...holdings, optionValues: [1.9e-8] })).units).toBe('129999931');
    expect(unwrap(equityOf({ ...holdings, optionValues: [-1.1e-8] })).units).toBe('129999928');
  });

  it('is not stated from a value that is no number', () => {
    expect(equityOf({ ...holdings, optionValues: [0, NaN] })).toMatchObject({
      ok: false,
      failure: { field: 'optionValues[1]' },
    });
  });
});

describe('a guarded value', () => {
  const leg = fc.record({
    markValue: amount,
    lowVolatilityValue: amount,
    highVolatilityValue: amount,
    creditCap: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Infinity)),
  });
  const legs = fc.array(leg, { maxLength: 8 });
  const marks = (list: readonly GuardedLeg[]): number =>
    list.reduce((sum, { markValue }) => sum + markValue, 0);

  it('never exceeds the value at marks, nor does a lower cap, a missing quoter or a larger share raise it', () => {
    fc.assert(
      fc.property(
        legs,
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, independent, share) => {
          const value = unwrap(guardedExpiryValue(list, independent, share));
          expect(value).toBeLessThanOrEqual(marks(list) + 1e-6);
          const capped = list.map((one) => ({
            ...one,
            creditCap: one.creditCap === Infinity ? 1 : one.creditCap / 2,
          }));
          expect(unwrap(guardedExpiryValue(capped, independent, share))).toBeLessThanOrEqual(value);
          expect(unwrap(guardedExpiryValue(list, false, share))).toBeLessThanOrEqual(value + 1e-6);
          expect(unwrap(guardedExpiryValue(list, independent, 1))).toBeLessThanOrEqual(value + 1e-6);
        },
      ),
      RUNS,
    );
  });

  it('takes the worst of three volatilities of the net legs, or of every leg', () => {
    const wide = { creditCap: Infinity };
    const long = { markValue: 10, lowVolatilityValue: 8, highVolatilityValue: 12, ...wide };
    const short = { markValue: -9, lowVolatilityValue: -7, highVolatilityValue: -13, ...wide };
    expect(unwrap(guardedExpiryValue([long, short], true, 0.1))).toBe(-1);
    expect(unwrap(guardedExpiryValue([long, short], true, 0.11))).toBe(-5);
    expect(unwrap(guardedExpiryValue([long, short], false, 0))).toBe(-5);
    expect(unwrap(guardedExpiryValue([{ ...long, creditCap: 3 }, short], true, 0))).toBe(-10);
    const falling = { ...short, lowVolatilityValue: -13, highVolatilityValue: -7 };
    expect(unwrap(guardedExpiryValue([{ ...long, creditCap: 3 }, falling], true, 0))).toBe(-10);
    expect(guardedProfit(5, 3)).toBe(3);
    expect(guardedProfit(-5, 3)).toBe(-5);
  });

  it('does not listen to quotes of the own group', () => {
    const groups = fc.array(fc.constantFrom('own', 'a', 'b', 'c'), { maxLength: 8 });
    const conf = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(groups, conf, fc.array(conf, { maxLength: 2 }), (quoters, own, neighbours) => {
        const evidence = expiryEvidence(quoters, 'own', own, neighbours);
        expect(expiryEvidence([...quoters, 'own', 'own'], 'own', own, neighbours)).toEqual(evidence);
        expect(evidence.volatilityConfidence).toBeGreaterThanOrEqual(own);
        expect(evidence.isIndependent).toBe(new Set(quoters.filter((group) => group !== 'own')).size >= 2);
      }),
      RUNS,
    );
    expect(expiryEvidence(['a', 'a', 'own'], 'own', 0.02, [0.03, 0.05])).toEqual({
      isIndependent: false,
      volatilityConfidence: 0.1,
    });
  });

  it('is not raised by a mark that its owner has pushed up: the tracker holds the volatility back', () => {
    const value = (sigma: number): number => 10 * black76(true, 90_000, 100_000, sigma, 30 / 365).price;
    const guarded = (markVolatility: number): number => {
      // The tracker still says 50 % at the money when the mark says more.
      const { low, high } = guardedBand(stableVolatility(markVolatility, markVolatility, 0.5), 0.02);
      const legs = [
        {
          markValue: value(markVolatility),
          lowVolatilityValue: value(low),
          highVolatilityValue: value(high),
          creditCap: Infinity,
        },
      ];
      return unwrap(guardedExpiryValue(legs, true, 0));
    };
    expect(guarded(0.5)).toBe(value(0.46));
    expect(guarded(1.5)).toBe(guarded(0.5));
    expect(guarded(0.3)).toBe(value(0.3));
  });

  it('widens its band on both sides and never below zero', () => {
    expect(guardedBand(0.5, 0.1)).toEqual({ low: 0.3, high: 0.7 });
    expect(guardedBand(0.1, 0.1)).toEqual({ low: 0, high: 0.30000000000000004 });
  });

  it('caps credit by bids near the mark, a tenth of the volume and the share of the open interest', () => {
    const evidence = {
      bidPrices: [99, 96, 94],
      bidSizes: [1, 2, 100],
      markPrice: 100,
      tradedValueDay: 1_000,
      openInterestShare: 0.05,
    };
    expect(creditCap(evidence)).toBe(99 + 192 + 100);
    expect(creditCap({ ...evidence, openInterestShare: 0.4 })).toBe((99 + 192 + 100) / 4);
    expect(creditCap({ ...evidence, bidPrices: [], bidSizes: [] })).toBe(100);
    expect(creditCap({ ...evidence, bidPrices: [NaN, 96], bidSizes: [1, -2], tradedValueDay: NaN })).toBe(0);
    expect(creditCap({ ...evidence, openInterestShare: NaN })).toBeCloseTo(39.1, 12);
    expect(creditCap({ ...evidence, bidSizes: [Infinity, 1, 1] })).toBe(0);
  });

  it('refuses numbers that are none', () => {
    const sound = { markValue: 1, lowVolatilityValue: 1, highVolatilityValue: 1, creditCap: 1 };
    for (const change of [
      { markValue: NaN },
      { lowVolatilityValue: Infinity },
      { creditCap: NaN },
      { creditCap: -1 },
    ]) {
      expect(guardedExpiryValue([sound, { ...sound, ...change }], true, 0)).toMatchObject({
        failure: { field: 'legs[1]' },
      });
    }
    expect(guardedExpiryValue([sound], true, NaN).ok).toBe(false);
  });
});

describe('an explanation of P&L', () => {
  const state = fc.record({
    forward: fc.double({ min: 50_000, max: 100_000, noNaN: true }),
    forwardAfter: fc.double({ min: 50_000, max: 100_000, noNaN: true }),
    volatility: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
    volatilityAfter: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
    days: fc.double({ min: 0, max: 5, noNaN: true }),
    cash: fc.record({ trades: amount, fees: amount, funding: amount, exchange: amount }),
  });

  it('adds up to what happened, with the residual or with the steps', () => {
    fc.assert(
      fc.property(state, ({ forward, forwardAfter, volatility, volatilityAfter, days, cash }) => {
        const price = (f: number, sigma: number, left: number): number =>
          black76(true, f, 75_000, sigma, left / 365).price;
        const before = price(forward, volatility, 10);
        const after = price(forwardAfter, volatilityAfter, 10 - days);
        const result = explainPnl(
          { before, after },
          black76(true, forward, 75_000, volatility, 10 / 365),
          {
            forward: forwardAfter - forward,
            volatility: volatilityAfter - volatility,
            timeYears: days / 365,
          },
          0.01,
          () => ({
            afterPrice: price(forwardAfter, volatility, 10),
            afterVolatility: price(forwardAfter, volatilityAfter, 10),
          }),
          cash,
        );
        const paid = cash.trades + cash.fees + cash.funding + cash.exchange;
        expect(Math.abs(result.actual - (after - before + paid))).toBeLessThan(1e-6);
        expect(Math.abs(result.explained + result.residual - result.actual)).toBeLessThan(1e-6);
        if (result.steps === undefined) {
          expect(Math.abs(result.residual)).toBeLessThanOrEqual(
            Math.max(0.05 * Math.abs(after - before), 0.01) + 1e-6,
          );
        } else {
          const { price: byPrice, volatility: byVolatility, time } = result.steps;
          expect(Math.abs(byPrice + byVolatility + time - (after - before))).toBeLessThan(1e-9);
          expect(time).toBeLessThanOrEqual(0);
        }
      }),
      RUNS,
    );
  });

  it('shows steps when the Taylor terms are no number', () => {
    const greeks = { delta: NaN, gamma: 0, vega: 0, volga: 0, vanna: 0, theta: 0 };
    const moves = { forward: 1, volatility: 0, timeYears: 0 };
    const result = explainPnl(
      { before: 1, after: 2 },
      greeks,
      moves,
      0,
      () => ({ afterPrice: 2, afterVolatility: 2 }),
      NO_CASH,
    );
    expect(result.steps).toEqual({ price: 1, volatility: 0, time: 0 });
  });
});
