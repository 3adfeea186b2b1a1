import { buildScenarioSet, NO_SHOCK } from '../../scenarios/build-set.js';
import type { CubeSpec } from '../model.js';

/** For models that margin each position by a formula: one scenario in which nothing moves. */
export function noCube(id: string): CubeSpec {
  const unmoved = { label: 'unchanged', family: 'none', spotShock: 0, volShock: 'NONE' };
  return {
    scenarios: buildScenarioSet(id, [unmoved], [[NO_SHOCK]]),
    discounted: false,
    factorRow: () => 0,
    shockFactors: () => ({ term: 0, skew: 0, smile: 0 }),
    weight: () => 1,
  };
}
