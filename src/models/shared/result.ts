import { worstQuality, type MarginComponent, type Quality } from '../../domain/report.js';
import type { ModelInput, ModelResult } from '../model.js';
import { bindingScenario, type Worst } from './worst.js';

export function component(
  name: string,
  initial: number,
  maintenance: number,
  quality: Quality,
): MarginComponent {
  return { name, initial, maintenance, quality };
}

export function exact(name: string, initial: number, maintenance: number): MarginComponent {
  return component(name, initial, maintenance, 'EXACT');
}

/** What a scenario model has worked out. */
export interface ResultParts {
  readonly currency: string;
  readonly cash: number;
  readonly markToMarket: number;
  readonly components: readonly MarginComponent[];
  /** P&L of the account after the model's rules, one entry per reported scenario. */
  readonly scenarioPnl: ArrayLike<number>;
  readonly worst: Worst;
  /** Of the market data used; empty for a book that uses none. */
  readonly confidences: readonly number[];
  readonly warnings?: readonly string[];
}

/** Adds up the components and names the binding scenario. */
export function buildResult(input: ModelInput<unknown>, parts: ResultParts): ModelResult {
  const binding = bindingScenario(parts.worst, input.scenarios.labels, parts.scenarioPnl.length);
  return {
    currency: parts.currency,
    equity: parts.markToMarket + parts.cash,
    markToMarket: parts.markToMarket,
    components: parts.components,
    initialMargin: parts.components.reduce((sum, part) => sum + part.initial, 0),
    maintenanceMargin: parts.components.reduce((sum, part) => sum + part.maintenance, 0),
    ...(binding === undefined ? {} : { bindingScenario: binding }),
    scenarioPnl: Float64Array.from(parts.scenarioPnl),
    quality: worstQuality(parts.components.map((part) => part.quality)),
    ...(parts.confidences.length === 0 ? {} : { dataConfidence: Math.min(...parts.confidences) }),
    warnings: parts.warnings ?? [],
  };
}
