import type { Market } from '../../market/snapshot/market.js';

/** What one row of the scenario columns moves: what never expires, or everything of an underlying that expires then. */
export interface FactorRow {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  /** Absent for spot and perpetuals. */
  readonly expiryMs?: number;
}

/** The rows of a market: one per underlying for what never expires, then one per underlying and expiry, ascending. */
export interface FactorRows {
  readonly rows: readonly FactorRow[];
  readonly rowOf: (underlying: number, expiryMs?: number) => number;
}

export function factorRows({ table, columns }: Market): FactorRows {
  const rows: FactorRow[] = table.underlyings.map((_, underlying) => ({ underlying }));
  const found = new Map<string, FactorRow>();
  table.instruments.forEach((terms, instrument) => {
    if (!('expiryMs' in terms)) return;
    const row = { underlying: columns.underlying[instrument] ?? 0, expiryMs: terms.expiryMs };
    found.set(keyOf(row.underlying, row.expiryMs), row);
  });
  const expiring = [...found.values()].sort(
    (a, b) => a.underlying - b.underlying || (a.expiryMs ?? 0) - (b.expiryMs ?? 0),
  );
  rows.push(...expiring);
  const index = new Map(rows.map(({ underlying, expiryMs }, at) => [keyOf(underlying, expiryMs), at]));
  return { rows, rowOf: (underlying, expiryMs) => index.get(keyOf(underlying, expiryMs)) ?? underlying };
}

function keyOf(underlying: number, expiryMs: number | undefined): string {
  return `${String(underlying)} ${String(expiryMs)}`;
}
