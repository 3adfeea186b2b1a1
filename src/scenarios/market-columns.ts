import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { DAYS_PER_YEAR } from '../domain/time.js';
import { scenarioStride } from '../kernel/layout.js';
import { movesOf } from './risk-factor.js';
import type { FactorKind, FactorMoves, RiskFactor } from './risk-factor.js';
import type { ScenarioLabel, ScenarioSet } from './scenario-set.js';

/** What the columns are made for. */
export interface MarketShape {
  readonly underlyings: readonly string[];
  readonly expiries: readonly {
    /** Index into `underlyings`. */
    readonly underlying: number;
    readonly timeToExpiryYears: number;
  }[];
}

/** A set whose factors and what they rest on travel with it. */
export interface FactorScenarioSet extends ScenarioSet {
  readonly factors: readonly RiskFactor[];
  readonly notes: readonly string[];
  /** One per scenario, summing to 1; absent: all alike. */
  readonly weights?: Float64Array;
}

/**
 * Kernel columns of joint factor moves. Row u < underlyings moves delta-one instruments of underlying u; row underlyings + e moves
 * everything of expiry e:
 *
 *   spotFactor = exp(spot + basis x T)      volShock = exp(vol(T)) - 1      skewShock = skew(T)
 *
 * where vol, skew and basis between tenors are linear in ln T and flat outside. An option's term factor is then 1 and its skew
 * factor its log-moneyness in standard deviations (`skewFactor`). Factors that a set lacks do not move; a missing spot is refused.
 */
export function marketScenarioSet(
  id: string,
  moves: FactorMoves,
  { underlyings, expiries }: MarketShape,
): Outcome<FactorScenarioSet> {
  const { count, method, factors, notes, names } = moves;
  const stride = scenarioStride(count);
  const rows = underlyings.length + expiries.length;
  const spotFactor = new Float64Array(rows * stride).fill(1);
  const volShock = new Float64Array(rows * stride);
  const skewShock = new Float64Array(rows * stride);
  for (const [u, underlying] of underlyings.entries()) {
    const spot = factors.find(({ kind, subject }) => kind === 'SPOT' && subject === underlying);
    if (spot === undefined) {
      return failure(
        'MISSING_MARKET_DATA',
        'scenarios',
        `Expected a spot factor for ${underlying} but the set has ${factors.map((factor) => factor.id).join(', ')}`,
      );
    }
    const move = movesOf(moves, spot.id)!;
    for (let s = 0; s < count; s += 1) spotFactor[u * stride + s] = Math.exp(move[s]!);
  }
  for (const [e, { underlying, timeToExpiryYears }] of expiries.entries()) {
    const at = (underlyings.length + e) * stride;
    const subject = underlyings[underlying]!;
    const days = timeToExpiryYears * DAYS_PER_YEAR;
    const basis = atTenor(moves, 'BASIS', subject, days);
    const volatility = atTenor(moves, 'ATM_VOLATILITY', subject, days);
    const skew = atTenor(moves, 'SKEW', subject, days);
    for (let s = 0; s < count; s += 1) {
      spotFactor[at + s] = spotFactor[underlying * stride + s]! * Math.exp(basis[s]! * timeToExpiryYears);
      volShock[at + s] = Math.expm1(volatility[s]!);
      skewShock[at + s] = skew[s]!;
    }
  }
  const first = spotFactor.subarray(0, count);
  return success({
    id,
    labels: Array.from({ length: count }, (_, s): ScenarioLabel => ({
      label: names?.[s] ?? `${method.toLowerCase()} ${s}`,
      family: method.toLowerCase(),
      spotShock: underlyings.length === 1 ? first[s]! - 1 : 0,
      volShock: 'NONE',
    })),
    columns: {
      count,
      stride,
      spotRows: rows,
      volRows: rows,
      spotFactor,
      volShock,
      skewShock,
      smileShock: new Float64Array(rows * stride),
      volFloor: new Float64Array(rows * stride),
    },
    factors,
    notes,
    ...(moves.weights === undefined ? {} : { weights: moves.weights }),
  });
}

/** Beyond this many standard deviations of log-moneyness a skew move grows no further. */
export const SKEW_REACH = 2.5;

/** ln(strike / forward) in standard deviations, bounded: multiplies a skew shock. 0 for an option without time or volatility. */
export function skewFactor(
  strike: number,
  forward: number,
  volatility: number,
  timeToExpiryYears: number,
): number {
  const deviation = volatility * Math.sqrt(timeToExpiryYears);
  if (!(deviation > 0)) return 0;
  return Math.max(-SKEW_REACH, Math.min(SKEW_REACH, Math.log(strike / forward) / deviation));
}

/** Moves of a kind of factor at a tenor, one per scenario; zeros where the set has none of it. */
function atTenor(moves: FactorMoves, kind: FactorKind, subject: string, days: number): Float64Array {
  const nodes = moves.factors
    .filter((factor) => factor.kind === kind && factor.subject === subject)
    .map(({ id, tenorDays = 0 }) => ({ tenorDays, values: movesOf(moves, id)! }))
    .sort((a, b) => a.tenorDays - b.tenorDays);
  const above = nodes.findIndex(({ tenorDays }) => tenorDays >= days);
  if (nodes.length === 0) return new Float64Array(moves.count);
  if (above === 0) return nodes[0]!.values;
  if (above < 0) return nodes.at(-1)!.values;
  const low = nodes[above - 1]!;
  const high = nodes[above]!;
  const share = Math.log(days / low.tenorDays) / Math.log(high.tenorDays / low.tenorDays);
  return low.values.map((value, s) => value + share * (high.values[s]! - value));
}
