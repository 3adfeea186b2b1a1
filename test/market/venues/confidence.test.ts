import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importDeribitChain } from '../../../src/market/venues/deribit/chain-csv.js';
import type { ImportResult } from '../../../src/market/venues/import-report.js';
import { median, PriceEvidence, scatterScore } from '../../../src/market/venues/price-evidence.js';
import { imported } from './imported.js';
import type { ChainRow } from './sample-chain.js';
import { chainCsv, chainRows, perpetualCsv, perpetualRows, termCsv } from './sample-chain.js';

const SEED = 20_260_119;
const price = fc.double({ min: 90, max: 110, noNaN: true });

function evidenceOf(readings: readonly number[], missing = 0): PriceEvidence {
  const evidence = new PriceEvidence();
  for (const reading of readings) evidence.add(reading);
  for (let i = 0; i < missing; i += 1) evidence.addMissing();
  return evidence;
}

describe('the score of a scatter', () => {
  it('falls from 1 to 0 over 2 % of the price', () => {
    expect([0, 1, 2, 3].map((distance) => scatterScore(distance, 100))).toEqual([1, 0.5, 0, 0]);
    expect(scatterScore(NaN, 100)).toBe(0);
  });

  it('is that of half the range, and little for a single reading', () => {
    expect(evidenceOf([99.5, 100, 100.5]).confidence(100)).toBeCloseTo(0.75, 14);
    expect(evidenceOf([100]).confidence(100)).toBe(0.5);
    expect(evidenceOf([100]).confidence(100, [100])).toBe(1);
    expect(evidenceOf([]).confidence(100)).toBe(0);
  });

  it('never rises with a reading farther out, a further reading or a missing one', () => {
    const readings = fc.array(price, { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(
        readings,
        price,
        fc.nat(5),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (all, other, missing, factor) => {
          const before = evidenceOf(all, missing).confidence(100);
          const highest = Math.max(...all);
          const farther = all.map((reading) => (reading === highest ? reading * factor : reading));
          expect(evidenceOf(farther, missing).confidence(100)).toBeLessThanOrEqual(before);
          expect(evidenceOf([...all, other]).confidence(100)).toBeLessThanOrEqual(
            evidenceOf(all).confidence(100),
          );
          expect(evidenceOf(all, missing + 1).confidence(100)).toBeLessThanOrEqual(before);
        },
      ),
      { numRuns: 500, seed: SEED },
    );
  });
});

describe('median', () => {
  it.each([
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

function importRows(rows: ChainRow[], perpetuals = perpetualCsv()): ImportResult {
  return imported(importDeribitChain({ chain: chainCsv(rows), perpetuals, termFutures: termCsv() }));
}

/** Every confidence of the underlying, expiry and perpetual that a row belongs to. */
function confidences({ snapshot }: ImportResult, row: ChainRow): Record<string, number> {
  const underlying = snapshot.underlyings.find(({ name }) => name === row.currency);
  const expiryMs = Date.parse(row.expiry_datetime ?? '');
  const expiry = snapshot.expiries.find(
    (found) => found.underlying === row.currency && found.expiryMs === expiryMs,
  );
  const perpetual = snapshot.instruments.find(
    ({ instrument }) => instrument.name === `${row.currency ?? ''}-PERPETUAL`,
  );
  return {
    index: underlying?.confidence ?? NaN,
    forward: expiry?.forwardConfidence ?? NaN,
    volatility: expiry?.volatilityConfidence ?? NaN,
    perpetual: perpetual?.priceConfidence ?? NaN,
  };
}

/** Ways to make one row worse that leave its other fields as they are. */
const WORSE: Record<string, (row: ChainRow) => ChainRow> = {
  'no bid': (row) => ({ ...row, bid_price: '' }),
  'no ask': (row) => ({ ...row, ask_price: '' }),
  'an unreadable mark': (row) => ({ ...row, mark_price: '?' }),
  'a wrong strike': (row) => ({ ...row, strike: '1' }),
  'a forward 1 % off': (row) => ({ ...row, underlying: String(1.01 * Number(row.underlying)) }),
  'a forward ten times off': (row) => ({ ...row, underlying: String(10 * Number(row.underlying)) }),
  'an index 1 % off': (row) => ({ ...row, index_price: String(1.01 * Number(row.index_price)) }),
  'a forward without a name': (row) => ({ ...row, underlying_name: 'index_price' }),
};

describe('one worse row never raises a confidence', () => {
  const rows = chainRows();
  const sound = importRows(rows);

  it.each(Object.entries(WORSE))('%s', (_, worsen) => {
    for (const [index, row] of rows.entries()) {
      const worse = importRows(rows.map((other, i) => (i === index ? worsen(other) : other)));
      const before = confidences(sound, row);
      for (const [name, confidence] of Object.entries(confidences(worse, row)))
        expect(confidence, `${name} of row ${index + 1}`).toBeLessThanOrEqual(before[name]! + 1e-15);
    }
  });

  it.each<[string, keyof ReturnType<typeof confidences>]>([
    ['a forward 1 % off', 'forward'],
    ['an index 1 % off', 'index'],
    ['an index 1 % off', 'perpetual'],
    ['a forward without a name', 'forward'],
  ])('%s lowers the confidence of the %s', (change, name) => {
    const row = rows[4]!;
    const worse = importRows(rows.map((other, i) => (i === 4 ? WORSE[change]!(other) : other)));
    expect(confidences(worse, row)[name]).toBeLessThan(confidences(sound, row)[name]!);
  });

  it('a missing bid near the forward lowers the confidence of the volatility by its share', () => {
    // All twelve options of the expiry lie within two standard deviations (a factor of 1.42 either way).
    const name = 'BTC-27MAR26-100000-C';
    const worse = importRows(
      rows.map((row) => (row.instrument_name === name ? { ...row, bid_price: '' } : row)),
    );
    const row = rows.find(({ instrument_name }) => instrument_name === name)!;
    expect(confidences(sound, row).volatility).toBe(1);
    const count = 1 / (1 - confidences(worse, row).volatility!);
    expect(count).toBeCloseTo(Math.round(count), 9);
    expect(Math.round(count)).toBe(12);
  });

  it('a refused row counts as one without two sides, and its forward still counts', () => {
    const row = rows[4]!;
    const refused = rows.map((other, i) => (i === 4 ? { ...other, strike: '1' } : other));
    // Two standard deviations of two weeks are 16 %: three strikes, six options.
    expect(confidences(importRows(refused), row).volatility).toBeCloseTo(5 / 6, 14);
    const farther = refused.map((other, i) => (i === 4 ? WORSE['a forward 1 % off']!(other) : other));
    expect(confidences(importRows(farther), row).forward).toBeLessThan(0.8);
  });

  it('a last trade farther from the index has less', () => {
    const confidenceAt = (last: number): number => {
      const trades = perpetualRows().map((row, i) =>
        i === 0 ? { ...row, candle_price_used: String(last) } : row,
      );
      return confidences(importRows(rows, perpetualCsv(trades)), rows[0]!).perpetual!;
    };
    const steps = [96_660, 96_700, 97_000, 98_000, 99_000].map(confidenceAt);
    expect(steps).toEqual([...steps].sort((a, b) => b - a));
    expect(steps.at(-1)).toBe(0);
    expect(steps[0]).toBeLessThan(0.9);
  });
});
