import { worstQuality, type Quality } from '../../domain/report.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import type { ComponentShares, ModelComponent, ModelInput, ModelResult } from '../model.js';
import { bindingScenario, type Worst } from './worst.js';

export function component(
  name: string,
  initial: number,
  maintenance: number,
  quality: Quality,
  shares?: () => ComponentShares,
): ModelComponent {
  if (shares === undefined) return { name, initial, maintenance, quality };
  return { name, initial, maintenance, quality, shares };
}

export function exact(
  name: string,
  initial: number,
  maintenance: number,
  shares?: () => ComponentShares,
): ModelComponent {
  return component(name, initial, maintenance, 'EXACT', shares);
}

/** A charge whose rule is not public: 0, and unavailable for a book that it could apply to. */
export function unpublished(name: string, applies: boolean): ModelComponent {
  return component(name, 0, 0, applies ? 'UNAVAILABLE' : 'EXACT');
}

/** What a scenario model has worked out. */
export interface ResultParts {
  readonly currency: string;
  readonly cash: number;
  readonly markToMarket: number;
  readonly components: readonly ModelComponent[];
  /** P&L of the account after the model's rules, one entry per reported scenario; a Float64Array becomes the result's own. */
  readonly scenarioPnl: ArrayLike<number>;
  readonly worst: Worst;
  /** Labels of `scenarioPnl` where they are not those of the scenario set. */
  readonly labels?: readonly ScenarioLabel[];
  /** Of the market data used; empty for a book that uses none. */
  readonly confidences: readonly number[];
  readonly warnings?: readonly string[];
}

/**
 * Adds up the components and names the binding scenario. A requirement is never negative; the excess keeps the venue's own
 * number, which may exceed equity where marks that allow arbitrage make a sum of parts negative.
 */
export function buildResult(input: ModelInput<unknown>, parts: ResultParts): ModelResult {
  const labels = parts.labels ?? input.scenarios.labels;
  const binding = bindingScenario(parts.worst, labels, parts.scenarioPnl.length);
  const { components, scenarioPnl, confidences } = parts;
  const equity = parts.markToMarket + parts.cash;
  let initial = 0;
  let maintenance = 0;
  let quality: Quality = 'EXACT';
  for (const part of components) {
    initial += part.initial;
    maintenance += part.maintenance;
    if (part.quality !== quality) quality = worstQuality([quality, part.quality]);
  }
  const result: { -readonly [Key in keyof ModelResult]: ModelResult[Key] } = {
    currency: parts.currency,
    equity,
    markToMarket: parts.markToMarket,
    components,
    initialMargin: notNegative(initial),
    maintenanceMargin: notNegative(maintenance),
    initialExcess: equity - initial,
    maintenanceExcess: equity - maintenance,
    scenarioPnl: scenarioPnl instanceof Float64Array ? scenarioPnl : Float64Array.from(scenarioPnl),
    quality,
    warnings: parts.warnings ?? [],
  };
  if (binding !== undefined) result.bindingScenario = binding;
  if (parts.labels !== undefined) result.scenarioLabels = parts.labels;
  if (confidences.length > 0) result.dataConfidence = Math.min(...confidences);
  return result;
}

/** NaN stays NaN, so that it is refused and not taken for 0. */
export function notNegative(requirement: number): number {
  return requirement < 0 ? 0 : requirement;
}
