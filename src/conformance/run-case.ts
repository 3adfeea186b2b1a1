import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel, type ModelReference } from '../models/catalogue.js';
import type { CaseResult, Check } from './case-result.js';

/** A published case in our terms. */
export interface RunnableCase {
  readonly name: string;
  readonly source: string;
  readonly model: ModelReference;
  readonly market: MarketSnapshot;
  readonly portfolio: Portfolio;
  /** Allow components whose rule is not public, for cases in which they are 0. */
  readonly allowApproximations?: boolean;
}

/** Margins the case and compares; a case that cannot be margined has failed. */
export function runCase(
  engine: MarginCalculator,
  runnable: RunnableCase,
  compare: (report: MarginReport) => readonly Check[],
): CaseResult {
  const { name, source } = runnable;
  const model = resolveModel(runnable.model);
  if (!model.ok)
    return { name, source, checks: [], error: `${model.failure.field}: ${model.failure.message}` };
  const market = resolveMarket(runnable.market);
  if (!market.ok)
    return { name, source, checks: [], error: `${market.failure.field}: ${market.failure.message}` };
  const [outcome] = engine.calculate({
    model: model.value,
    market: market.value,
    portfolios: [runnable.portfolio],
    options: {
      includeScenarioVector: true,
      includePositionVectors: true,
      allowApproximations: runnable.allowApproximations ?? false,
    },
  });
  if (outcome?.ok === true) {
    const { components } = outcome.value;
    return { name, source, checks: compare(outcome.value), components };
  }
  const error = outcome === undefined ? 'no outcome' : `${outcome.failure.field}: ${outcome.failure.message}`;
  return { name, source, checks: [], error };
}
