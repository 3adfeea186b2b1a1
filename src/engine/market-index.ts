import { KIND, NONE } from '../domain/codes.js';
import type { Market, MarketTable } from '../market/snapshot/market.js';

/** A group of instruments that models net together (`PositionGroup` without the positions). */
export interface InstrumentGroup {
  readonly underlying: number;
  readonly settlementCurrency: string;
  /** Row of the market's expiry columns; `NONE` for delta-one instruments. */
  readonly expiry: number;
}

/** The order of a market's instruments by group, strike, put before call: computed once per table. */
export interface MarketIndex {
  /** Place of every instrument in that order. */
  readonly rank: Uint32Array;
  /** Group of every instrument. */
  readonly group: Uint32Array;
  readonly groups: readonly InstrumentGroup[];
}

const indexOfTable = new WeakMap<MarketTable, MarketIndex>();

export function marketIndex(market: Market): MarketIndex {
  const known = indexOfTable.get(market.table);
  if (known !== undefined) return known;
  const built = buildIndex(market);
  indexOfTable.set(market.table, built);
  return built;
}

function buildIndex({ table, columns }: Market): MarketIndex {
  const count = table.instruments.length;
  const groupOfKey = new Map<string, number>();
  const groups: InstrumentGroup[] = [];
  const group = new Uint32Array(count);
  for (const [instrument, { settlementCurrency }] of table.instruments.entries()) {
    const underlying = columns.underlying[instrument] ?? 0;
    const expiry = columns.kind[instrument] === KIND.OPTION ? (columns.expiry[instrument] ?? NONE) : NONE;
    const key = `${String(underlying)} ${String(expiry)} ${settlementCurrency}`;
    let at = groupOfKey.get(key);
    if (at === undefined) {
      at = groups.length;
      groupOfKey.set(key, at);
      groups.push({ underlying, settlementCurrency, expiry });
    }
    group[instrument] = at;
  }
  const expiryMs = (at: number): number => columns.expiryMs[groups[at]?.expiry ?? NONE] ?? 0;
  const compareGroups = (a: number, b: number): number =>
    (groups[a]?.underlying ?? 0) - (groups[b]?.underlying ?? 0) ||
    compareText(groups[a]?.settlementCurrency ?? '', groups[b]?.settlementCurrency ?? '') ||
    expiryMs(a) - expiryMs(b) ||
    a - b;
  const order = Uint32Array.from({ length: count }, (_, instrument) => instrument);
  order.sort(
    (a, b) =>
      compareGroups(group[a] ?? 0, group[b] ?? 0) ||
      (columns.strike[a] ?? 0) - (columns.strike[b] ?? 0) ||
      (columns.isCall[a] ?? 0) - (columns.isCall[b] ?? 0) ||
      a - b,
  );
  const rank = new Uint32Array(count);
  order.forEach((instrument, place) => (rank[instrument] = place));
  return { rank, group, groups };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
