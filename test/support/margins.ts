import type { Outcome } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS, type ReportOptions } from '../../src/engine/margin-engine-types.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveModel, type ResolvedModel } from '../../src/models/catalogue.js';

const engine = new MarginEngine(createReferenceKernels());

export function model(name: string, overrides?: unknown): ResolvedModel {
  const resolved = resolveModel(overrides === undefined ? { name } : { name, overrides });
  if (!resolved.ok) throw new Error(`${resolved.failure.field}: ${resolved.failure.message}`);
  return resolved.value;
}

export function outcomeOf(
  market: Market,
  resolved: ResolvedModel,
  portfolio: Portfolio,
  options: Partial<ReportOptions> = {},
): Outcome<MarginReport> {
  const [outcome] = engine.calculate({
    model: resolved,
    market,
    portfolios: [portfolio],
    options: { ...DEFAULT_REPORT_OPTIONS, ...options },
  });
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

export function reportOf(...call: Parameters<typeof outcomeOf>): MarginReport {
  const outcome = outcomeOf(...call);
  if (!outcome.ok)
    throw new Error(`${outcome.failure.reason} ${outcome.failure.field}: ${outcome.failure.message}`);
  return outcome.value;
}
