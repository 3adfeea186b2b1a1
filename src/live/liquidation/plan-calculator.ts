import type { MarginEngine } from '../../engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../engine/margin-engine-types.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg, PathMargin } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';

/** Margins from scratch, by the path that enforces them. */
export interface PlanCalculator {
  /** With the vectors of its positions. */
  margin(portfolio: Portfolio): Outcome<MarginReport>;
  path(portfolio: Portfolio, legs: readonly Leg[]): Outcome<PathMargin>;
}

/** The calculator of a plan on one market. */
export function planCalculator(
  engine: MarginEngine,
  base: { readonly model: ResolvedModel; readonly market: Market },
  allowApproximations = false,
): PlanCalculator {
  const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations };
  return {
    margin(portfolio) {
      const withVectors = { ...options, includePositionVectors: true };
      const [outcome] = engine.calculate({ ...base, portfolios: [portfolio], options: withVectors });
      if (outcome === undefined) throw new Error('the engine gave no outcome for a portfolio');
      return outcome;
    },
    path: (portfolio, legs) => engine.path({ ...base, portfolio, legs, options }),
  };
}

/** A plan was stopped between two margins. */
export class PlanStopped extends Error {
  override readonly name = 'PlanStopped';
}

/** The calculator, until it is stopped: from then on it throws PlanStopped instead of another margin. */
export function untilStopped(calculator: PlanCalculator, isStopped: () => boolean): PlanCalculator {
  const ask = (): void => {
    if (isStopped()) throw new PlanStopped();
  };
  return {
    margin(portfolio) {
      ask();
      return calculator.margin(portfolio);
    },
    path(portfolio, legs) {
      ask();
      return calculator.path(portfolio, legs);
    },
  };
}
