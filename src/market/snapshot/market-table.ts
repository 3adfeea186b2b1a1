import { createHash } from 'node:crypto';
import type { Instrument } from '../../domain/instrument.js';
import { MARKET_TABLES_CACHED_MAX } from '../../limits.js';
import type { MarketTable } from './market.js';

/** The part of a table that is written down; the indices follow from it. */
type TableContent = Pick<MarketTable, 'instruments' | 'underlyings' | 'assets' | 'expiries'>;

/** A table as UTF-8 JSON in shared memory, named by its content. */
export interface EncodedTable {
  /** SHA-256 of `bytes`, hex. */
  readonly hash: string;
  readonly bytes: SharedArrayBuffer;
}

export function buildMarketTable(content: TableContent): MarketTable {
  const { instruments, underlyings, assets, expiries } = content;
  return {
    instruments,
    underlyings,
    assets,
    expiries,
    instrumentIndex: new Map(instruments.map(({ name }, index) => [name, index])),
    underlyingIndex: new Map(underlyings.map((name, index) => [name, index])),
    assetIndex: new Map(assets.map((name, index) => [name, index])),
  };
}

/** A table never changes, so its bytes are written once however many epochs share it. */
const encodedTables = new WeakMap<MarketTable, EncodedTable>();

export function encodeMarketTable(table: MarketTable): EncodedTable {
  const known = encodedTables.get(table);
  if (known) return known;
  const json = Buffer.from(
    JSON.stringify({
      underlyings: table.underlyings,
      assets: table.assets,
      expiries: table.expiries.map(({ underlying, expiryMs }) => [underlying, expiryMs]),
      instruments: table.instruments.map(canonicalInstrument),
    }),
  );
  const bytes = new SharedArrayBuffer(json.byteLength);
  new Uint8Array(bytes).set(json);
  const encoded = { hash: createHash('sha256').update(json).digest('hex'), bytes };
  encodedTables.set(table, encoded);
  return encoded;
}

export function decodeMarketTable(bytes: SharedArrayBuffer): MarketTable {
  const decoded = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    underlyings: string[];
    assets: string[];
    expiries: [string, number][];
    instruments: Instrument[];
  };
  return buildMarketTable({
    underlyings: decoded.underlyings,
    assets: decoded.assets,
    expiries: decoded.expiries.map(([underlying, expiryMs]) => ({ underlying, expiryMs })),
    instruments: decoded.instruments,
  });
}

/** The fields of an instrument in one order, and no others: equal instruments have equal text. */
export function canonicalInstrument(instrument: Instrument): Instrument {
  const { name, underlying, settlement, settlementCurrency, contractSize } = instrument;
  const base = { name, underlying, settlement, settlementCurrency, contractSize };
  switch (instrument.kind) {
    case 'SPOT':
      return { kind: 'SPOT', ...base };
    case 'PERPETUAL':
      return { kind: 'PERPETUAL', ...base };
    case 'FUTURE':
      return { kind: 'FUTURE', ...base, expiryMs: instrument.expiryMs };
    case 'OPTION': {
      const { expiryMs, strike, optionType } = instrument;
      return { kind: 'OPTION', ...base, expiryMs, strike, optionType };
    }
  }
}

/** Tables that this thread has decoded, by hash; the one used longest ago leaves first. */
export class MarketTableCache {
  private readonly tables = new Map<string, MarketTable>();

  constructor(private readonly capacity: number = MARKET_TABLES_CACHED_MAX) {}

  get(hash: string, bytes: SharedArrayBuffer): MarketTable {
    const table = this.tables.get(hash) ?? decodeMarketTable(bytes);
    this.tables.delete(hash);
    this.tables.set(hash, table);
    const [oldest] = this.tables.keys();
    if (this.tables.size > this.capacity && oldest !== undefined) this.tables.delete(oldest);
    return table;
  }
}

/** Whether a table has exactly this content, in this order. */
export function isSameTable(table: MarketTable, content: TableContent): boolean {
  return (
    isSameList(table.underlyings, content.underlyings) &&
    isSameList(table.assets, content.assets) &&
    table.expiries.length === content.expiries.length &&
    table.expiries.every(({ underlying, expiryMs }, row) => {
      const other = content.expiries[row]!;
      return underlying === other.underlying && expiryMs === other.expiryMs;
    }) &&
    table.instruments.length === content.instruments.length &&
    table.instruments.every((instrument, row) => isSameInstrument(instrument, content.instruments[row]!))
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index]);
}

/** Both in the canonical form. */
function isSameInstrument(a: Instrument, b: Instrument): boolean {
  if (a === b) return true;
  if (
    a.name !== b.name ||
    a.kind !== b.kind ||
    a.underlying !== b.underlying ||
    a.settlement !== b.settlement ||
    a.settlementCurrency !== b.settlementCurrency ||
    a.contractSize !== b.contractSize
  )
    return false;
  if (a.kind === 'OPTION' && b.kind === 'OPTION')
    return a.expiryMs === b.expiryMs && a.strike === b.strike && a.optionType === b.optionType;
  return a.kind !== 'FUTURE' || b.kind !== 'FUTURE' || a.expiryMs === b.expiryMs;
}
