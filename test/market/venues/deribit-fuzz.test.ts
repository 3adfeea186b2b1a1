/** Seeded corruption: an import never throws, never yields NaN, accounts for every row and resolves to a market. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/outcome.js';
import { importDeribitChain } from '../../../src/market/venues/deribit/chain-csv.js';
import { importDeribitApi } from '../../../src/market/venues/deribit/public-api.js';
import type { ImportResult } from '../../../src/market/venues/import-report.js';
import type { TextSource } from '../../../src/market/venues/text-source.js';
import { imported } from './imported.js';
import { apiFiles, apiSources, chainCsv, perpetualCsv, termCsv } from './sample-chain.js';

const SEED = 20_260_120;

const badText = fc.constantFrom(
  ...[
    '',
    'NaN',
    '-1',
    '0',
    '1e308',
    '1e-320',
    'Infinity',
    'null',
    'C',
    '"',
    '""',
    '1,2',
    '\n',
    '2026-01-15',
    '💥',
  ],
  ...['-0', '0.0000001', '99999', 'BTC-PERPETUAL', 'BTC-27MAR26-100000-C', 'index_price', 'put'],
);

const badValue = fc.constantFrom<unknown>(
  ...[null, '', 'x', -1, 0, 1e308, 1e-320, true, [], {}, [1], '1', 40, 1e15, 1e16, -0],
  ...['BTC-PERPETUAL', 'BTC-27MAR26-100000-C', 'option', 32_503_708_800_000],
);

interface Hit {
  readonly line: number;
  readonly cell: number;
  readonly text: string;
}

const hits = fc.array(fc.record({ line: fc.nat(), cell: fc.nat(), text: badText }), {
  minLength: 1,
  maxLength: 30,
});

/** Replaces cells of a table below its header. */
function corrupt(source: TextSource, changes: readonly Hit[]): TextSource {
  const [header = '', ...lines] = source.text.trimEnd().split('\n');
  for (const { line, cell, text } of changes) {
    const place = line % lines.length;
    const cells = lines[place]!.split(',');
    cells[cell % cells.length] = text;
    lines[place] = cells.join(',');
  }
  return { name: source.name, text: [header, ...lines].join('\n') };
}

/** A failure that names a field, or a result that keeps every promise of `imported`. */
function check(outcome: Outcome<ImportResult>): void {
  if (outcome.ok) imported(outcome);
  else expect(outcome.failure.field).not.toBe('');
}

describe('a recorded chain with corrupted', () => {
  it('cells', () => {
    fc.assert(
      fc.property(hits, hits, hits, (chain, perpetuals, termFutures) => {
        check(
          importDeribitChain({
            chain: corrupt(chainCsv(), chain),
            perpetuals: corrupt(perpetualCsv(), perpetuals),
            termFutures: corrupt(termCsv(), termFutures),
          }),
        );
      }),
      { numRuns: 400, seed: SEED },
    );
  });

  it('characters, the header included', () => {
    const { name, text } = chainCsv();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 2 }))), (changes) => {
        let changed = text;
        for (const [at, replacement] of changes)
          changed = changed.slice(0, at) + replacement + changed.slice(at + 1);
        check(importDeribitChain({ chain: { name, text: changed } }));
      }),
      { numRuns: 200, seed: SEED + 1 },
    );
  });

  it('ends', () => {
    const { name, text } = chainCsv();
    fc.assert(
      fc.property(fc.nat(text.length), (end) => {
        check(importDeribitChain({ chain: { name, text: text.slice(0, end) } }));
      }),
      { numRuns: 200, seed: SEED + 2 },
    );
  });
});

describe('responses with corrupted', () => {
  it('fields', () => {
    const change = fc.record({ list: fc.nat(2), row: fc.nat(), field: fc.nat(), value: badValue });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), badValue, (changes, index) => {
        const files = apiFiles();
        const lists = [files.optionSummaries, files.futureSummaries, files.instruments];
        for (const { list, row, field, value } of changes) {
          const record = lists[list]![row % lists[list]!.length]!;
          const keys = Object.keys(record);
          record[keys[field % keys.length]!] = value;
        }
        files.index.btc = { index_price: index };
        check(importDeribitApi(apiSources(files)));
      }),
      { numRuns: 400, seed: SEED + 3 },
    );
  });

  it('rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), badValue), { maxLength: 20 }), (changes) => {
        const files = apiFiles();
        for (const [row, value] of changes) {
          files.optionSummaries[row % 48] = value as never;
          files.instruments[row % 52] = value as never;
        }
        check(importDeribitApi(apiSources(files)));
      }),
      { numRuns: 200, seed: SEED + 4 },
    );
  });

  it('text', () => {
    const sources = apiSources();
    fc.assert(
      fc.property(
        fc.nat(sources.length - 1),
        fc.nat(),
        fc.string({ maxLength: 3 }),
        (file, at, replacement) => {
          const changed = sources.map((source, i) => {
            const place = at % source.text.length;
            const text = source.text.slice(0, place) + replacement + source.text.slice(place + 1);
            return i === file ? { name: source.name, text } : source;
          });
          check(importDeribitApi(changed));
        },
      ),
      { numRuns: 300, seed: SEED + 5 },
    );
  });
});

describe('the checks of this file', () => {
  it('notice a number that is not finite and a row that is not counted', () => {
    const outcome = importDeribitChain({ chain: chainCsv() });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const { snapshot, report } = outcome.value;
    const [first] = snapshot.underlyings;
    const notFinite = { ...snapshot, underlyings: [{ ...first!, indexPrice: NaN }] };
    expect(() => imported({ ok: true, value: { snapshot: notFinite, report } })).toThrow();
    const miscounted = { ...report, rowsRead: report.rowsRead + 1 };
    expect(() => imported({ ok: true, value: { snapshot, report: miscounted } })).toThrow();
  });
});
