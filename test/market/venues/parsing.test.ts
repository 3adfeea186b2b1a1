import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvCell, jsonCell, scaleCell, showCell } from '../../../src/market/venues/cell.js';
import { parseCsv } from '../../../src/market/venues/csv.js';
import { isOtherProduct, parseInstrumentName } from '../../../src/market/venues/deribit/instrument-name.js';
import { isoTimeMs } from '../../../src/market/venues/iso-time.js';
import { readTextSource } from '../../../src/market/venues/text-source.js';

describe('isoTimeMs', () => {
  it.each([
    ['2026-01-15T09:21:30.027641+00:00', Date.UTC(2026, 0, 15, 9, 21, 30, 27)],
    ['2026-01-15T09:21:30Z', Date.UTC(2026, 0, 15, 9, 21, 30)],
    ['2026-01-15T10:21:30.5+01:00', Date.UTC(2026, 0, 15, 9, 21, 30, 500)],
    ['2024-02-29T00:00:00-00:30', Date.UTC(2024, 1, 29, 0, 30)],
  ])('reads %s', (text, timeMs) => {
    expect(isoTimeMs(text)).toBe(timeMs);
  });

  it.each([
    '',
    '2026-01-15',
    '2026-01-15T09:21:30',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-15T24:00:00Z',
    '2026-01-15T09:60:00Z',
    '2026-01-15T09:00:60Z',
    '2026-01-15T09:00:00+15:00',
    '2026-01-15 09:00:00Z',
    'NaN',
  ])('refuses "%s"', (text) => {
    expect(isoTimeMs(text)).toBeUndefined();
  });
});

describe('parseCsv', () => {
  it('reads plain lines of either ending and numbers the rows', () => {
    const { header, rows } = parseCsv('\uFEFFa,b\r\n1,\r\n\r\n,2\n');
    expect(header).toEqual(['a', 'b']);
    expect(rows).toEqual([
      { row: 1, cells: ['1', ''] },
      { row: 2, cells: ['', '2'] },
    ]);
  });

  it('reads quotes, doubled quotes, and commas and lines inside them', () => {
    const { header, rows } = parseCsv('"a","b,c"\n"x ""y""","line\nbreak"\r\n1,2');
    expect(header).toEqual(['a', 'b,c']);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['x "y"', 'line\nbreak'],
      ['1', '2'],
    ]);
  });

  it('keeps rows of any width and survives an open quote', () => {
    expect(parseCsv('a,b\n1\n1,2,3').rows.map(({ cells }) => cells.length)).toEqual([1, 3]);
    expect(parseCsv('a,b\n"1,2\n3,4').rows).toEqual([{ row: 1, cells: ['1,2\n3,4'] }]);
    expect(parseCsv('').rows).toEqual([]);
  });
});

describe('a cell', () => {
  it.each([
    ['1.5', 1.5],
    ['-2', -2],
    ['+.5e-3', 0.0005],
    ['3.', 3],
    ['', null],
  ])('of text "%s" is %s', (text, value) => {
    expect(csvCell(text)).toBe(value);
  });

  it.each(['NaN', 'inf', '1,5', '0x10', ' 1', '1e999', '--1', '1_000', 'null'])(
    'cannot read "%s"',
    (text) => {
      expect(csvCell(text)).toEqual({ unreadable: text });
    },
  );

  it('of JSON is a number or absent, and nothing else', () => {
    expect([jsonCell(1.5), jsonCell(null), jsonCell(undefined)]).toEqual([1.5, null, null]);
    expect([jsonCell('1.5'), jsonCell(true), jsonCell([1])].map(showCell)).toEqual(['"1.5"', 'true', '[1]']);
    expect(scaleCell(40, 100)).toBe(0.4);
    expect(scaleCell(null, 100)).toBeNull();
  });
});

describe('a Deribit name', () => {
  it.each([
    ['BTC-PERPETUAL', { kind: 'PERPETUAL', underlying: 'BTC' }],
    ['ETH-2JAN26', { kind: 'FUTURE', underlying: 'ETH', expiryMs: Date.UTC(2026, 0, 2, 8) }],
    [
      'BTC-27MAR26-100000-C',
      {
        kind: 'OPTION',
        underlying: 'BTC',
        expiryMs: Date.UTC(2026, 2, 27, 8),
        strike: 100_000,
        optionType: 'CALL',
      },
    ],
    [
      'XRP-29FEB28-0d55-P',
      {
        kind: 'OPTION',
        underlying: 'XRP',
        expiryMs: Date.UTC(2028, 1, 29, 8),
        strike: 0.55,
        optionType: 'PUT',
      },
    ],
  ])('%s', (name, terms) => {
    expect(parseInstrumentName(name)).toEqual(terms);
  });

  it.each([
    '',
    'BTC',
    'BTC-27MAR26-100000',
    'BTC-27MAR26-100000-X',
    'BTC-31FEB26-100000-C',
    'BTC-32JAN26',
    'BTC-05FEB26',
    'BTC-27MRA26-1-C',
    'btc-27MAR26-100000-C',
    'BTC-27MAR26--1-C',
    'BTC-27MAR26-1e5-C',
  ])('is not "%s"', (name) => {
    expect(parseInstrumentName(name)).toBeUndefined();
    expect(isOtherProduct(name)).toBe(false);
  });

  it.each(['BTC_USDC-PERPETUAL', 'SOL_USDC-27MAR26-150-C', 'BTC_USDC', 'BTC-FS-27MAR26_PERP'])(
    'is of another product: %s',
    (name) => {
      expect(parseInstrumentName(name)).toBeUndefined();
      expect(isOtherProduct(name)).toBe(true);
    },
  );
});

describe('readTextSource', () => {
  it('reads plain and packed text whatever the ending says, and names a file that it cannot read', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'margincube-'));
    try {
      const plain = path.join(folder, 'plain.csv.gz');
      const packed = path.join(folder, 'packed.csv');
      const broken = path.join(folder, 'broken.gz');
      writeFileSync(plain, 'a,b');
      writeFileSync(packed, gzipSync('c,d'));
      writeFileSync(broken, gzipSync('c,d').subarray(0, 12));
      expect(readTextSource(plain)).toEqual({ ok: true, value: { name: plain, text: 'a,b' } });
      expect(readTextSource(packed)).toEqual({ ok: true, value: { name: packed, text: 'c,d' } });
      for (const file of [broken, path.join(folder, 'absent')])
        expect(readTextSource(file)).toMatchObject({ ok: false, failure: { field: file } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
