import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/outcome.js';
import type { DeribitImportOptions } from '../../../src/market/venues/deribit/build-market.js';
import { importDeribitChain } from '../../../src/market/venues/deribit/chain-csv.js';
import type { ImportRefusal, ImportResult } from '../../../src/market/venues/import-report.js';
import { imported } from './imported.js';
import type { ChainRow } from './sample-chain.js';
import {
  CHAIN_COLUMNS,
  CHAIN_TIME_MS,
  chainCsv,
  chainRows,
  csvOf,
  perpetualCsv,
  perpetualRows,
  termCsv,
  termRows,
} from './sample-chain.js';

/** Deep enough in the chain that its expiry has other rows. */
const CHANGED = 4;

function importRows(rows: ChainRow[], options?: DeribitImportOptions): Outcome<ImportResult> {
  return importDeribitChain(
    { chain: chainCsv(rows), perpetuals: perpetualCsv(), termFutures: termCsv() },
    options,
  );
}

function importChanged(change: ChainRow): ImportResult {
  return imported(importRows(chainRows().map((row, i) => (i === CHANGED ? { ...row, ...change } : row))));
}

describe('a sound chain', () => {
  const { snapshot, report } = imported(importRows(chainRows()));

  it('is used in full', () => {
    expect(report).toMatchObject({ venue: 'deribit', rowsRead: 52, rowsUsed: 52, rowsOfOtherSnapshots: 1 });
    expect(report).toMatchObject({ optionsUsed: 48, oneSidedShare: 0, refusals: [] });
    expect(report.sources.map(({ kind, rowsUsed }) => [kind, rowsUsed])).toEqual([
      ['option chain', 48],
      ['perpetual trades', 2],
      ['dated future marks', 2],
    ]);
  });

  it('becomes a market of inverse contracts in a fixed order', () => {
    expect(snapshot).toMatchObject({ epoch: 0, timeMs: CHAIN_TIME_MS, venue: 'deribit' });
    expect(snapshot.underlyings.map(({ name }) => name)).toEqual(['BTC', 'ETH']);
    expect(snapshot.assets.map(({ asset }) => asset)).toEqual(['BTC', 'ETH']);
    expect(snapshot.instruments.slice(0, 4).map(({ instrument }) => instrument)).toEqual([
      {
        kind: 'PERPETUAL',
        name: 'BTC-PERPETUAL',
        underlying: 'BTC',
        settlement: 'INVERSE',
        settlementCurrency: 'BTC',
        contractSize: 10,
      },
      {
        kind: 'FUTURE',
        name: 'BTC-27MAR26',
        underlying: 'BTC',
        settlement: 'INVERSE',
        settlementCurrency: 'BTC',
        contractSize: 10,
        expiryMs: Date.UTC(2026, 2, 27, 8),
      },
      {
        kind: 'OPTION',
        name: 'BTC-30JAN26-70000-P',
        underlying: 'BTC',
        settlement: 'INVERSE',
        settlementCurrency: 'BTC',
        contractSize: 1,
        expiryMs: Date.UTC(2026, 0, 30, 8),
        strike: 70_000,
        optionType: 'PUT',
      },
      expect.objectContaining({ name: 'BTC-30JAN26-70000-C', optionType: 'CALL' }),
    ]);
    const perpetual = snapshot.instruments.find(({ instrument }) => instrument.name === 'ETH-PERPETUAL');
    expect(perpetual?.instrument.contractSize).toBe(1);
  });

  it('does not depend on the order of the rows', () => {
    expect(imported(importRows(chainRows().reverse())).snapshot).toEqual(snapshot);
  });

  it('takes the median forward and a rate of 0', () => {
    const [first] = snapshot.expiries;
    expect(first).toMatchObject({ forward: 96_650 * 1.002 * (1 + 1e-5), rate: 0, rateConfidence: 1 });
    expect(report.expiries[0]?.forwardScatter).toBeCloseTo(1e-5, 8);
    expect(report.notes.join(' ')).toContain('Rates are 0');
  });

  it('keeps coin prices as they are and the volatility as a fraction', () => {
    const row = chainRows()[CHANGED]!;
    const quote = snapshot.instruments.find(({ instrument }) => instrument.name === row.instrument_name)!;
    expect(quote.markPrice).toBe(Number(row.mark_price));
    expect(quote.markVolatility).toBe(Number(row.implied_volatility));
    expect(quote.bidPrice).toBe(Number(row.bid_price));
  });

  it('reprices its own marks', () => {
    expect(report.repricing?.errorMedianOnOwnForward).toBeLessThan(1e-15);
    expect(report.repricing?.errorMax).toBeLessThan(2e-5);
    for (const expiry of report.expiries) expect(expiry.parityErrorMax).toBeLessThan(3e-5);
  });

  it('labels the perpetual as a last trade', () => {
    const [perpetual] = snapshot.instruments;
    // The gap of 10 dollars to the index of 96,650 costs 0.5 % of 1; a last trade counts nine tenths.
    expect(perpetual?.priceConfidence).toBeCloseTo(0.9 * (1 - 5.165 / 96_654.8325 / 0.02), 3);
    expect(report.notes.join(' ')).toContain('last trade');
  });
});

const refusals: [ImportRefusal, ChainRow][] = [
  ['MALFORMED_NAME', { instrument_name: 'BTC-30JAN26-90000' }],
  ['UNSUPPORTED_PRODUCT', { instrument_name: 'BTC_USDC-30JAN26-90000-C' }],
  ['UNSUPPORTED_PRODUCT', { instrument_name: 'BTC-30JAN26' }],
  ['UNREADABLE_NUMBER', { mark_price: 'abc' }],
  ['UNREADABLE_NUMBER', { bid_price: 'NaN' }],
  ['UNREADABLE_NUMBER', { strike: '9OOOO' }],
  ['UNREADABLE_NUMBER', { index_price: 'inf' }],
  ['UNREADABLE_TIME', { timestamp: 'yesterday' }],
  ['UNREADABLE_TIME', { expiry_datetime: '30 Jan' }],
  ['NEGATIVE_NUMBER', { ask_price: '-0.01' }],
  ['NEGATIVE_NUMBER', { implied_volatility: '-0.4' }],
  ['PRICE_OUT_OF_RANGE', { underlying: '1e16' }],
  ['ZERO_PRICE', { index_price: '0' }],
  ['ZERO_VOLATILITY', { implied_volatility: '0.0' }],
  ['VOLATILITY_OUT_OF_RANGE', { implied_volatility: '40.5' }],
  ['NO_VOLATILITY', { implied_volatility: '' }],
  ['NO_FORWARD', { underlying: '' }],
  ['NO_FORWARD', { underlying: '0' }],
  ['NO_MARK_PRICE', { mark_price: '' }],
  ['TIME_MISMATCH', { timestamp: '2026-01-15T09:21:31.027641+00:00' }],
  ['CURRENCY_MISMATCH', { currency: 'ETH' }],
  ['STRIKE_MISMATCH', { strike: '90001' }],
  ['EXPIRY_MISMATCH', { expiry_datetime: '2026-01-31T08:00:00+00:00' }],
  ['OPTION_TYPE_MISMATCH', { option_type: 'put' }],
  ['DUPLICATE_INSTRUMENT', chainRows()[CHANGED - 2]!],
  ['EXPIRED', { instrument_name: 'BTC-15JAN26-90000-C', expiry_datetime: '2026-01-15T08:00:00+00:00' }],
  ['CROSSED_QUOTE', { bid_price: '0.2', ask_price: '0.1' }],
  ['MARK_CONTRADICTS_VOLATILITY', { mark_price: '0.9' }],
];

describe('a row of a chain is refused', () => {
  it.each(refusals.map(([reason, change], index) => ({ index, reason, change })))(
    '$index: as $reason',
    ({ reason, change }) => {
      const { report, snapshot } = importChanged(change);
      expect(report.refusals.map((refusal) => [refusal.reason, refusal.count])).toEqual([[reason, 1]]);
      const [example] = report.refusals[0]!.examples;
      expect(example).toMatchObject({ source: 'chain.csv', row: CHANGED + 1 });
      expect(example?.detail).not.toBe('');
      expect(snapshot.instruments).toHaveLength(51);
    },
  );

  it('when it has another number of cells', () => {
    const { name, text } = chainCsv();
    const outcome = importDeribitChain({ chain: { name, text: `${text.trimEnd()},1\n` } });
    expect(imported(outcome).report.refusals[0]).toMatchObject({ reason: 'MALFORMED_ROW', count: 1 });
  });
});

describe('a missing quote', () => {
  it.each(['', '0', '0.0'])('written as "%s" is none and not a price of 0', (text) => {
    const { snapshot, report } = importChanged({ bid_price: text });
    const name = chainRows()[CHANGED]!.instrument_name;
    const quote = snapshot.instruments.find(({ instrument }) => instrument.name === name)!;
    expect(quote).not.toHaveProperty('bidPrice');
    expect(quote).toHaveProperty('askPrice');
    expect(report.oneSidedShare).toBeCloseTo(1 / 48, 15);
  });

  it('leaves a mark of 0 far from the money', () => {
    const { snapshot } = importChanged({
      instrument_name: 'BTC-30JAN26-900000-C',
      strike: '900000',
      mark_price: '0.0',
      bid_price: '',
      ask_price: '',
    });
    const quote = snapshot.instruments.find(({ instrument }) => instrument.name === 'BTC-30JAN26-900000-C');
    expect(quote?.markPrice).toBe(0);
  });
});

describe('the columns of a chain', () => {
  it('may hold the forward under its other name', () => {
    const columns = CHAIN_COLUMNS.map((name) => (name === 'underlying' ? 'underlying_price' : name));
    const rows = chainRows().map((row) => ({ ...row, underlying_price: row.underlying! }));
    expect(imported(importDeribitChain({ chain: csvOf(columns, rows) })).report.rowsUsed).toBe(48);
  });

  it('must all be there', () => {
    const columns = CHAIN_COLUMNS.filter((name) => name !== 'mark_price');
    expect(importDeribitChain({ chain: csvOf(columns, chainRows()) })).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_FIELD', field: 'chain.csv.mark_price' },
    });
  });

  it('do not include the time to maturity of another year', () => {
    const rows = chainRows().map((row) => ({ ...row, time_to_maturity: 'nonsense' }));
    expect(imported(importRows(rows)).report.rowsRefused).toBe(0);
  });
});

describe('a file of several moments', () => {
  const later = chainRows().map((row) => ({ ...row, timestamp: '2026-01-16T09:00:00Z' }));
  const rows = [...chainRows(), ...later];

  it('needs a choice', () => {
    expect(importRows(rows)).toMatchObject({ ok: false, failure: { field: 'snapshotTimeMs' } });
    expect(importRows(rows, { snapshotTimeMs: 1 })).toMatchObject({
      ok: false,
      failure: { field: 'snapshotTimeMs' },
    });
  });

  it('leaves the rows of the others alone', () => {
    const { report } = imported(
      importDeribitChain({ chain: chainCsv(rows) }, { snapshotTimeMs: CHAIN_TIME_MS }),
    );
    expect(report).toMatchObject({ rowsUsed: 48, rowsRefused: 0, rowsOfOtherSnapshots: 48 });
  });

  it('without a time that can be read is no snapshot', () => {
    const outcome = importRows(chainRows().map((row) => ({ ...row, timestamp: '' })));
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'INVALID_VALUE', field: 'chain.csv' } });
  });
});

describe('the futures beside a chain', () => {
  const chain = chainCsv();

  it('are absent without their files, and the report says so', () => {
    const { snapshot, report } = imported(importDeribitChain({ chain }));
    expect(snapshot.instruments).toHaveLength(48);
    expect(report.notes.filter((note) => note.includes('No file of'))).toHaveLength(2);
  });

  it.each<[ImportRefusal, ChainRow]>([
    ['NOT_ACCEPTED_BY_SOURCE', { accepted_under_max_gap: 'False' }],
    ['ZERO_PRICE', { candle_open: '0.0' }],
    ['ZERO_PRICE', { candle_price_used: '0' }],
    ['NO_MARK_PRICE', { candle_price_used: '' }],
    ['UNREADABLE_NUMBER', { candle_price_used: '96k' }],
    ['UNREADABLE_TIME', { snapshot_timestamp_ms: 'now' }],
    ['CURRENCY_MISMATCH', { coin: 'ETH' }],
    ['MALFORMED_NAME', { instrument_name: 'BTC-PERP' }],
    ['UNSUPPORTED_PRODUCT', { instrument_name: 'BTC_USDC-PERPETUAL' }],
    ['NO_CONTRACT_SIZE', { instrument_name: 'SOL-PERPETUAL', coin: 'SOL' }],
  ])('are refused as %s', (reason, change) => {
    const rows = perpetualRows().map((row, i) => (i === 0 ? { ...row, ...change } : row));
    const { report } = imported(importDeribitChain({ chain, perpetuals: perpetualCsv(rows) }));
    expect(report.refusals.map((refusal) => refusal.reason)).toEqual([reason]);
  });

  it('have a mark that is judged by the forwards of their expiry', () => {
    const confidenceOf = (mark: string): number => {
      const rows = termRows().map((row, i) => (i === 0 ? { ...row, snapshot_term_mark_price: mark } : row));
      const { snapshot } = imported(importDeribitChain({ chain, termFutures: termCsv(rows) }));
      return snapshot.instruments[0]!.priceConfidence!;
    };
    expect(confidenceOf(String(96_650 * 1.01))).toBeGreaterThan(0.99);
    expect(confidenceOf(String(96_650 * 1.03))).toBeCloseTo(0.5, 1);
    expect(confidenceOf(String(96_650 * 1.2))).toBe(0);
  });
});

describe('a chain relisted as linear', () => {
  const { snapshot, report } = imported(importRows(chainRows(), { settlement: 'LINEAR', usdcPrice: 0.9997 }));

  it('needs the price of USDC from the caller', () => {
    expect(importRows(chainRows(), { settlement: 'LINEAR' })).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_FIELD', field: 'usdcPrice' },
    });
    expect(importRows(chainRows(), { settlement: 'LINEAR', usdcPrice: NaN })).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'usdcPrice' },
    });
    expect(importRows(chainRows(), { usdcPrice: 1, usdcConfidence: 2 })).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'usdcConfidence' },
    });
  });

  it('pays in USDC, one coin for each contract', () => {
    expect(snapshot.assets.at(-1)).toEqual({ asset: 'USDC', priceUsd: 0.9997, confidence: 1 });
    for (const { instrument } of snapshot.instruments)
      expect(instrument).toMatchObject({ settlement: 'LINEAR', settlementCurrency: 'USDC', contractSize: 1 });
    expect(snapshot.instruments[0]?.instrument.name).toBe('BTC_USDC-PERPETUAL');
    expect(report.notes.join(' ')).toContain('relisted');
  });

  it('turns coin prices into money on the forward of their row, not on spot', () => {
    const row = chainRows()[CHANGED]!;
    const name = row.instrument_name!.replace('BTC', 'BTC_USDC');
    const quote = snapshot.instruments.find(({ instrument }) => instrument.name === name)!;
    expect(quote.markPrice).toBe(Number(row.mark_price) * Number(row.underlying));
    expect(quote.markVolatility).toBe(Number(row.implied_volatility));
  });
});
