/** Rows of risk made of plain numbers. */
import type { RiskRows } from '../../src/aggregation/risk-rows.js';
import { QUANTITY_DECIMALS } from '../../src/aggregation/risk-node.js';

export interface PlainRow {
  readonly name: string;
  readonly underlying: string;
  readonly bucket: number;
  readonly greeks: readonly number[];
  readonly value: number;
  readonly notional: number;
  readonly pnl: readonly number[];
}

export function rowsOf(instruments: readonly PlainRow[]): RiskRows {
  const underlyings = [...new Set(instruments.map(({ underlying }) => underlying))];
  const buckets = Math.max(-1, ...instruments.map(({ bucket }) => bucket)) + 1;
  return {
    table: instruments,
    rowOf: new Map(instruments.map(({ name }, row) => [name, row])),
    underlyings,
    buckets: Array.from({ length: buckets }, (_, at) => ({
      underlying: instruments.find(({ bucket }) => bucket === at)?.underlying ?? '',
    })),
    underlying: Uint32Array.from(instruments, ({ underlying }) => underlyings.indexOf(underlying)),
    bucket: Uint32Array.from(instruments, ({ bucket }) => bucket),
    greeks: Float64Array.from(instruments.flatMap(({ greeks }) => greeks)),
    valueUsd: Float64Array.from(instruments, ({ value }) => value),
    notionalUsd: Float64Array.from(instruments, ({ notional }) => notional),
    labels: (instruments[0]?.pnl ?? []).map((_, s) => ({
      label: `scenario ${String(s)}`,
      family: 'grid',
      spotShock: 0,
      volShock: 'NONE',
    })),
    scenarioPnlUsd: Float64Array.from(instruments.flatMap(({ pnl }) => pnl)),
  };
}

export function unitsOf(contracts: number): bigint {
  return BigInt(Math.round(contracts * 1e6)) * 10n ** BigInt(QUANTITY_DECIMALS - 6);
}
