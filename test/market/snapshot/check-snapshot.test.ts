import { describe, expect, it } from 'vitest';
import type { FailureReason } from '../../../src/domain/outcome.js';
import type { MarketSnapshot, VolatilitySource } from '../../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import {
  ASSETS_PER_MARKET_MAX,
  EXPIRIES_PER_MARKET_MAX,
  INSTRUMENTS_PER_MARKET_MAX,
  SMILE_POINTS_MAX,
  VOLATILITY_MAX,
} from '../../../src/limits.js';
import { option, sampleSnapshot, withExpiry, withInstrument, withUnderlying } from './sample-snapshot.js';

type Case = readonly [field: string, reason: FailureReason, snapshot: MarketSnapshot];

/** What a caller outside the type checker can send. */
function untyped(value: unknown): never {
  return value as never;
}

const sample = sampleSnapshot();
const svi = { kind: 'SVI', a: 0.01, b: 0.05, rho: -0.3, m: 0.02, sigma: 0.2 } as const;

function withSmile(volatility: VolatilitySource): MarketSnapshot {
  return withExpiry(1, { volatility });
}

function withPoints(...points: [strike: number, volatility: number][]): MarketSnapshot {
  return withSmile({
    kind: 'POINTS',
    points: points.map(([strike, volatility]) => ({ strike, volatility })),
  });
}

function withTerms(change: Parameters<typeof option>[0]): MarketSnapshot {
  return withInstrument(0, { instrument: option(change) });
}

const header: Case[] = [
  ['epoch', 'INVALID_VALUE', { ...sample, epoch: -1 }],
  ['epoch', 'INVALID_VALUE', { ...sample, epoch: 1.5 }],
  ['time', 'INVALID_VALUE', { ...sample, timeMs: NaN }],
  ['time', 'INVALID_VALUE', { ...sample, timeMs: 0 }],
  ['time', 'MISSING_FIELD', { ...sample, timeMs: untyped(undefined) }],
  ['venue', 'INVALID_VALUE', { ...sample, venue: 'v'.repeat(129) }],
];

const limits: Case[] = [
  [
    'underlyings',
    'LIMIT_EXCEEDED',
    { ...sample, underlyings: repeated(sample.underlyings, ASSETS_PER_MARKET_MAX) },
  ],
  ['assets', 'LIMIT_EXCEEDED', { ...sample, assets: repeated(sample.assets, ASSETS_PER_MARKET_MAX) }],
  ['expiries', 'LIMIT_EXCEEDED', { ...sample, expiries: repeated(sample.expiries, EXPIRIES_PER_MARKET_MAX) }],
  [
    'instruments',
    'LIMIT_EXCEEDED',
    { ...sample, instruments: repeated(sample.instruments, INSTRUMENTS_PER_MARKET_MAX) },
  ],
];

function repeated<T>(list: readonly T[], max: number): T[] {
  return Array.from({ length: max + 1 }, () => list[0]!);
}

const underlyings: Case[] = [
  ['underlyings[1].name', 'INVALID_VALUE', withUnderlying(1, { name: '' })],
  ['underlyings[1].name', 'DUPLICATE', withUnderlying(1, { name: 'BTC' })],
  ['underlyings[0].indexPrice', 'INVALID_VALUE', withUnderlying(0, { indexPrice: 0 })],
  ['underlyings[0].indexPrice', 'INVALID_VALUE', withUnderlying(0, { indexPrice: NaN })],
  ['underlyings[0].indexPrice', 'INVALID_VALUE', withUnderlying(0, { indexPrice: Infinity })],
  ['underlyings[0].indexPrice', 'INVALID_VALUE', withUnderlying(0, { indexPrice: untyped('96650') })],
  ['underlyings[0].indexPrice', 'MISSING_FIELD', withUnderlying(0, { indexPrice: untyped(undefined) })],
  ['underlyings[1].confidence', 'INVALID_VALUE', withUnderlying(1, { confidence: 1.01 })],
  ['underlyings[1].confidence', 'INVALID_VALUE', withUnderlying(1, { confidence: -0.1 })],
];

const assets: Case[] = [
  ['assets[0].asset', 'INVALID_VALUE', { ...sample, assets: [{ asset: '', priceUsd: 1, confidence: 1 }] }],
  [
    'assets[0].priceUsd',
    'INVALID_VALUE',
    { ...sample, assets: [{ asset: 'USDC', priceUsd: -1, confidence: 1 }] },
  ],
  [
    'assets[0].confidence',
    'INVALID_VALUE',
    { ...sample, assets: [{ asset: 'USDC', priceUsd: 1, confidence: NaN }] },
  ],
  ['assets[2].asset', 'DUPLICATE', { ...sample, assets: [...sample.assets, sample.assets[0]!] }],
];

const expiries: Case[] = [
  ['expiries[2].underlying', 'INVALID_VALUE', withExpiry(2, { underlying: 'SOL' })],
  ['expiries[1].expiry', 'DUPLICATE', withExpiry(1, { expiryMs: sample.expiries[0]!.expiryMs })],
  ['expiries[0].expiry', 'INVALID_VALUE', withExpiry(0, { expiryMs: -1 })],
  ['expiries[2].forward', 'INVALID_VALUE', withExpiry(2, { forward: NaN })],
  ['expiries[2].forward', 'INVALID_VALUE', withExpiry(2, { forward: 0 })],
  ['expiries[1].fixedForward', 'INVALID_VALUE', withExpiry(1, { fixedForward: 98_900 })],
  ['expiries[1].fixedForward', 'INVALID_VALUE', withExpiry(1, { fixedForward: -1 })],
  ['expiries[1].forwardConfidence', 'INVALID_VALUE', withExpiry(1, { forwardConfidence: 2 })],
  ['expiries[0].rate', 'INVALID_VALUE', withExpiry(0, { rate: Infinity })],
  ['expiries[0].rate', 'INVALID_VALUE', withExpiry(0, { rate: 11 })],
  ['expiries[0].rateConfidence', 'INVALID_VALUE', withExpiry(0, { rateConfidence: -1 })],
  ['expiries[0].volatilityConfidence', 'INVALID_VALUE', withExpiry(0, { volatilityConfidence: 1.5 })],
];

const smiles: Case[] = [
  ['expiries[1].svi.b', 'INVALID_VALUE', withSmile({ ...svi, b: -0.01 })],
  ['expiries[1].svi.rho', 'INVALID_VALUE', withSmile({ ...svi, rho: 1 })],
  ['expiries[1].svi.rho', 'INVALID_VALUE', withSmile({ ...svi, rho: -1.2 })],
  ['expiries[1].svi.sigma', 'INVALID_VALUE', withSmile({ ...svi, sigma: 0 })],
  ['expiries[1].svi.m', 'INVALID_VALUE', withSmile({ ...svi, m: NaN })],
  ['expiries[1].svi.a', 'INVALID_VALUE', withSmile({ ...svi, a: Infinity })],
  // The smallest total variance is a + b sigma sqrt(1 - rho^2) = a + 0.00954.
  ['expiries[1].svi.a', 'INVALID_VALUE', withSmile({ ...svi, a: -0.01 })],
  ['expiries[1].points.points', 'MISSING_FIELD', withPoints()],
  ['expiries[1].points.points[1].strike', 'INVALID_VALUE', withPoints([100, 0.5], [100, 0.6])],
  ['expiries[1].points.points[1].strike', 'INVALID_VALUE', withPoints([100, 0.5], [90, 0.6])],
  ['expiries[1].points.points[0].strike', 'INVALID_VALUE', withPoints([0, 0.5])],
  ['expiries[1].points.points[0].volatility', 'INVALID_VALUE', withPoints([100, 0])],
  ['expiries[1].points.points[0].volatility', 'INVALID_VALUE', withPoints([100, VOLATILITY_MAX + 1])],
  [
    'expiries[1].points.points',
    'LIMIT_EXCEEDED',
    withPoints(...Array.from({ length: SMILE_POINTS_MAX + 1 }, (_, i): [number, number] => [i + 1, 0.5])),
  ],
];

const instruments: Case[] = [
  ['instruments[0].instrument.name', 'INVALID_VALUE', withTerms({ name: '' })],
  ['instruments[1].instrument.name', 'DUPLICATE', withInstrument(1, { instrument: option() })],
  ['instruments[0].instrument.kind', 'INVALID_VALUE', withTerms({ kind: untyped('SWAP') })],
  ['instruments[0].instrument.underlying', 'INVALID_VALUE', withTerms({ underlying: 'BTX' })],
  ['instruments[0].instrument.settlement', 'INVALID_VALUE', withTerms({ settlement: untyped('QUANTO') })],
  [
    'instruments[0].instrument.settlementCurrency',
    'INVALID_VALUE',
    withTerms({ settlement: 'INVERSE', settlementCurrency: 'USDC' }),
  ],
  ['instruments[0].instrument.contractSize', 'INVALID_VALUE', withTerms({ contractSize: 0 })],
  ['instruments[0].instrument.strike', 'INVALID_VALUE', withTerms({ strike: -1 })],
  // Positive, but smaller than any kernel takes.
  ['instruments[0].instrument.strike', 'INVALID_VALUE', withTerms({ strike: 5e-324 })],
  ['instruments[0].instrument.optionType', 'INVALID_VALUE', withTerms({ optionType: untyped('call') })],
  ['instruments[0].instrument.expiry', 'INVALID_VALUE', withTerms({ expiryMs: NaN })],
  ['instruments[1].markPrice', 'INVALID_VALUE', withInstrument(1, { markPrice: -1 })],
  ['instruments[4].markPrice', 'INVALID_VALUE', withInstrument(4, { markPrice: 0 })],
  ['instruments[4].priceConfidence', 'INVALID_VALUE', withInstrument(4, { priceConfidence: NaN })],
  [
    'instruments[1].markVolatility',
    'INVALID_VALUE',
    withInstrument(1, { markVolatility: VOLATILITY_MAX + 1 }),
  ],
  ['instruments[1].markVolatility', 'INVALID_VALUE', withInstrument(1, { markVolatility: 0 })],
  ['instruments[1].markVolatility', 'INVALID_VALUE', withInstrument(1, { markVolatility: NaN })],
  ['instruments[1].volatilityConfidence', 'INVALID_VALUE', withInstrument(1, { volatilityConfidence: 7 })],
  ['instruments[1].bidPrice', 'INVALID_VALUE', withInstrument(1, { bidPrice: -0.1 })],
  ['instruments[1].askPrice', 'INVALID_VALUE', withInstrument(1, { askPrice: -2 })],
  ['instruments[1].bidPrice', 'INVALID_VALUE', withInstrument(1, { bidPrice: 10, askPrice: 9 })],
];

const cases: Case[] = [header, limits, underlyings, assets, expiries, smiles, instruments].flat();

describe('resolveMarket refuses', () => {
  it.each(cases.map(([field, reason, snapshot], index) => ({ index, field, reason, snapshot })))(
    '$index: market.$field as $reason',
    ({ field, reason, snapshot }) => {
      const outcome = resolveMarket(snapshot);
      expect(outcome.ok ? 'accepted' : outcome.failure).toMatchObject({ reason, field: `market.${field}` });
    },
  );

  it('an unknown underlying with the closest known ones', () => {
    const outcome = resolveMarket(withTerms({ underlying: 'BTX' }));
    expect(outcome.ok ? undefined : outcome.failure.closestMatches).toEqual(['BTC']);
  });

  it('an inverse spot instrument', () => {
    const outcome = resolveMarket(
      withInstrument(6, { instrument: { ...sample.instruments[6]!.instrument, settlement: 'INVERSE' } }),
    );
    expect(outcome.ok ? undefined : outcome.failure.field).toBe(
      'market.instruments[6].instrument.settlement',
    );
  });

  it('and says the value and what was expected', () => {
    const outcome = resolveMarket(withExpiry(2, { forward: -3 }));
    expect(outcome.ok ? undefined : outcome.failure.message).toBe(
      'Expected a number above 0 and at most 1000000000000000 for forward but received -3 of type number',
    );
  });
});
