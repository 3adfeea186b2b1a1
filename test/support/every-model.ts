/** Every model and parameter set of the catalogue with a market that it can margin and books to draw from it. */
import { fc } from '@fast-check/vitest';
import type { Amount } from '../../src/domain/money.js';
import type { Position } from '../../src/domain/portfolio.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { findParameterSet, listModels, type ResolvedModel } from '../../src/models/catalogue.js';
import { model } from './margins.js';
import {
  cash,
  optionName,
  SAMPLE_EXPIRIES_DAYS,
  SAMPLE_STRIKES,
  sampleMarket,
  sampleSnapshot,
} from './sample-market.js';

export interface ModelUnderTest {
  /** `model@parameter-set`. */
  readonly name: string;
  readonly model: ResolvedModel;
  readonly market: Market;
  /** Cash of the account's own currency. */
  readonly balance: (amount: number) => Amount;
  readonly positions: fc.Arbitrary<Position[]>;
}

/** Models that margin coin-settled contracts in coins; every other one takes linear contracts in US dollars. */
const COIN_MODELS = new Set(['deribit-pm', 'deribit-sm']);

/** Ranges for contracts that a risk-array set does not list, and numbers that a set leaves to its user. */
const OVERRIDES: ReadonlyMap<string, unknown> = new Map([
  ['derive-pm1', { underlyings: [] }],
  ['derive-pm2', { underlyings: [] }],
  ['deribit-pm', { worstCaseDecimals: 15 }],
  [
    'span',
    {
      cashAsset: 'USDC',
      combinedCommodities: {
        BTC: {
          ranges: {
            underlying: 'BTC',
            priceScanRange: { unit: 'FRACTION', value: 0.12 },
            volatilityScanRange: 0.1,
          },
          tiers: [
            { name: 'near', lastMonth: '2026-02' },
            { name: 'far', firstMonth: '2026-03' },
          ],
          interMonthSpreads: [
            {
              legs: [
                { tier: 'near', ratio: 1 },
                { tier: 'far', ratio: 1 },
              ],
              rate: 150,
            },
          ],
          deliveryMonths: [{ month: '2026-01', spreadRate: 40, outrightRate: 60 }],
          shortOptionMinimum: { rate: 700, per: 'UNIT', count: 'SUM' },
          exposureRate: 0.01,
        },
      },
    },
  ],
  ['tims', { cashAsset: 'USDC' }],
  // Few draws: the properties are those of every count.
  ['house', { draws: { count: 500 } }],
  ['es', { draws: { count: 500 } }],
]);

/** Option marks for the models that measure from them; a doubtful smile, so that confidence is charged too. */
export const everyModelMarket = sampleMarket({
  instruments: sampleSnapshot().instruments.map((quote) =>
    quote.instrument.kind === 'OPTION'
      ? { ...quote, markPrice: quote.instrument.settlement === 'LINEAR' ? 1_500 : 0.015 }
      : quote,
  ),
  expiries: sampleSnapshot().expiries.map((expiry) => ({ ...expiry, volatilityConfidence: 0.4 })),
});

export const MODELS_UNDER_TEST: readonly ModelUnderTest[] = listModels().flatMap(({ id, parameterSets }) => {
  // Sets that differ from another in a few numbers have its rules.
  const own = parameterSets.filter(({ name }) => findParameterSet(id, name)?.of === undefined);
  return own.map(({ name }): ModelUnderTest => {
    const isLinear = !COIN_MODELS.has(id);
    return {
      name: `${id}@${name}`,
      model: model(`${id}@${name}`, OVERRIDES.get(id)),
      market: everyModelMarket,
      balance: (amount) => cash(isLinear ? 'USDC' : 'BTC', amount),
      // Rates of inverse futures are not among the published ones of deribit-sm.
      positions: randomPositions(isLinear, id !== 'deribit-sm'),
    };
  });
});

/** Options of all expiries and strikes, sometimes the perpetual of BTC, each instrument once. */
export function randomPositions(isLinear: boolean, withPerpetual = true): fc.Arbitrary<Position[]> {
  const option = fc.record({
    instrument: fc
      .tuple(
        fc.constantFrom(...SAMPLE_EXPIRIES_DAYS),
        fc.constantFrom(...SAMPLE_STRIKES),
        fc.constantFrom('CALL' as const, 'PUT' as const),
      )
      .map(([days, strike, type]) => optionName(days, strike, type, isLinear)),
    quantity: quantityUpTo(50),
  });
  const perpetual = fc.record({
    instrument: fc.constant(isLinear ? 'BTC-USDC-PERPETUAL' : 'BTC-PERPETUAL'),
    quantity: quantityUpTo(500),
  });
  return fc.uniqueArray(fc.oneof({ arbitrary: option, weight: 6 }, withPerpetual ? perpetual : option), {
    maxLength: 15,
    selector: (position) => position.instrument,
  });
}

/** Tenths, and now and then any double: doubles alone are nearly all so small that a book is one position. */
export function quantityUpTo(largest: number): fc.Arbitrary<number> {
  const tenths = fc.integer({ min: -10 * largest, max: 10 * largest }).map((n) => n / 10);
  const any = fc.double({ min: -largest, max: largest, noNaN: true });
  return fc.oneof({ arbitrary: tenths, weight: 9 }, any);
}
