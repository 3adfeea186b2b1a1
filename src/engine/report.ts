import { failure, success, type Outcome } from '../domain/outcome.js';
import type { MarginReport, PositionVector, ScenarioPnl } from '../domain/report.js';
import type { Kernels } from '../kernel/kernels.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { ModelResult } from '../models/model.js';
import { contributions } from './contributions.js';
import { bookGreeks } from './greeks.js';
import type { ReportOptions } from './margin-engine-types.js';
import { unitPnl, type CubePlan, type RepricedMarket } from './repriced-market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import type { Valuation } from './valuation.js';

/** Everything that one calculation rests on. */
export interface ReportContext {
  readonly kernels: Kernels;
  readonly model: ResolvedModel;
  readonly market: Market;
  readonly valuation: Valuation;
  readonly plan: CubePlan;
  readonly repriced: RepricedMarket;
  readonly options: ReportOptions;
}

/** Turns a model's result into a report, and refuses what must not leave: unavailable components and non-finite numbers. */
export function buildReport(
  context: ReportContext,
  portfolio: ResolvedPortfolio,
  result: ModelResult,
): Outcome<MarginReport> {
  const { model, market, options } = context;
  const refused = refusedResult(context, result);
  if (refused !== undefined) return refused;
  const unavailable = unavailableNames(result);
  const { equity, initialMargin, maintenanceMargin } = result;
  const report: Mutable<MarginReport> = {
    accountId: portfolio.accountId,
    model: model.id,
    modelVersion: model.version,
    parameterSet: model.parameterSet,
    parameterHash: model.parameterHash,
    epoch: market.epoch,
    snapshotTimeMs: market.timeMs,
    marketHash: market.hash,
    currency: result.currency,
    equity,
    markToMarket: result.markToMarket,
    initialMargin,
    maintenanceMargin,
    initialExcess: result.initialExcess,
    maintenanceExcess: result.maintenanceExcess,
    components: result.components.map(({ name, initial, maintenance, quality }) => ({
      name,
      initial,
      maintenance,
      quality,
    })),
    quality: result.quality,
    greeks: bookGreeks(portfolio.positions, market, context.valuation, context.repriced),
    warnings: [
      ...model.warnings,
      ...result.warnings,
      ...unavailable.map((name) => `${name} is not public and counts as 0`),
    ],
    isa: context.kernels.isa,
  };
  if (equity > 0) report.marginRatio = maintenanceMargin / equity;
  if (result.bindingScenario !== undefined) report.bindingScenario = result.bindingScenario;
  if (result.dataConfidence !== undefined) report.dataConfidence = result.dataConfidence;
  if (result.tailStatistics !== undefined) report.tailStatistics = result.tailStatistics;
  if (options.includeScenarioVector) report.scenarioVector = scenarioVector(context, result);
  if (options.includePositionVectors) report.positionVectors = positionVectors(context, portfolio);
  if (options.includeContributions === true)
    report.contributions = contributions(market, portfolio.positions, result);
  return success(report);
}

/** Why a result must not leave the engine; undefined where it may. */
export function refusedResult(
  { model, options }: Pick<ReportContext, 'model' | 'options'>,
  result: ModelResult,
): ReturnType<typeof failure> | undefined {
  const unavailable = unavailableNames(result);
  if (unavailable.length > 0 && !options.allowApproximations) {
    return failure(
      'UNAVAILABLE_COMPONENT',
      '',
      `Expected published rules for every component but ${unavailable.join(', ')} of ${model.id} is not public; allow approximations to count it as 0`,
    );
  }
  const { initialMargin, maintenanceMargin } = result;
  if (!areAllFinite(result) || !(initialMargin >= 0) || !(maintenanceMargin >= 0)) {
    return failure('INTERNAL', '', `${model.id} gave a margin that is not a finite number >= 0`);
  }
  return undefined;
}

function unavailableNames({ components }: ModelResult): readonly string[] {
  const names: string[] = [];
  for (const { name, quality } of components) if (quality === 'UNAVAILABLE') names.push(name);
  return names;
}

function areAllFinite(result: ModelResult): boolean {
  const { equity, markToMarket, initialMargin, maintenanceMargin, components, scenarioPnl } = result;
  if (!Number.isFinite(equity) || !Number.isFinite(markToMarket)) return false;
  if (!Number.isFinite(initialMargin) || !Number.isFinite(maintenanceMargin)) return false;
  for (const { initial, maintenance } of components)
    if (!Number.isFinite(initial) || !Number.isFinite(maintenance)) return false;
  for (const pnl of scenarioPnl) if (!Number.isFinite(pnl)) return false;
  return true;
}

/** A report while it is put together: optional fields are set, because conditional spreads are slow in every book. */
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function scenarioVector(context: ReportContext, result: ModelResult): ScenarioPnl[] {
  const labels = result.scenarioLabels ?? context.repriced.spec.scenarios.labels;
  return Array.from(result.scenarioPnl, (pnl, index) => {
    const label = labels[index];
    if (label === undefined) throw new RangeError(`No label for scenario ${String(index)}`);
    return { ...label, pnl };
  });
}

function positionVectors(context: ReportContext, portfolio: ResolvedPortfolio): PositionVector[] {
  const { market, repriced } = context;
  const { count } = repriced.spec.scenarios.columns;
  return portfolio.positions.map(({ instrument, quantity }) => {
    const underlying = market.columns.underlying[instrument] ?? 0;
    const pnl = Array.from(
      { length: count },
      (_, scenario) =>
        quantity * unitPnl(repriced, instrument, scenario) * repriced.spec.weight(underlying, scenario),
    );
    return { instrument: market.table.instruments[instrument]?.name ?? '', pnl };
  });
}
