import { secondsBetween, secondsToDays, secondsToYears } from '../domain/time.js';
import { GREEK_COUNT, type UnitRisk } from '../engine/unit-risk.js';
import type { ScenarioLabel } from '../scenarios/scenario-set.js';

/** A cell of expiry and moneyness of one underlying. */
export interface BucketTerms {
  readonly underlying: string;
  /** The expiries of the bucket end here, milliseconds since 1970; absent for what never expires, Infinity for the last. */
  readonly expiryBeforeMs?: number;
  /** Place of ln(strike / forward) / (volatility sqrt(T)) among `MONEYNESS_EDGES`; absent for what is no option. */
  readonly moneyness?: number;
}

/**
 * Risk of one contract of every instrument, as sums need it. Arrays run over the rows of `rowOf`; `scenarioPnlUsd` and `greeks` are
 * row-major.
 */
export interface RiskRows {
  /** Rows of two sets with the same table are of the same instruments. */
  readonly table: object;
  readonly rowOf: ReadonlyMap<string, number>;
  readonly underlyings: readonly string[];
  readonly buckets: readonly BucketTerms[];
  readonly underlying: Uint32Array;
  readonly bucket: Uint32Array;
  /** `[row][GREEK_COUNT]` (`engine/unit-risk`). */
  readonly greeks: Float64Array;
  readonly valueUsd: Float64Array;
  /** >= 0. */
  readonly notionalUsd: Float64Array;
  readonly labels: readonly ScenarioLabel[];
  readonly scenarioPnlUsd: Float64Array;
}

/** Upper ends of the buckets of expiry, days; the last has none. */
export const EXPIRY_EDGES_DAYS = [1, 7, 30, 90, 180, Infinity] as const;

/** Inner edges of the buckets of ln(strike / forward) / (volatility sqrt(T)) (market-and-risk.md 9). */
export const MONEYNESS_EDGES = [-2, -1, -0.25, 0.25, 1, 2] as const;

const DAY_MS = 86_400_000;

/** The rows of a market; what it cannot price has none. */
export function riskRows(unit: UnitRisk): RiskRows {
  const { market, usable, greeks, valueUsd, notionalUsd, labels, scenarioPnlUsd } = unit;
  const { table, columns, timeMs } = market;
  const rowOf = new Map<string, number>();
  const bucket = new Uint32Array(table.instruments.length);
  const buckets: BucketTerms[] = [];
  const known = new Map<string, number>();
  table.instruments.forEach((terms, row) => {
    if (usable[row] !== 1) return;
    rowOf.set(terms.name, row);
    const { underlying, kind } = terms;
    const expiryMs = 'expiryMs' in terms ? terms.expiryMs : undefined;
    const edge = expiryMs === undefined ? undefined : expiryEdge(timeMs, expiryMs);
    const expiryBeforeMs = edge === undefined ? undefined : timeMs + edge * DAY_MS;
    const moneyness =
      kind === 'OPTION'
        ? moneynessBucket(
            terms.strike,
            columns.forward[columns.expiry[row] ?? -1] ?? NaN,
            columns.volatility[row] ?? NaN,
            secondsToYears(secondsBetween(timeMs, terms.expiryMs)),
          )
        : undefined;
    const key = `${underlying} ${String(edge)} ${String(moneyness)}`;
    const place = known.get(key) ?? buckets.length;
    if (place === buckets.length) {
      known.set(key, place);
      buckets.push({
        underlying,
        ...(expiryBeforeMs === undefined ? {} : { expiryBeforeMs }),
        ...(moneyness === undefined ? {} : { moneyness }),
      });
    }
    bucket[row] = place;
  });
  const { underlyings } = table;
  const { underlying } = columns;
  return {
    table,
    rowOf,
    underlyings,
    buckets,
    underlying,
    bucket,
    greeks,
    valueUsd,
    notionalUsd,
    labels,
    scenarioPnlUsd,
  };
}

function expiryEdge(timeMs: number, expiryMs: number): number {
  const days = secondsToDays(secondsBetween(timeMs, expiryMs));
  return EXPIRY_EDGES_DAYS.find((edge) => days <= edge) ?? Infinity;
}

/** Place of the bucket, from 0 for the lowest strikes. */
export function moneynessBucket(
  strike: number,
  forward: number,
  volatility: number,
  timeToExpiryYears: number,
): number {
  const k = Math.log(strike / forward);
  const deviation = volatility * Math.sqrt(timeToExpiryYears);
  // Without time or volatility everything off the forward is as far away as can be.
  const scaled = deviation > 0 ? k / deviation : k === 0 ? 0 : k * Infinity;
  const place = MONEYNESS_EDGES.findIndex((edge) => scaled < edge);
  return place < 0 ? MONEYNESS_EDGES.length : place;
}

/** Where the numbers of a node stand: per underlying the Greeks, value, notional, per bucket Greeks and notional, per scenario P&L. */
export interface RiskLayout {
  readonly valueAt: number;
  readonly notionalAt: number;
  readonly bucketsAt: number;
  readonly bucketWidth: number;
  readonly scenariosAt: number;
  readonly length: number;
}

export function riskLayout({ underlyings, buckets, labels }: RiskRows): RiskLayout {
  const valueAt = underlyings.length * GREEK_COUNT;
  const bucketWidth = GREEK_COUNT + 1;
  const bucketsAt = valueAt + 2;
  const scenariosAt = bucketsAt + buckets.length * bucketWidth;
  return {
    valueAt,
    notionalAt: valueAt + 1,
    bucketsAt,
    bucketWidth,
    scenariosAt,
    length: scenariosAt + labels.length,
  };
}
