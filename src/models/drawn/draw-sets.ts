import { SECONDS_PER_DAY, SETTLEMENT_WINDOW_SECONDS, secondsBetween } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';
import { blankColumns } from '../../scenarios/build-set.js';
import { effectiveSettlementSeconds } from '../../scenarios/path-simulation.js';
import type { ScenarioLabel, ScenarioSet } from '../../scenarios/scenario-set.js';
import type { CubeSpec } from '../model.js';
import { factorRows } from './factor-rows.js';
import { frozenDraws, type UnderlyingDraws } from './frozen-draws.js';
import { recordedPaths, type RowMoves } from './recorded-paths.js';
import { isDrawn, underlyingRules, type DrawnLaw, type UnderlyingLaw } from './law.js';

const HOURS_PER_DAY = 24;
const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_YEAR = 24 * 365;

/**
 * Joint moves over a holding period, twice: options as old as now, and options aged by the period. A book is worth the lower of
 * the two per expiry, so that time helps no short option: the close-out may come at any time (market-and-risk.md 5.3).
 * What expires inside the period is settled on the path in both.
 */
export function drawCubes(law: DrawnLaw, market: Market, hours: number): readonly [CubeSpec, CubeSpec] {
  const set = drawSet(law, market, hours);
  const { rowOf } = factorRows(market);
  const periodYears = hours / HOURS_PER_YEAR;
  const spec = (remainingYears: (years: number) => number): CubeSpec => ({
    scenarios: set,
    discounted: false,
    remainingYears,
    factorRow: rowOf,
    shockFactors: () => ({ term: 1, skew: 0, smile: 0 }),
    weight: () => 1,
  });
  return [
    spec((years) => (years <= periodYears ? 0 : years)),
    spec((years) => Math.max(0, years - periodYears)),
  ];
}

/** Joint moves over a holding period as kernel columns, one row per underlying and expiry. */
function drawSet(law: DrawnLaw, market: Market, hours: number): ScenarioSet {
  const draws = frozenDraws(law);
  // Checked with the law.
  if (!draws.ok) throw new RangeError(draws.failure.message);
  const { rows } = factorRows(market);
  const paths = recordedPaths(law, market, rows, hours);
  const { count } = law.draws;
  const columns = blankColumns(count, Math.max(1, rows.length));
  rows.forEach((row, at) => {
    const name = market.table.underlyings[row.underlying] ?? '';
    const rules = underlyingRules(law, name);
    if (rules === undefined || !isDrawn(law, name)) return;
    // An underlying without law of its own shares the draws of `*`.
    const own = draws.value.get(name) ?? draws.value.get('*');
    if (own === undefined) return;
    const seconds = row.expiryMs === undefined ? Infinity : secondsBetween(market.timeMs, row.expiryMs);
    const moves = paths?.get(at) ?? bridgedMoves(rules, own, seconds, hours);
    const from = at * columns.stride;
    columns.spotFactor.set(moves.settled.map(Math.exp), from);
    const answer = volatilityAnswer(law, rules, seconds / SECONDS_PER_DAY);
    fillVolatility(columns.volShock.subarray(from, from + count), answer, moves.atEnd, own.volatility, hours);
  });
  return {
    id: `drawn-${String(hours)}h-${law.draws.version}`,
    labels: drawLabels(count),
    columns,
  };
}

/**
 * ln-return sigma sqrt(h) z of what lives longer than the period; of what expires inside it, the bridge to that return at the mean
 * time of its settlement average.
 */
function bridgedMoves(
  { dailyVolatility }: UnderlyingLaw,
  { spot, bridge }: UnderlyingDraws,
  seconds: number,
  hours: number,
): RowMoves {
  const root = Math.sqrt(hours / HOURS_PER_DAY);
  const atEnd = spot.map((z) => root * (dailyVolatility * z));
  const periodSeconds = hours * SECONDS_PER_HOUR;
  if (seconds > periodSeconds) return { settled: atEnd, atEnd };
  // Inside the window only what is still to be averaged moves: the fixed part stands in the market's `fixedForward`.
  const passed = effectiveSettlementSeconds(seconds, SETTLEMENT_WINDOW_SECONDS) / periodSeconds;
  const bridgeDeviation = root * dailyVolatility * Math.sqrt(passed * (1 - passed));
  return {
    settled: atEnd.map((move, s) => passed * move + bridgeDeviation * (bridge[s] ?? NaN)),
    atEnd,
  };
}

/** Relative change of the volatility of one tenor over the period, beside the period's return. */
function fillVolatility(
  volShock: Float64Array,
  { constant, perReturn, perAbsoluteReturn, residual }: TenorAnswer,
  returns: Float64Array,
  residuals: Float64Array,
  hours: number,
): void {
  const days = hours / HOURS_PER_DAY;
  const root = Math.sqrt(days);
  for (let s = 0; s < volShock.length; s += 1) {
    const move = returns[s] ?? NaN;
    const logVol =
      constant * days +
      (perReturn * move + perAbsoluteReturn * Math.abs(move) + root * residual * (residuals[s] ?? NaN));
    volShock[s] = Math.exp(logVol) - 1;
  }
}

/** How the volatility of a tenor answers a day's return. */
export interface TenorAnswer {
  readonly constant: number;
  readonly perReturn: number;
  readonly perAbsoluteReturn: number;
  readonly residual: number;
}

/** Between tenors linear in the logarithm of time, flat beyond. */
export function volatilityAnswer(
  { tenorsDays }: DrawnLaw,
  { volatility }: UnderlyingLaw,
  days: number,
): TenorAnswer {
  const at = (values: readonly number[]): number => interpolate(tenorsDays, values, days);
  return {
    constant: at(volatility.constant),
    perReturn: at(volatility.perReturn),
    perAbsoluteReturn: at(volatility.perAbsoluteReturn),
    residual: at(volatility.residual),
  };
}

function interpolate(tenors: readonly number[], values: readonly number[], days: number): number {
  const upper = tenors.findIndex((tenor) => tenor >= days);
  if (upper <= 0) return (upper === 0 ? values[0] : values[values.length - 1]) ?? NaN;
  const [t0, t1] = [tenors[upper - 1] ?? NaN, tenors[upper] ?? NaN];
  const weight = Math.log(days / t0) / Math.log(t1 / t0);
  return (1 - weight) * (values[upper - 1] ?? NaN) + weight * (values[upper] ?? NaN);
}

const labelsOfCount = new Map<number, readonly ScenarioLabel[]>();

function drawLabels(count: number): readonly ScenarioLabel[] {
  const known = labelsOfCount.get(count);
  if (known !== undefined) return known;
  const labels = Array.from({ length: count }, (_, index) => ({
    label: `draw ${String(index)}`,
    family: 'draw',
    spotShock: 0,
    volShock: 'DRAWN',
  }));
  labelsOfCount.set(count, labels);
  return labels;
}
