import type { MarginEngine } from '../../engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../engine/margin-engine-types.js';
import { success, type Outcome } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import type { LinearSolver } from './linear-program.js';

/** Margins from scratch, by the path that enforces them, and the trades between them. */
export interface PlanCalculator {
  margin(portfolio: Portfolio): Outcome<MarginReport>;
  /** With the vectors of its positions. */
  marginWithVectors(portfolio: Portfolio): Outcome<MarginReport>;
  /** The book after trades. */
  traded(portfolio: Portfolio, legs: readonly Leg[]): Outcome<Portfolio>;
}

/** The calculator of a plan on one market. */
export function planCalculator(
  engine: MarginEngine,
  base: { readonly model: ResolvedModel; readonly market: Market },
  allowApproximations = false,
): PlanCalculator {
  const margin = (portfolio: Portfolio, includePositionVectors: boolean): Outcome<MarginReport> => {
    const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations, includePositionVectors };
    const [outcome] = engine.calculate({ ...base, portfolios: [portfolio], options });
    if (outcome === undefined) throw new Error('the engine gave no outcome for a portfolio');
    return outcome;
  };
  return {
    margin: (portfolio) => margin(portfolio, false),
    marginWithVectors: (portfolio) => margin(portfolio, true),
    traded: (portfolio, legs) => engine.traded({ ...base, portfolio, legs }),
  };
}

/** The margin after all trades. */
export function marginAfter(
  calculator: PlanCalculator,
  portfolio: Portfolio,
  legs: readonly Leg[],
): Outcome<MarginReport> {
  const traded = calculator.traded(portfolio, legs);
  return traded.ok ? calculator.margin(traded.value) : traded;
}

/** The margins after each of the trades, which are done in their order. */
export function marginsAlong(
  calculator: PlanCalculator,
  portfolio: Portfolio,
  legs: readonly Leg[],
): Outcome<MarginReport[]> {
  const states: MarginReport[] = [];
  let book = portfolio;
  for (const leg of legs) {
    const traded = calculator.traded(book, [leg]);
    if (!traded.ok) return traded;
    book = traded.value;
    const state = calculator.margin(book);
    if (!state.ok) return state;
    states.push(state.value);
  }
  return success(states);
}

/** A plan was stopped between two margins or two linear programs. */
export class PlanStopped extends Error {
  override readonly name = 'PlanStopped';
}

/** The calculator and the solver, until they are stopped: from then on they throw PlanStopped instead of another result. */
export function untilStopped(
  calculator: PlanCalculator,
  solver: LinearSolver,
  isStopped: () => boolean,
): { readonly calculator: PlanCalculator; readonly solver: LinearSolver } {
  const asked =
    <Arguments extends unknown[], Result>(calculate: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      if (isStopped()) throw new PlanStopped();
      return calculate(...given);
    };
  return {
    calculator: {
      margin: asked((portfolio) => calculator.margin(portfolio)),
      marginWithVectors: asked((portfolio) => calculator.marginWithVectors(portfolio)),
      traded: (portfolio, legs) => calculator.traded(portfolio, legs),
    },
    solver: asked(solver),
  };
}
