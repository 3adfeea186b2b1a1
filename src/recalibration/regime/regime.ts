/** Which state the market is in: up at once, down one step at a time and only after days below (market-and-risk.md 7.2). */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { E_AMBER, E_RED } from '../../measures/backtests/e-backtest.js';
import { cusumStep, ratioIncrement, HOUSE_RATIO_TEST, type RatioTest } from './cusum.js';

export const REGIMES = ['CALM', 'ELEVATED', 'STRESS', 'CRISIS'] as const;
export type Regime = (typeof REGIMES)[number];

/** When a regime begins and ends. */
export interface RegimeTerms {
  readonly test: RatioTest;
  /** Fast over slow volatility at which STRESS and CRISIS begin. */
  readonly stressRatio: number;
  readonly crisisRatio: number;
  /** Share of an entry ratio below which the regime is being left: the other edge of the hysteresis. */
  readonly exitShare: number;
  /** Time below without a break before one step down. */
  readonly daysBelow: number;
}

/** Its false alarms are simulated by `test/recalibration/regime.test.ts` and stated in the room's README. */
export const HOUSE_REGIME: RegimeTerms = {
  test: HOUSE_RATIO_TEST,
  stressRatio: 2,
  crisisRatio: 3,
  exitShare: 0.8,
  daysBelow: 3,
};

/** What the detector reads; what is absent is missing, and a missing signal holds the regime. */
export interface RegimeSignals {
  readonly timeSeconds: number;
  /** Return over the volatility that was expected before it. */
  readonly standardisedReturn?: number | undefined;
  /** Fast over slow volatility. */
  readonly volatilityRatio?: number | undefined;
  /** Wealth of the e-process against the margins in force. */
  readonly evidence?: number | undefined;
}

export interface RegimeState {
  readonly regime: Regime;
  /** Of the likelihood-ratio sum. */
  readonly sum: number;
  /** Time of the last signals, seconds since 1970. */
  readonly timeSeconds: number;
  /** Since when the signals have stood below the regime without a break; absent while they do not. */
  readonly belowSinceSeconds?: number;
}

export function firstRegime(timeSeconds: number): RegimeState {
  return { regime: 'CALM', sum: 0, timeSeconds };
}

const DAY_SECONDS = 86_400;

/** The sum stops here, in thresholds: an alarm ends soon after its cause. */
const SUM_MAX_THRESHOLDS = 2;

/** The next state; a clock that went back and numbers that are none are failures and change nothing. */
export function nextRegime(
  state: RegimeState,
  signals: RegimeSignals,
  terms: RegimeTerms = HOUSE_REGIME,
): Outcome<RegimeState> {
  const refused = refuse(state, signals);
  if (refused !== undefined) return refused;
  const { timeSeconds, standardisedReturn, volatilityRatio, evidence } = signals;
  const { belowSinceSeconds, ...held } = state;
  // Nobody knows whether it is calmer: neither the regime nor the time below goes on.
  if (standardisedReturn === undefined || volatilityRatio === undefined)
    return success({ ...held, timeSeconds });
  const { test, exitShare } = terms;
  const step = cusumStep(state.sum, ratioIncrement(standardisedReturn, test), test.threshold);
  const sum = Math.min(step.sum, SUM_MAX_THRESHOLDS * test.threshold);
  const level = (share: number): number =>
    levelOf(sum > share * test.threshold, volatilityRatio / share, evidence ?? 0, terms);
  const now = REGIMES.indexOf(state.regime);
  const entered = level(1);
  const next = { sum, timeSeconds };
  if (entered > now) return success({ ...next, regime: regimeAt(entered) });
  if (now === 0 || level(exitShare) >= now) return success({ ...next, regime: state.regime });
  const since = belowSinceSeconds ?? timeSeconds;
  return timeSeconds - since >= terms.daysBelow * DAY_SECONDS
    ? success({ ...next, regime: regimeAt(now - 1), belowSinceSeconds: timeSeconds })
    : success({ ...next, regime: state.regime, belowSinceSeconds: since });
}

function levelOf(isAlarm: boolean, ratio: number, evidence: number, terms: RegimeTerms): number {
  if (ratio >= terms.crisisRatio) return REGIMES.indexOf('CRISIS');
  if (ratio >= terms.stressRatio || evidence >= E_RED) return REGIMES.indexOf('STRESS');
  return isAlarm || evidence >= E_AMBER ? REGIMES.indexOf('ELEVATED') : REGIMES.indexOf('CALM');
}

function regimeAt(index: number): Regime {
  return REGIMES[index] ?? 'CRISIS';
}

function refuse(state: RegimeState, signals: RegimeSignals): Outcome<never> | undefined {
  if (!(signals.timeSeconds >= state.timeSeconds)) {
    const what = `a time at or after the last, ${String(state.timeSeconds)},`;
    return failure('INVALID_VALUE', 'timeSeconds', expected(what, 'timeSeconds', signals.timeSeconds));
  }
  for (const field of ['standardisedReturn', 'volatilityRatio', 'evidence'] as const) {
    const value = signals[field];
    if (value !== undefined && !Number.isFinite(value))
      return failure('INVALID_VALUE', field, expected('a finite number', field, value));
  }
  return undefined;
}
