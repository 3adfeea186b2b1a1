import { success, type Outcome } from '../domain/outcome.js';
import {
  criticalZ2,
  pValueOfZ2,
  shortfallStatistics,
  simulateZ2,
  type NullLaw,
} from '../measures/backtests/acerbi-szekely.js';
import { christoffersen, kupiec } from '../measures/backtests/coverage.js';
import { eBacktest, eState, type EState } from '../measures/backtests/e-backtest.js';
import { trafficLight, type Zone } from '../measures/backtests/traffic-light.js';
import type { ReplayDay } from './replay.js';

/** What the tests say of a model's value at risk and expected shortfall. */
export interface TailVerdict {
  readonly confidence: number;
  readonly days: number;
  /** Losses above the value at risk of their day. */
  readonly exceptions: number;
  readonly expectedExceptions: number;
  /** P-values: small speaks against the model. */
  readonly kupiecPValue: number;
  readonly independencePValue: number;
  readonly conditionalCoveragePValue: number;
  /** Of the 250 days with the most exceptions in a row of days. */
  readonly worstZone: Zone;
  readonly worstYearExceptions: number;
  /** Acerbi-Szekely Z2; its critical values at 5 % are simulated for this many days, normal and Student-t. */
  readonly z2: number;
  readonly z2CriticalNormal: number;
  readonly z2CriticalStudentT: number;
  readonly z2PValueStudentT: number;
  /** Largest wealth of the e-process, and what it means. */
  readonly peakEvidence: number;
  readonly evidence: EState;
}

/** Days of Basel's traffic light. */
const YEAR_DAYS = 250;

const SIGNIFICANCE = 0.05;
const SIMULATIONS = 10_000;
const SEED = 20_261_124;
const STUDENT_T: NullLaw = { degreesOfFreedom: 4 };

/** Nothing for a model that estimates no tail. */
export function tailVerdict(
  days: readonly ReplayDay[],
  confidence: number,
): Outcome<TailVerdict> | undefined {
  const forecasts = days.flatMap(({ pnl, valueAtRisk, expectedShortfall }) =>
    valueAtRisk === undefined || expectedShortfall === undefined
      ? []
      : [{ pnl, loss: -pnl, valueAtRisk, expectedShortfall }],
  );
  if (forecasts.length === 0 || forecasts.length < days.length) return undefined;
  const tail = 1 - confidence;
  const isException = forecasts.map(({ loss, valueAtRisk }) => loss > valueAtRisk);
  const exceptions = isException.filter(Boolean).length;
  const coverage = kupiec(forecasts.length, exceptions, tail);
  if (!coverage.ok) return coverage;
  const clusters = christoffersen(isException, tail);
  if (!clusters.ok) return clusters;
  const worstYearExceptions = mostInWindow(isException, YEAR_DAYS);
  const light = trafficLight(YEAR_DAYS, worstYearExceptions, tail);
  if (!light.ok) return light;
  const shortfall = shortfallStatistics(forecasts, tail);
  if (!shortfall.ok) return shortfall;
  const simulated = (law: NullLaw): Outcome<Float64Array> =>
    simulateZ2({ days: forecasts.length, tail, law, simulations: SIMULATIONS, seed: SEED });
  const normal = simulated('NORMAL');
  if (!normal.ok) return normal;
  const studentT = simulated(STUDENT_T);
  if (!studentT.ok) return studentT;
  const process = eBacktest(forecasts, confidence);
  if (!process.ok) return process;
  const peakEvidence = process.value.reduce((peak, { wealth }) => Math.max(peak, wealth), 1);
  return success({
    confidence,
    days: forecasts.length,
    exceptions,
    expectedExceptions: forecasts.length * tail,
    kupiecPValue: coverage.value.pValue,
    independencePValue: clusters.value.independence.pValue,
    conditionalCoveragePValue: clusters.value.conditionalCoverage.pValue,
    worstZone: light.value.zone,
    worstYearExceptions,
    z2: shortfall.value.z2,
    z2CriticalNormal: criticalZ2(normal.value, SIGNIFICANCE),
    z2CriticalStudentT: criticalZ2(studentT.value, SIGNIFICANCE),
    z2PValueStudentT: pValueOfZ2(studentT.value, shortfall.value.z2),
    peakEvidence,
    evidence: eState(peakEvidence),
  });
}

/** Most exceptions among any `window` days in a row. */
export function mostInWindow(isException: readonly boolean[], window: number): number {
  let inside = 0;
  let most = 0;
  isException.forEach((exception, t) => {
    if (exception) inside += 1;
    if (t >= window && isException[t - window] === true) inside -= 1;
    most = Math.max(most, inside);
  });
  return most;
}
