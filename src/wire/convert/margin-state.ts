import type { MarginNumbers } from '../../domain/simulation.js';
import type { MarginState } from '../../gen/margincube/v1/MarginState.js';
import { componentToMessage } from './report.js';

/** The main numbers of a book at one point as their message. */
export function stateToMessage(numbers: MarginNumbers, includeComponents: boolean): MarginState {
  const { equity, maintenanceMargin, bindingScenario } = numbers;
  const state: MarginState = {
    equity,
    initialMargin: numbers.initialMargin,
    maintenanceMargin,
    initialExcess: numbers.initialExcess,
    maintenanceExcess: numbers.maintenanceExcess,
    available: Math.max(0, numbers.initialExcess),
    health: healthOf(numbers),
  };
  if (equity > 0) state.marginRatio = maintenanceMargin / equity;
  if (bindingScenario !== undefined) state.bindingScenario = bindingScenario;
  if (includeComponents) state.components = numbers.components.map(componentToMessage);
  return state;
}

/** after - before, number by number; no health. */
export function changeToMessage(before: MarginNumbers, after: MarginNumbers): MarginState {
  return {
    equity: after.equity - before.equity,
    initialMargin: after.initialMargin - before.initialMargin,
    maintenanceMargin: after.maintenanceMargin - before.maintenanceMargin,
    initialExcess: after.initialExcess - before.initialExcess,
    maintenanceExcess: after.maintenanceExcess - before.maintenanceExcess,
    available: Math.max(0, after.initialExcess) - Math.max(0, before.initialExcess),
    ...(before.equity > 0 && after.equity > 0
      ? { marginRatio: after.maintenanceMargin / after.equity - before.maintenanceMargin / before.equity }
      : {}),
  };
}

/** Steps of the ladder that margins alone can tell. */
export type HealthOfMargins =
  'MARGIN_HEALTH_OK' | 'MARGIN_HEALTH_RESTRICTED' | 'MARGIN_HEALTH_LIQUIDATE' | 'MARGIN_HEALTH_INSOLVENT';

/** What the margins alone say; calls and backstops are decisions of who keeps the account. */
export function healthOf({ equity, initialExcess, maintenanceExcess }: MarginNumbers): HealthOfMargins {
  if (initialExcess >= 0) return 'MARGIN_HEALTH_OK';
  if (maintenanceExcess >= 0) return 'MARGIN_HEALTH_RESTRICTED';
  return equity < 0 ? 'MARGIN_HEALTH_INSOLVENT' : 'MARGIN_HEALTH_LIQUIDATE';
}
