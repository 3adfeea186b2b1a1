import type { Outcome } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS, type ReportOptions } from '../../src/engine/margin-engine-types.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveModel, type ResolvedModel } from '../../src/models/catalogue.js';

export function model(name: string, overrides?: unknown): ResolvedModel {
  const resolved = resolveModel(overrides === undefined ? { name } : { name, overrides });
  if (!resolved.ok) throw new Error(`${resolved.failure.field}: ${resolved.failure.message}`);
  return resolved.value;
}

type MarginCall = readonly [
  market: Market,
  model: ResolvedModel,
  portfolio: Portfolio,
  options?: Partial<ReportOptions>,
];

/** Margins of single books on these kernels. */
export function marginsOn(kernels: Kernels): {
  readonly outcomeOf: (...call: MarginCall) => Outcome<MarginReport>;
  /** Throws the failure. */
  readonly reportOf: (...call: MarginCall) => MarginReport;
} {
  const engine = new MarginEngine(kernels);
  const outcomeOf = (...[market, by, portfolio, options = {}]: MarginCall): Outcome<MarginReport> => {
    const [outcome] = engine.calculate({
      model: by,
      market,
      portfolios: [portfolio],
      options: { ...DEFAULT_REPORT_OPTIONS, ...options },
    });
    if (outcome === undefined) throw new Error('no outcome');
    return outcome;
  };
  return {
    outcomeOf,
    reportOf: (...call) => {
      const outcome = outcomeOf(...call);
      if (outcome.ok) return outcome.value;
      const { reason, field, message } = outcome.failure;
      throw new Error(`${reason} ${field}: ${message}`);
    },
  };
}

/** On the twins of the kernels, which are their oracle. */
export const { outcomeOf, reportOf } = marginsOn(createReferenceKernels());
