/** Every recorded chain and every folder of responses, against what their documentation counts and measures. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importDeribitChain } from '../../../src/market/venues/deribit/chain-csv.js';
import { importDeribitFiles } from '../../../src/market/venues/deribit/import-files.js';
import type { ImportResult } from '../../../src/market/venues/import-report.js';
import { readTextSource } from '../../../src/market/venues/text-source.js';
import { dataFolder } from '../../support/folders.js';
import { imported } from './imported.js';

const data = dataFolder() ?? '';

/** Rows of the Markdown tables of the folder's documentation whose first cell matches. */
function tableRows(pattern: RegExp): string[][] {
  if (data === '') return [];
  return readFileSync(path.join(data, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first]) => pattern.test(first ?? ''));
}

function optionCounts({ snapshot }: ImportResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { instrument } of snapshot.instruments)
    if (instrument.kind === 'OPTION')
      counts[instrument.underlying] = (counts[instrument.underlying] ?? 0) + 1;
  return counts;
}

function optionsOf({ snapshot }: ImportResult): unknown[] {
  return snapshot.instruments.filter(({ instrument }) => instrument.kind === 'OPTION');
}

/** Published medians of |model - mark| on the forward of each row, coins. */
const REPRICING_MEDIANS: Record<string, number> = {
  '20260115T092130Z.csv.gz': 2.3e-6,
  '20260326T213149Z.csv.gz': 4.4e-6,
  '20260205T155132Z.csv.gz': 4.3e-5,
};

const chainTable = tableRows(/^\d{8}T\d{6}Z\.csv\.gz$/);

describe.runIf(data)('the recorded chains', () => {
  it('are all in the table', () => {
    const files = readdirSync(path.join(data, 'deribit-chains')).filter((file) => /^\d{8}T/.test(file));
    expect(chainTable.map(([file]) => file)).toEqual(files);
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(chainTable.map((cells) => ({ file: cells[0]!, cells })))('$file', ({ file, cells }) => {
    const [, rows, btc, eth, btcIndex, ethIndex, oneSided, highestVolatility, expiries] = cells;
    const result = imported(importDeribitFiles([path.join(data, 'deribit-chains', file)]));
    const { snapshot, report } = result;

    expect(report.rowsRefused).toBe(0);
    expect(report.sources.find(({ kind }) => kind === 'option chain')?.rowsUsed).toBe(Number(rows));
    expect(optionCounts(result)).toEqual({ BTC: Number(btc), ETH: Number(eth) });
    expect(snapshot.underlyings.map(({ indexPrice }) => Math.round(indexPrice))).toEqual([
      expect.closeTo(Number(btcIndex), -0.5),
      expect.closeTo(Number(ethIndex), -0.5),
    ]);
    expect(`${Math.round(100 * report.oneSidedShare)} %`).toBe(oneSided);
    const volatilities = snapshot.instruments.flatMap(({ markVolatility }) => markVolatility ?? []);
    expect(`${Math.round(100 * Math.max(...volatilities))} %`).toBe(highestVolatility);
    const counts = ['BTC', 'ETH'].map(
      (coin) => report.expiries.filter(({ underlying }) => underlying === coin).length,
    );
    expect(counts.join('/')).toBe(expiries);
    const perpetuals = snapshot.instruments.filter(({ instrument }) => instrument.kind === 'PERPETUAL');
    expect(perpetuals.map(({ instrument }) => instrument.name)).toEqual(['BTC-PERPETUAL', 'ETH-PERPETUAL']);

    // Measured over all of them: 3.9e-5 in the median, 5e-3 at worst, both in the fall of February 2026.
    expect(report.repricing?.errorMedian).toBeLessThan(5e-5);
    expect(report.repricing?.errorMax).toBeLessThan(6e-3);
    const published = REPRICING_MEDIANS[file];
    if (published !== undefined)
      expect(Math.abs(report.repricing!.errorMedianOnOwnForward / published - 1)).toBeLessThan(0.03);
  });

  it('keep parity on one forward for each expiry within 2.5e-4 in calm and 2.5e-3 in the crash', () => {
    const worst = (file: string): number => {
      const { report } = imported(importDeribitFiles([path.join(data, 'deribit-chains', file)]));
      return Math.max(...report.expiries.map(({ parityErrorMax }) => parityErrorMax ?? 0));
    };
    expect(worst('20260115T092130Z.csv.gz')).toBeLessThan(2.5e-4);
    expect(worst('20260205T155132Z.csv.gz')).toBeLessThan(2.5e-3);
  });

  it('cost confidence in the crash', () => {
    const lowest = (file: string, key: 'forwardConfidence' | 'volatilityConfidence'): number => {
      const { report } = imported(importDeribitFiles([path.join(data, 'deribit-chains', file)]));
      return Math.min(...report.expiries.map((expiry) => expiry[key]));
    };
    for (const key of ['forwardConfidence', 'volatilityConfidence'] as const)
      expect(lowest('20260205T155132Z.csv.gz', key)).toBeLessThan(lowest('20260115T092130Z.csv.gz', key));
  });

  it('can be given unpacked, and without the files of futures', () => {
    const packed = path.join(data, 'deribit-chains', '20260115T092130Z.csv.gz');
    const folder = mkdtempSync(path.join(tmpdir(), 'margincube-'));
    try {
      const plain = path.join(folder, 'chain.csv');
      writeFileSync(plain, gunzipSync(readFileSync(packed)));
      const alone = imported(importDeribitFiles([plain]));
      const full = imported(importDeribitFiles([packed]));
      expect(optionsOf(alone)).toEqual(optionsOf(full));
      expect(alone.snapshot.instruments.length).toBeLessThan(full.snapshot.instruments.length);
      const companions = ['perpetual_futures_last.csv.gz', 'term_futures_marks.csv.gz'];
      const given = companions.map((file) => path.join(data, 'deribit-chains', file));
      expect(imported(importDeribitFiles([plain, ...given])).snapshot).toEqual(full.snapshot);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('must be chosen one at a time', () => {
    expect(importDeribitFiles([path.join(data, 'deribit-chains')])).toMatchObject({
      ok: false,
      failure: { field: 'paths' },
    });
  });
});

const panel = path.join(data, 'deribit-panel', 'panel_8_days.csv.gz');

describe.runIf(data)('a table of several days', () => {
  it('gives the day asked for, with forwards that have no name at a lower confidence', () => {
    const source = readTextSource(panel);
    if (!source.ok) throw new Error(source.failure.message);
    expect(importDeribitChain({ chain: source.value }).ok).toBe(false);
    const snapshotTimeMs = Date.parse('2026-04-30T22:04:22.288Z');
    const { report, snapshot } = imported(importDeribitChain({ chain: source.value }, { snapshotTimeMs }));
    expect(report.rowsUsed).toBeGreaterThan(1_000);
    expect(report.rowsOfOtherSnapshots + report.rowsRead).toBe(13_258);
    expect(report.notes.join(' ')).toContain('do not name their forward');
    expect(
      Math.min(...snapshot.expiries.map(({ forwardConfidence }) => forwardConfidence)),
    ).toBeLessThanOrEqual(0.9);
  });
});

const apiTable = tableRows(/^\d{4}-\d\d-\d\dT\d\d$/);

/** The recorded chain of the same moment as a folder of responses. */
function chainOf(folder: string): string {
  const prefix = folder.replaceAll('-', '');
  const file = readdirSync(path.join(data, 'deribit-chains')).find((name) => name.startsWith(prefix));
  return path.join(data, 'deribit-chains', file ?? `no chain of ${folder}`);
}

describe.runIf(data)('the folders of responses', () => {
  it('are all in the table', () => {
    const folders = readdirSync(path.join(data, 'deribit-api')).filter((name) => /^\d/.test(name));
    expect([...new Set(apiTable.map(([folder]) => folder))]).toEqual(folders);
    expect(folders.length).toBeGreaterThan(0);
  });

  it.each([...new Set(apiTable.map(([folder]) => folder!))])('%s', (folder) => {
    const result = imported(importDeribitFiles([path.join(data, 'deribit-api', folder)]));
    const { snapshot, report } = result;
    expect(report.rowsRefused).toBe(0);
    for (const [row, coin = '', options, futures, index] of apiTable) {
      if (row !== folder) continue;
      expect(optionCounts(result)[coin]).toBe(Number(options));
      const listed = snapshot.instruments.filter(
        ({ instrument }) => instrument.underlying === coin && instrument.kind !== 'OPTION',
      );
      expect(listed).toHaveLength(Number(futures));
      expect(snapshot.underlyings.find(({ name }) => name === coin)?.indexPrice).toBe(Number(index));
    }
  });

  it.each([...new Set(apiTable.map(([folder]) => folder!))])(
    '%s agrees with the recorded chain',
    (folder) => {
      const api = imported(importDeribitFiles([path.join(data, 'deribit-api', folder)])).snapshot;
      const csv = imported(importDeribitFiles([chainOf(folder)])).snapshot;
      expect(api.timeMs).toBe(csv.timeMs);
      expect(api.instruments.map(({ instrument }) => instrument)).toEqual(
        csv.instruments.map(({ instrument }) => instrument),
      );
      for (const [row, quote] of api.instruments.entries()) {
        const other = csv.instruments[row]!;
        expect(quote.markPrice).toBe(other.markPrice);
        expect([quote.bidPrice, quote.askPrice]).toEqual([other.bidPrice, other.askPrice]);
        expect(quote.markVolatility ?? 0).toBeCloseTo(other.markVolatility ?? 0, 14);
      }
      expect(api.expiries).toHaveLength(csv.expiries.length);
      for (const [row, expiry] of api.expiries.entries()) {
        const other = csv.expiries[row]!;
        // The responses carry forwards in cents.
        expect(Math.abs(expiry.forward / other.forward - 1)).toBeLessThan(1e-5);
        expect(expiry.forwardConfidence).toBeCloseTo(other.forwardConfidence, 3);
        expect(expiry.volatilityConfidence).toBe(other.volatilityConfidence);
      }
      for (const [row, { indexPrice, confidence }] of api.underlyings.entries()) {
        // The responses state the lower of two middle readings, the tables their mean.
        expect(Math.abs(indexPrice / csv.underlyings[row]!.indexPrice - 1)).toBeLessThan(5e-5);
        expect(confidence).toBeCloseTo(csv.underlyings[row]!.confidence, 3);
      }
    },
  );

  it('may be given in part, or as single files', () => {
    const folder = path.join(data, 'deribit-api', apiTable[0]![0]!);
    const onlyBtc = ['book_summary_BTC_option.json', 'index_price_btc_usd.json'].map((file) =>
      path.join(folder, file),
    );
    const { snapshot, report } = imported(importDeribitFiles(onlyBtc));
    expect(snapshot.underlyings.map(({ name }) => name)).toEqual(['BTC']);
    expect(report.optionsUsed).toBe(Number(apiTable[0]![2]));
  });

  it('can be relisted as linear', () => {
    const folder = path.join(data, 'deribit-api', apiTable[0]![0]!);
    const { snapshot } = imported(importDeribitFiles([folder], { settlement: 'LINEAR', usdcPrice: 1 }));
    expect(snapshot.instruments.every(({ instrument }) => instrument.settlement === 'LINEAR')).toBe(true);
  });
});

describe('paths', () => {
  it('that do not exist, mix forms or hold nothing are named', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'margincube-'));
    try {
      expect(importDeribitFiles([folder])).toMatchObject({ ok: false, failure: { field: 'paths' } });
      writeFileSync(path.join(folder, 'a.csv'), '');
      writeFileSync(path.join(folder, 'b.json'), '[]');
      expect(importDeribitFiles([folder])).toMatchObject({ ok: false, failure: { field: 'paths' } });
      const absent = path.join(folder, 'absent');
      expect(importDeribitFiles([absent])).toMatchObject({ ok: false, failure: { field: absent } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
