import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import type { CubeSpec } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import type { TimsParameters } from './parameters.js';

type ClassRule = TimsParameters['classes'][string];

/** Ten valuation points (published): equal steps to the end of the range, five on each side. */
const STEPS_PER_SIDE = 5;
const STEPS = Array.from({ length: 2 * STEPS_PER_SIDE }, (_, i) =>
  i < STEPS_PER_SIDE ? i - STEPS_PER_SIDE : i - STEPS_PER_SIDE + 1,
);

export function classRule({ classes }: TimsParameters, underlying: string): ClassRule | undefined {
  return ownEntry(classes, underlying) ?? ownEntry(classes, '*');
}

/** Every underlying has a factor row of its own, because ranges differ; volatility stands still. */
export function timsCube(parameters: TimsParameters, market: Market): CubeSpec {
  const rules = market.table.underlyings.map((name) => classRule(parameters, name));
  const rows = rules.map((rule) =>
    STEPS.map((step): Shock => ({
      ...NO_SHOCK,
      spotFactor: 1 + (rule === undefined ? 0 : moveOf(rule, step)),
    })),
  );
  const [first] = rules;
  const isOneRange = rules.every(
    (rule) => rule?.rangeDown === first?.rangeDown && rule?.rangeUp === first?.rangeUp,
  );
  const labels = STEPS.map((step) => pointLabel(step, isOneRange ? first : undefined));
  return {
    scenarios: buildScenarioSet('tims', labels, rows.length === 0 ? [STEPS.map(() => NO_SHOCK)] : rows),
    discounted: false,
    factorRow: (underlying) => underlying,
    shockFactors: () => ({ term: 0, skew: 0, smile: 0 }),
    weight: () => 1,
  };
}

function moveOf({ rangeDown, rangeUp }: ClassRule, step: number): number {
  return (step / STEPS_PER_SIDE) * (step < 0 ? rangeDown : rangeUp);
}

function pointLabel(step: number, rule: ClassRule | undefined): ScenarioLabel {
  const common = { family: 'valuation point', volShock: 'NONE' };
  if (rule === undefined) {
    const share = `${step > 0 ? '+' : ''}${String((step / STEPS_PER_SIDE) * 100)}%`;
    return { ...common, label: `spot ${share} of range vol unchanged`, spotShock: 0 };
  }
  const spotShock = moveOf(rule, step);
  return { ...common, label: scenarioName(spotShock, 'NONE'), spotShock };
}
