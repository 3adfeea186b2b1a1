/** Forwards from put-call parity: constructed pairs, bad pairs, and the recorded chains. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { afterAll, describe, expect, it } from 'vitest';
import type { Instrument, OptionInstrument } from '../../../src/domain/instrument.js';
import { black76Price } from '../../../src/kernel/reference/black76.js';
import { parityForward } from '../../../src/market/oracles/parity-forward.js';
import type { Forward } from '../../../src/market/oracles/parity-forward.js';
import type { OptionPairQuote } from '../../../src/market/oracles/parity-pairs.js';
import type { MarketSnapshot } from '../../../src/market/snapshot/market-snapshot.js';
import { importDeribitFiles } from '../../../src/market/venues/deribit/import-files.js';
import { dataFolder } from '../../support/folders.js';
import { expectFinite, imported } from '../venues/imported.js';

const FORWARD = 96_650;
const STRIKES = [80, 84, 88, 90, 92, 94, 96, 98, 100, 102, 106, 110].map((k) => k * 1_000);
const asOfMs = Date.UTC(2026, 0, 15);

type Sides = 'INVERSE' | 'LINEAR';

/** Black-76 quotes of width `halfSpread` x forward around the model. */
function pair(strike: number, settlement: Sides, halfSpread = 0.0002): OptionPairQuote {
  const unit = settlement === 'INVERSE' ? FORWARD : 1;
  const call = black76Price(true, FORWARD, strike, 0.6, 0.08) / unit;
  const put = black76Price(false, FORWARD, strike, 0.6, 0.08) / unit;
  const half = (halfSpread * FORWARD) / unit;
  return { strike, callBid: call - half, callAsk: call + half, putBid: put - half, putAsk: put + half };
}

const chain = (settlement: Sides, halfSpread?: number): OptionPairQuote[] =>
  STRIKES.map((strike) => pair(strike, settlement, halfSpread));
const future = { price: 96_700, confidence: 5 };

describe.each(['INVERSE', 'LINEAR'] as const)('the forward of %s options', (settlement) => {
  it('is the one that priced them', () => {
    const forward = parityForward({
      settlement,
      pairs: chain(settlement),
      reference: FORWARD,
      future,
      asOfMs,
    });
    expect(forward).toMatchObject({ status: 'PARITY', pairsUsed: 8, rejections: {}, asOfMs });
    expect(Math.abs(forward.value! / FORWARD - 1)).toBeLessThan(1e-12);
    expect(forward.scatter!).toBeLessThan(1e-12);
    // Eight pairs of two quotes, each known to 2 bp.
    expect(forward.confidence! / FORWARD).toBeCloseTo(0.0004 / Math.sqrt(8), 5);
  });

  it('does not need a reference, and does not depend on the order of strikes', () => {
    const pairs = chain(settlement);
    const alone = parityForward({ settlement, pairs, asOfMs });
    expect(alone).toEqual(parityForward({ settlement, pairs, reference: FORWARD, asOfMs }));
    const backwards = parityForward({ settlement, pairs: [...pairs].reverse(), asOfMs });
    expect(backwards).toEqual(alone);
  });

  it('drops an outlier and says so', () => {
    const pairs = chain(settlement).map((one) =>
      one.strike === 96_000 ? { ...pair(97_500, settlement), strike: 96_000 } : one,
    );
    const forward = parityForward({ settlement, pairs, reference: FORWARD, asOfMs });
    expect(forward).toMatchObject({ status: 'PARITY', pairsUsed: 7, rejections: { OUTLIER: 1 } });
    expect(Math.abs(forward.value! / FORWARD - 1)).toBeLessThan(1e-12);
  });

  it('refuses bad pairs with their reasons', () => {
    const [good, ...rest] = chain(settlement);
    const bad: OptionPairQuote[] = [
      { ...good!, strike: NaN },
      { ...good!, strike: -1 },
      { ...rest[0]!, callBid: NaN },
      { ...rest[1]!, putAsk: 0 },
      { strike: rest[2]!.strike, callBid: 0.01, callAsk: 0.02 },
      { ...rest[3]!, callBid: rest[3]!.callAsk! * 2 },
      good!,
      good!,
    ];
    const forward = parityForward({ settlement, pairs: bad, future, asOfMs });
    expect(forward.rejections).toEqual({
      INVALID_STRIKE: 2,
      NOT_TWO_SIDED: 3,
      CROSSED: 1,
      DUPLICATE_STRIKE: 1,
    });
    expect(forward).toMatchObject({
      status: 'FUTURE',
      value: 96_700,
      confidence: 5,
      fallback: 'TOO_FEW_PAIRS',
    });
  });

  test.prop([fc.double({ min: 1e-5, max: 1e-3, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true })], {
    seed: 3,
    numRuns: 100,
  })('is known no better from wider quotes', (halfSpread, factor) => {
    const confidence = (half: number): number => {
      const forward = parityForward({
        settlement,
        pairs: chain(settlement, half),
        reference: FORWARD,
        asOfMs,
      });
      return forward.confidence!;
    };
    expect(confidence(halfSpread * factor)).toBeGreaterThanOrEqual(confidence(halfSpread) * (1 - 1e-9));
  });
});

describe('without usable options', () => {
  /** Pairs whose forwards alternate by +-1 %. */
  const scattered = STRIKES.map((strike, row): OptionPairQuote => {
    const difference = FORWARD * (1 + (row % 2 === 0 ? 0.01 : -0.01)) - strike;
    const [call, put] = [Math.max(difference, 0) + 500, Math.max(-difference, 0) + 500];
    return { strike, callBid: call - 5, callAsk: call + 5, putBid: put - 5, putAsk: put + 5 };
  });

  it('the future stands in, and the scatter is still reported', () => {
    const forward = parityForward({
      settlement: 'LINEAR',
      pairs: scattered,
      reference: FORWARD,
      future,
      asOfMs,
    });
    expect(forward).toMatchObject({ status: 'FUTURE', value: 96_700, fallback: 'SCATTER', pairsUsed: 8 });
    expect(forward.scatter!).toBeGreaterThan(0.0025);
  });

  it('nor a future there is no forward', () => {
    const nothing = { value: null, confidence: null, status: 'UNAVAILABLE' };
    for (const bad of [undefined, { price: NaN, confidence: 1 }, { price: 100, confidence: 0 }])
      for (const pairs of [[], scattered])
        expect(
          parityForward({ settlement: 'LINEAR', pairs, asOfMs, ...(bad && { future: bad }) }),
        ).toMatchObject(nothing);
  });

  test.prop(
    [
      fc.array(
        fc.record({
          strike: fc.double(),
          callBid: fc.double(),
          callAsk: fc.double(),
          putBid: fc.double(),
          putAsk: fc.double(),
        }),
        { maxLength: 20 },
      ),
      fc.constantFrom('LINEAR' as const, 'INVERSE' as const),
    ],
    { seed: 5, numRuns: 500 },
  )('whatever is fed, no NaN comes out', (pairs, settlement) => {
    expectFinite(parityForward({ settlement, pairs, asOfMs }), 'forward');
  });
});

const data = dataFolder();

describe.runIf(data)('recorded chains', () => {
  const folder = path.join(data ?? '', 'deribit-chains');
  const chains = data === undefined ? [] : readdirSync(folder).filter((file) => /^\d{8}T/.test(file));
  // Every third: three calm days, and five moments of the fall of February 2026.
  const files = chains.filter((_, row) => row % 3 === 0);
  const summary: string[] = [];
  afterAll(() => {
    process.stdout.write(`parity forwards, basis points:\n${summary.join('\n')}\n`);
  });

  it.each(files)('%s', (file) => {
    const { snapshot } = imported(importDeribitFiles([path.join(folder, file)]));
    const isCalm = !/^2026(013|020)/.test(file);
    for (const coin of ['BTC', 'ETH']) {
      const all = forwardsOf(snapshot, coin);
      expect(all.length).toBeGreaterThan(5);
      for (const { forward, listed } of all) {
        expectFinite(forward, 'forward');
        // The exchange's own, read within the same minute.
        expect(Math.abs(forward.value! / listed - 1)).toBeLessThan(isCalm ? 0.002 : 0.003);
        if (forward.status === 'PARITY') expect(forward.scatter!).toBeLessThanOrEqual(0.0025);
        else expect(isCalm).toBe(false);
      }
      const scatters = all.flatMap(({ forward }) => forward.scatter ?? []).sort((a, b) => a - b);
      const median = scatters[scatters.length >> 1]! * 1e4;
      // Published for calm BTC chains: .5 to 2.8 bp.
      if (isCalm && coin === 'BTC') {
        expect(median).toBeGreaterThan(0.5);
        expect(median).toBeLessThan(2.8);
      }
      const largest = scatters.at(-1)! * 1e4;
      const futures = all.filter(({ forward }) => forward.status === 'FUTURE').length;
      summary.push(
        `${file.slice(0, 13)} ${coin}: scatter ${median.toFixed(2)} in the median, ${largest.toFixed(2)} at most, ${futures} of ${all.length} from futures`,
      );
    }
  });
});

/** Forwards of all expiries of one coin, with the exchange's own as the future. */
function forwardsOf(snapshot: MarketSnapshot, coin: string): { forward: Forward; listed: number }[] {
  const index = snapshot.underlyings.find(({ name }) => name === coin)!.indexPrice;
  return snapshot.expiries
    .filter(({ underlying }) => underlying === coin)
    .map(({ expiryMs, forward: listed }) => {
      const strikes = new Map<number, Partial<Record<keyof OptionPairQuote, number>>>();
      for (const { instrument, bidPrice, askPrice } of snapshot.instruments) {
        if (!isOptionOf(instrument, coin, expiryMs)) continue;
        const entry = strikes.get(instrument.strike) ?? {};
        const isCall = instrument.optionType === 'CALL';
        if (bidPrice !== undefined) entry[isCall ? 'callBid' : 'putBid'] = bidPrice;
        if (askPrice !== undefined) entry[isCall ? 'callAsk' : 'putAsk'] = askPrice;
        strikes.set(instrument.strike, entry);
      }
      const pairs = [...strikes].map(([strike, sides]) => ({ ...sides, strike }));
      const standIn = { price: listed, confidence: listed * 1e-4 };
      const request = { pairs, reference: index, future: standIn, asOfMs: snapshot.timeMs };
      return { forward: parityForward({ settlement: 'INVERSE', ...request }), listed };
    });
}

function isOptionOf(instrument: Instrument, coin: string, expiryMs: number): instrument is OptionInstrument {
  return instrument.kind === 'OPTION' && instrument.underlying === coin && instrument.expiryMs === expiryMs;
}
