import { describe, expect, it } from 'vitest';
import { importDeribitChain } from '../../../src/market/venues/deribit/chain-csv.js';
import { importDeribitApi } from '../../../src/market/venues/deribit/public-api.js';
import type { ImportRefusal, ImportResult } from '../../../src/market/venues/import-report.js';
import { imported } from './imported.js';
import type { ApiFiles, ApiRecord } from './sample-chain.js';
import { apiFiles, apiSources, CHAIN_TIME_MS, chainCsv, perpetualCsv, termCsv } from './sample-chain.js';

const CHANGED = 4;
const CHANGED_NAME = apiFiles().optionSummaries[CHANGED]!.instrument_name;

function changed(
  list: 'optionSummaries' | 'futureSummaries' | 'instruments',
  index: number,
  change: ApiRecord,
): ApiFiles {
  const files = apiFiles();
  files[list][index] = { ...files[list][index], ...change };
  return files;
}

function reasons({ report }: ImportResult): [ImportRefusal, number][] {
  return report.refusals.map(({ reason, count }) => [reason, count]);
}

describe('responses of the public API', () => {
  const { snapshot, report } = imported(importDeribitApi(apiSources()));

  it('are used in full, terms and indices included', () => {
    expect(report).toMatchObject({ rowsRead: 106, rowsUsed: 106, optionsUsed: 48, refusals: [] });
    expect(report.sources.map(({ kind, rowsRead }) => [kind, rowsRead])).toEqual([
      ['instruments', 52],
      ['index price', 1],
      ['index price', 1],
      ['book summaries', 48],
      ['book summaries', 4],
    ]);
  });

  it('say the same with and without their envelope', () => {
    expect(imported(importDeribitApi(apiSources(apiFiles(), false))).snapshot).toEqual(snapshot);
  });

  it('give the market of the recorded chain', () => {
    const fromCsv = imported(
      importDeribitChain({ chain: chainCsv(), perpetuals: perpetualCsv(), termFutures: termCsv() }),
    ).snapshot;
    expect(snapshot.instruments.map(({ instrument }) => instrument)).toEqual(
      fromCsv.instruments.map(({ instrument }) => instrument),
    );
    expect(snapshot.expiries).toEqual(fromCsv.expiries);
    for (const [row, quote] of snapshot.instruments.entries()) {
      expect(quote.markPrice).toBe(fromCsv.instruments[row]?.markPrice);
      if (quote.markVolatility !== undefined)
        expect(quote.markVolatility).toBeCloseTo(fromCsv.instruments[row]!.markVolatility!, 14);
    }
  });

  it('take the published index', () => {
    expect(snapshot.underlyings.map(({ indexPrice }) => indexPrice)).toEqual([96_650, 3_336]);
  });
});

describe('an option summary is refused together with its terms', () => {
  it.each<[ImportRefusal, ApiRecord]>([
    ['UNREADABLE_NUMBER', { mark_price: '0.1' }],
    ['UNREADABLE_NUMBER', { mark_iv: true }],
    ['NEGATIVE_NUMBER', { underlying_price: -1 }],
    ['NO_VOLATILITY', { mark_iv: null }],
    ['ZERO_VOLATILITY', { mark_iv: 0 }],
    ['VOLATILITY_OUT_OF_RANGE', { mark_iv: 4_050 }],
    ['MARK_CONTRADICTS_VOLATILITY', { mark_price: 0.9 }],
    ['NO_FORWARD', { underlying_price: null }],
    ['TIME_MISMATCH', { creation_timestamp: CHAIN_TIME_MS - 3_600_000 }],
    ['UNREADABLE_TIME', { creation_timestamp: null }],
  ])('as %s', (reason, change) => {
    const result = imported(importDeribitApi(apiSources(changed('optionSummaries', CHANGED, change))));
    expect(reasons(result).sort()).toEqual(
      [
        ['NOT_QUOTED', 1],
        [reason, 1],
      ].sort(),
    );
  });

  it.each<[ImportRefusal, ApiRecord]>([
    ['STRIKE_MISMATCH', { strike: 1 }],
    ['EXPIRY_MISMATCH', { expiration_timestamp: CHAIN_TIME_MS }],
    ['OPTION_TYPE_MISMATCH', { option_type: 'straddle' }],
    ['CURRENCY_MISMATCH', { base_currency: 'SOL' }],
    ['NO_CONTRACT_SIZE', { contract_size: 0 }],
    ['UNREADABLE_NUMBER', { contract_size: 'one' }],
  ])('when the terms contradict the name: %s', (reason, change) => {
    const result = imported(importDeribitApi(apiSources(changed('instruments', CHANGED, change))));
    expect(reasons(result).sort()).toEqual(
      [
        ['NOT_QUOTED', 1],
        [reason, 1],
      ].sort(),
    );
  });

  it.each<[ImportRefusal, ApiRecord]>([
    ['UNSUPPORTED_PRODUCT', { instrument_type: 'linear' }],
    ['UNSUPPORTED_PRODUCT', { settlement_currency: 'USDC' }],
    ['UNSUPPORTED_PRODUCT', { kind: 'option_combo' }],
    ['NOT_LISTED', { is_active: false }],
  ])('when the venue lists it as something else: %s', (reason, change) => {
    const result = imported(importDeribitApi(apiSources(changed('instruments', CHANGED, change))));
    expect(reasons(result)).toEqual(
      reason === 'NOT_LISTED'
        ? [[reason, 2]]
        : [
            ['NOT_LISTED', 1],
            [reason, 1],
          ],
    );
  });

  it('when the venue does not list it', () => {
    const files = apiFiles();
    files.instruments.splice(CHANGED, 1);
    expect(reasons(imported(importDeribitApi(apiSources(files))))).toEqual([['NOT_LISTED', 1]]);
  });

  it('when it stands twice, terms or quote', () => {
    const files = apiFiles();
    files.optionSummaries.push(files.optionSummaries[CHANGED]!);
    files.instruments.push(files.instruments[CHANGED]!);
    const result = imported(importDeribitApi(apiSources(files)));
    expect(reasons(result)).toEqual([['DUPLICATE_INSTRUMENT', 2]]);
    expect(
      result.snapshot.instruments.filter(({ instrument }) => instrument.name === CHANGED_NAME),
    ).toHaveLength(1);
  });

  it('when it is no object', () => {
    const files = apiFiles();
    files.optionSummaries.push(null as never);
    expect(reasons(imported(importDeribitApi(apiSources(files))))).toEqual([['MALFORMED_ROW', 1]]);
  });
});

describe('a future summary', () => {
  it('uses the mark of a perpetual that has one, with the full score', () => {
    const { snapshot } = imported(
      importDeribitApi(apiSources(changed('futureSummaries', 0, { mark_price: 96_650 }))),
    );
    expect(snapshot.instruments[0]?.markPrice).toBe(96_650);
    expect(snapshot.instruments[0]?.priceConfidence).toBeGreaterThan(0.99);
  });

  it('takes the size of the contract from the terms where they state it', () => {
    const { snapshot } = imported(
      importDeribitApi(apiSources(changed('instruments', 48, { contract_size: 25 }))),
    );
    expect(snapshot.instruments[0]?.instrument).toMatchObject({ name: 'BTC-PERPETUAL', contractSize: 25 });
  });

  it('of a dated future without a mark is refused: its last trade may be old', () => {
    const result = imported(
      importDeribitApi(apiSources(changed('futureSummaries', 1, { mark_price: null }))),
    );
    expect(reasons(result)).toEqual([
      ['NOT_QUOTED', 1],
      ['NO_MARK_PRICE', 1],
    ]);
  });
});

describe('a part of the responses', () => {
  const sources = apiSources();
  const without = (pattern: RegExp): ImportResult =>
    imported(importDeribitApi(sources.filter(({ name }) => !pattern.test(name))));

  it('without the list of instruments takes the terms from the names', () => {
    const { snapshot, report } = without(/^instruments/);
    expect(snapshot.instruments).toEqual(imported(importDeribitApi(sources)).snapshot.instruments);
    expect(report.notes.join(' ')).toContain('No list of instruments');
  });

  it('without an index price takes the median of the rows', () => {
    const { snapshot, report } = without(/^index_price_btc/);
    expect(snapshot.underlyings[0]?.indexPrice).toBeCloseTo(96_650 * 1.00005, 6);
    expect(report.notes.join(' ')).toContain('No index price of BTC');
  });

  it('without any index refuses what needs it', () => {
    const files = apiFiles();
    for (const record of files.optionSummaries) delete record.estimated_delivery_price;
    const bare = apiSources(files).filter(({ name }) => !name.startsWith('index'));
    const { report, snapshot } = imported(importDeribitApi(bare));
    expect(snapshot.instruments).toEqual([]);
    expect(report.refusals.find(({ reason }) => reason === 'NO_INDEX')?.count).toBe(52);
  });

  it('without futures has none', () => {
    expect(without(/future/).snapshot.instruments).toHaveLength(48);
  });

  it('without summaries is no market', () => {
    expect(importDeribitApi(sources.filter(({ name }) => !name.startsWith('book')))).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_MARKET_DATA' },
    });
  });

  it('that is no JSON, an error or something else is named', () => {
    expect(importDeribitApi([{ name: 'a.json', text: '[{' }])).toMatchObject({
      ok: false,
      failure: { field: 'a.json' },
    });
    expect(importDeribitApi([{ name: 'b.json', text: '{"error":{"code":1}}' }])).toMatchObject({
      ok: false,
      failure: { field: 'b.json' },
    });
    const { report } = imported(importDeribitApi([...sources, { name: 'c.json', text: '"text"' }]));
    expect(report.notes.join(' ')).toContain('c.json');
  });

  it('with an index whose name does not say which is refused', () => {
    const { report } = imported(
      importDeribitApi([...sources, { name: 'i.json', text: '{"index_price":5}' }]),
    );
    expect(report.refusals[0]).toMatchObject({ reason: 'CURRENCY_MISMATCH', count: 1 });
  });
});

describe('in the last half hour before an expiry', () => {
  it('the estimated delivery price is an average and not taken for the index', () => {
    const files = apiFiles();
    const settling = {
      ...files.optionSummaries[0]!,
      instrument_name: 'BTC-15JAN26-90000-C',
      mark_price: 0.07,
    };
    const timeMs = Date.UTC(2026, 0, 15, 7, 45);
    for (const list of [files.optionSummaries, files.futureSummaries])
      for (const record of list) record.creation_timestamp = timeMs;
    files.optionSummaries.push({ ...settling, creation_timestamp: timeMs, estimated_delivery_price: 50_000 });
    const bare = apiSources(files).filter(({ name }) => !name.startsWith('ins'));
    const { snapshot } = imported(importDeribitApi(bare));
    expect(snapshot.instruments.some(({ instrument }) => instrument.name === settling.instrument_name)).toBe(
      true,
    );
    expect(snapshot.underlyings[0]?.confidence).toBeGreaterThan(0.99);
  });
});
