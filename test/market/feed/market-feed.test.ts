/** Updates folded into a market: what is taken, what is refused, and what a market says while its feed is silent. */
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import type { FeedConfig } from '../../../src/market/feed/feed-config.js';
import { createMarketFeed, type MarketFeed } from '../../../src/market/feed/market-feed.js';
import type { MarketUpdate } from '../../../src/market/feed/market-update.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { NOW_MS, optionName, sampleSnapshot } from '../../support/sample-market.js';

const EXCHANGES = ['binance', 'bitstamp', 'coinbase', 'kraken', 'okx'];
const sources = { sources: EXCHANGES.map((name) => ({ name })) };
const CONFIG: FeedConfig = {
  venue: 'sample',
  indices: { BTC: sources, ETH: sources },
  assets: { USDC: sources },
};
const PERPETUAL = 'BTC-USDC-PERPETUAL';

function feed(): MarketFeed {
  return unwrap(createMarketFeed(CONFIG, sampleSnapshot()));
}

let sequence = 0;
function send(
  to: MarketFeed,
  update: MarketUpdate,
  nowMs = update.timeMs,
  source = 'publisher',
): string | undefined {
  sequence += 1;
  return to.apply(update, { source, sequence }, nowMs)?.reason;
}

function index(price: number, exchange: string, timeMs: number): MarketUpdate {
  return { kind: 'INDEX', underlying: 'BTC', exchange, price, timeMs };
}

function spread(to: MarketFeed, price: number, timeMs: number, except: readonly string[] = []): void {
  for (const exchange of EXCHANGES)
    if (!except.includes(exchange)) expect(send(to, index(price, exchange, timeMs))).toBeUndefined();
}

const spotOf = (of: MarketFeed, nowMs: number): { indexPrice: number; confidence: number } =>
  of.compose(nowMs, nowMs).snapshot.underlyings.find(({ name }) => name === 'BTC')!;

describe('a feed', () => {
  test('moves forwards and marks of futures with the index until they are quoted again', () => {
    const under = feed();
    spread(under, 96_650 * 1.02, NOW_MS);
    const { snapshot } = under.compose(NOW_MS, NOW_MS);
    const start = sampleSnapshot();
    expect(unwrap(resolveMarket(snapshot)).epoch).toBe(0);
    expect(snapshot.expiries[2]!.forward).toBeCloseTo(start.expiries[2]!.forward * 1.02, 6);
    const mark = snapshot.instruments.find(({ instrument }) => instrument.name === PERPETUAL)!.markPrice!;
    expect(mark).toBeCloseTo(96_700 * 1.02, 6);
    expect(
      send(under, {
        kind: 'QUOTE',
        instrument: PERPETUAL,
        bidPrice: 98_000,
        askPrice: 98_010,
        timeMs: NOW_MS,
      }),
    ).toBeUndefined();
    const quoted = under.compose(NOW_MS, NOW_MS).snapshot.instruments;
    expect(quoted.find(({ instrument }) => instrument.name === PERPETUAL)!.markPrice).toBeCloseTo(98_005, 6);
    expect(under.takeMoved()).toEqual(new Set(['BTC']));
    expect(under.takeMoved()).toEqual(new Set());
  });

  test('takes forwards from call and put pairs, and keeps the last where they do not say', () => {
    const under = feed();
    spread(under, 96_650, NOW_MS);
    const forward = 97_500;
    for (const strike of [90_000, 100_000, 110_000])
      for (const type of ['CALL', 'PUT'] as const) {
        const instrument = optionName(30, strike, type, true);
        const fair = Math.max(0, type === 'CALL' ? forward - strike : strike - forward) + 2_000;
        const quote = {
          kind: 'QUOTE',
          instrument,
          bidPrice: fair - 5,
          askPrice: fair + 5,
          timeMs: NOW_MS,
        } as const;
        expect(send(under, quote)).toBeUndefined();
      }
    const expiryMs = NOW_MS + 30 * 86_400_000;
    const at = (nowMs: number): number =>
      under.compose(nowMs, nowMs).snapshot.expiries.find((one) => one.expiryMs === expiryMs)!.forward;
    expect(at(NOW_MS)).toBeCloseTo(forward, 6);
    for (const strike of [90_000, 100_000, 110_000])
      send(under, {
        kind: 'QUOTE',
        instrument: optionName(30, strike, 'CALL', true),
        clearsBid: true,
        timeMs: NOW_MS + 1,
      });
    expect(at(NOW_MS + 1)).toBeCloseTo(forward, 6);
  });

  test.each<[string, Partial<MarketUpdate> & { kind: MarketUpdate['kind'] }]>([
    ['UNKNOWN_INSTRUMENT', { kind: 'QUOTE', instrument: 'BTC-NOTHING' }],
    ['INVALID_VALUE', { kind: 'QUOTE', instrument: PERPETUAL, bidPrice: NaN }],
    ['INVALID_VALUE', { kind: 'QUOTE', instrument: PERPETUAL, askPrice: -1 }],
    ['INVALID_VALUE', { kind: 'QUOTE', instrument: PERPETUAL, markVolatility: Infinity }],
    ['CROSSED', { kind: 'QUOTE', instrument: PERPETUAL, bidPrice: 96_700, askPrice: 96_600 }],
    ['OUT_OF_BAND', { kind: 'QUOTE', instrument: PERPETUAL, markPrice: 967 }],
    ['FROM_THE_FUTURE', { kind: 'QUOTE', instrument: PERPETUAL, timeMs: NOW_MS + 2_000 }],
    ['CLOCK_BACK', { kind: 'QUOTE', instrument: PERPETUAL, timeMs: NOW_MS - 1 }],
    ['UNKNOWN_UNDERLYING', { kind: 'INDEX', underlying: 'DOGE', exchange: 'kraken', price: 1 }],
    ['UNKNOWN_SOURCE', { kind: 'INDEX', underlying: 'BTC', exchange: 'nobody', price: 96_000 }],
    ['NOT_POSITIVE', { kind: 'INDEX', underlying: 'BTC', exchange: 'kraken', price: -5, confidence: 1 }],
    ['NOT_FINITE', { kind: 'INDEX', underlying: 'BTC', exchange: 'kraken', price: NaN, confidence: 1 }],
    ['INVALID_VALUE', { kind: 'OPEN_INTEREST', instrument: PERPETUAL, contracts: -1 }],
    ['INVALID_VALUE', { kind: 'FUNDING', instrument: PERPETUAL, rate: 2, intervalMs: 1_000 }],
    [
      'INVALID_VALUE',
      { kind: 'EXPIRY', underlying: 'BTC', expiryMs: NOW_MS + 1e9, forward: 0, forwardConfidence: 1 },
    ],
  ])('refuses what is %s, and changes nothing by it', (reason, update) => {
    const under = feed();
    const before = under.compose(NOW_MS, NOW_MS);
    expect(send(under, { timeMs: NOW_MS, ...update } as MarketUpdate, NOW_MS)).toBe(reason);
    expect(under.compose(NOW_MS, NOW_MS).snapshot).toEqual(before.snapshot);
  });

  test('that is silent for a second keeps every confidence but that of its index; for a minute it loses half', () => {
    const under = feed();
    spread(under, 96_650, NOW_MS);
    const at = (seconds: number) => under.compose(NOW_MS + 1_000 * seconds, NOW_MS).snapshot;
    expect(at(1).expiries).toEqual(at(0).expiries);
    expect(at(65).expiries[0]!.forwardConfidence).toBeCloseTo(0.48, 10);
    expect(at(65).expiries[0]!.forward).toBe(at(0).expiries[0]!.forward);
    expect(spotOf(under, NOW_MS + 1_000).confidence).toBeGreaterThan(0.98);
    const use = (seconds: number) => under.compose(NOW_MS + 1_000 * seconds, NOW_MS).permissions.get('BTC')!;
    expect(use(1).mayOpenRisk).toBe(true);
    expect(use(6)).toMatchObject({
      mayOpenRisk: false,
      initialMargin: 'LAST_WIDENED',
      maintenanceMargin: 'CURRENT',
    });
    expect(use(61)).toMatchObject({ initialMargin: 'NEVER_LOWER', mark: 'FLAGGED' });
  });
});

describe('one of five exchanges', () => {
  test.each([
    ['at nothing', 0],
    ['at a tenth', 9_665],
    ['at ten times', 966_500],
    ['at no number', NaN],
  ])('%s moves the index by less than half a percent', (_name, price) => {
    const under = feed();
    spread(under, 96_650, NOW_MS);
    const before = spotOf(under, NOW_MS);
    for (let second = 1; second <= 30; second += 1) {
      const timeMs = NOW_MS + 1_000 * second;
      send(under, index(price, 'okx', timeMs));
      spread(under, 96_650 + second, timeMs, ['okx']);
      const after = spotOf(under, timeMs);
      expect(Math.abs(after.indexPrice / (96_650 + second) - 1)).toBeLessThan(0.005);
      expect(after.confidence).toBeLessThanOrEqual(before.confidence + 1e-12);
    }
  });

  test('that is frozen drops out', () => {
    const under = feed();
    spread(under, 96_650, NOW_MS);
    for (let second = 1; second <= 10; second += 1)
      spread(under, 96_650 * 1.001 ** second, NOW_MS + 1_000 * second, ['okx']);
    expect(spotOf(under, NOW_MS + 10_000).indexPrice).toBeCloseTo(96_650 * 1.001 ** 10, 0);
  });
});

test('one source of a collateral at 0.65 leaves it within one percent of the others', () => {
  const under = feed();
  const price = (source: string, value: number, second: number): string | undefined =>
    send(
      under,
      { kind: 'ASSET', asset: 'USDC', price: value, timeMs: NOW_MS + 1_000 * second },
      NOW_MS + 1_000 * second,
      source,
    );
  for (let second = 0; second < 20; second += 1) {
    for (const source of EXCHANGES)
      price(source, source === 'binance' && second > 3 ? 0.65 : 1 - second / 1e5, second);
    const asset = under
      .compose(NOW_MS + 1_000 * second, NOW_MS)
      .snapshot.assets.find((one) => one.asset === 'USDC')!;
    expect(Math.abs(asset.priceUsd - 1)).toBeLessThan(0.01);
  }
});
