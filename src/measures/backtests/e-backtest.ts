/**
 * An e-process of expected shortfall: a bet against the forecasts that is fair while they are right, so that at any time the
 * probability of ever having reached M is at most 1/M. Q. Wang, R. Wang and J. Ziegel, "E-backtesting" (2022).
 *
 * Only for losses that do not overlap: right forecasts of a day stamped every hour reach 10 in every second year.
 */
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';

export interface EForecast {
  /** Positive = loss. */
  readonly loss: number;
  readonly valueAtRisk: number;
  /** Above `valueAtRisk`. */
  readonly expectedShortfall: number;
}

export interface EStep {
  /** (L - VaR)+ / ((1 - p)(ES - VaR)), of mean at most 1 while the forecasts are right. */
  readonly e: number;
  /** Share of the wealth that was bet, from earlier steps alone. */
  readonly bet: number;
  /** The process after the step. */
  readonly wealth: number;
}

/** Never bet more than half. */
const BET_MAX = 0.5;

export const E_WATCH = 2;
export const E_AMBER = 10;
export const E_RED = 100;
export type EState = 'NONE' | 'WATCH' | 'AMBER' | 'RED';

/**
 * The process, step by step; it starts with 1. The bet is mean(e - 1) / mean((e - 1)^2) over earlier steps, in [0, 1/2], and 0 at the
 * first.
 *
 * @param confidence that the forecasts are for, in (0, 1)
 */
export function eBacktest(forecasts: readonly EForecast[], confidence: number): Outcome<readonly EStep[]> {
  if (!(confidence > 0 && confidence < 1)) {
    return failure(
      'INVALID_PARAMETER',
      'confidence',
      `Expected a number in (0, 1) but received ${confidence}`,
    );
  }
  const steps: EStep[] = [];
  let sum = 0;
  let squares = 0;
  let wealth = 1;
  for (const [i, { loss, valueAtRisk, expectedShortfall }] of forecasts.entries()) {
    const spread = expectedShortfall - valueAtRisk;
    if (!(Number.isFinite(loss) && Number.isFinite(valueAtRisk) && spread > 0 && spread < Infinity)) {
      return failure(
        'INVALID_VALUE',
        `forecasts[${i}]`,
        `Expected finite numbers and a shortfall above the value at risk but received ${loss}, ${valueAtRisk}, ${expectedShortfall}`,
      );
    }
    const e = Math.max(0, loss - valueAtRisk) / ((1 - confidence) * spread);
    const bet = squares > 0 ? Math.min(BET_MAX, Math.max(0, sum / squares)) : 0;
    wealth *= 1 - bet + bet * e;
    sum += e - 1;
    squares += (e - 1) ** 2;
    steps.push({ e, bet, wealth });
  }
  return success(steps);
}

/** What a wealth says: averaged over books it is an e-process again. */
export function eState(wealth: number): EState {
  if (wealth >= E_RED) return 'RED';
  if (wealth >= E_AMBER) return 'AMBER';
  return wealth >= E_WATCH ? 'WATCH' : 'NONE';
}
