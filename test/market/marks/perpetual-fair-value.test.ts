import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { perpetualFairValue } from '../../../src/market/marks/perpetual-fair-value.js';
import type { PerpetualTerms } from '../../../src/market/marks/perpetual-fair-value.js';
import { vectorsFolder } from '../../support/folders.js';

const TERMS: PerpetualTerms = {
  payoff: 'LINEAR',
  funding: 'CONTINUOUS',
  fundingPeriodYears: 0,
  fundingIntensity: 0.2,
  interestDifferential: 0.005,
};

const folder = vectorsFolder();

describe('the fair value of a perpetual', () => {
  test.skipIf(folder === undefined)('perpetual_futures.json', () => {
    interface Row {
      readonly payoff: 'Linear' | 'Inverse';
      readonly funding: 'PrevSpot' | 'CurSpot' | 'cont';
      readonly dt_years: number;
      readonly spot: number;
      readonly r: number;
      readonly q: number;
      readonly funding_intensity: number;
      readonly iota: number;
      readonly price_mp: number;
    }
    const file = path.join(folder ?? '', 'pricing/perpetual_futures.json');
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: Row[] };
    const funding = { PrevSpot: 'PREVIOUS_SPOT', CurSpot: 'CURRENT_SPOT', cont: 'CONTINUOUS' } as const;
    expect(rows.length).toBe(6);
    for (const row of rows) {
      const terms: PerpetualTerms = {
        payoff: row.payoff === 'Linear' ? 'LINEAR' : 'INVERSE',
        funding: funding[row.funding],
        fundingPeriodYears: row.dt_years,
        fundingIntensity: row.funding_intensity,
        interestDifferential: row.iota,
      };
      const value = unwrap(perpetualFairValue(terms, row.spot, row.r, row.q));
      expect(Math.abs(value / row.price_mp - 1), JSON.stringify(row)).toBeLessThan(1e-12);
    }
  });

  test('is the spot where rates agree and no interest is paid', () => {
    for (const payoff of ['LINEAR', 'INVERSE'] as const) {
      for (const funding of ['PREVIOUS_SPOT', 'CURRENT_SPOT', 'CONTINUOUS'] as const) {
        const terms = { ...TERMS, payoff, funding, fundingPeriodYears: 1 / 1095, interestDifferential: 0 };
        expect(unwrap(perpetualFairValue(terms, 60_000, 0.03, 0.03))).toBe(60_000);
      }
    }
  });

  test.each([
    ['spot', { ...TERMS }, [NaN, 0, 0]],
    ['spot', { ...TERMS }, [0, 0, 0]],
    ['rate', { ...TERMS }, [1, Infinity, 0]],
    ['fundingPeriodYears', { ...TERMS, funding: 'CURRENT_SPOT' as const }, [1, 0, 0]],
    // Carry of 30 % a year against an intensity of 20 %.
    ['fundingIntensity', { ...TERMS }, [1, 0.3, 0]],
    ['fundingIntensity', { ...TERMS, interestDifferential: 0.3 }, [1, 0, 0]],
  ] as const)('names %s where there is none', (field, terms, [spot, rate, yieldRate]) => {
    const outcome = perpetualFairValue(terms, spot, rate, yieldRate);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'INVALID_VALUE', field } });
  });
});
