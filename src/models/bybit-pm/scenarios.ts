import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { CubeSpec } from '../model.js';
import type { BybitPmParameters } from './parameters.js';

/** Order inside one price move, as in the venue's answers. */
const VOLATILITY_MOVES = ['UP', 'NONE', 'DOWN'] as const;

/** Price from lowest to highest, volatility minor. */
export function bybitCube({ priceRange, priceSteps, volatility }: BybitPmParameters): CubeSpec {
  const volShock = { UP: volatility?.up ?? 0, NONE: 0, DOWN: -(volatility?.down ?? 0) };
  const cells = Array.from({ length: 2 * priceSteps + 1 }, (_, i) => {
    const move = (priceRange * (i - priceSteps)) / priceSteps;
    return VOLATILITY_MOVES.map((name) => ({ move, name }));
  }).flat();
  return {
    scenarios: buildScenarioSet(
      'bybit-pm',
      cells.map(({ move, name }) => ({
        label: scenarioName(move, name),
        family: 'grid',
        spotShock: move,
        volShock: name,
      })),
      [
        cells.map(({ move, name }): Shock => ({
          ...NO_SHOCK,
          spotFactor: 1 + move,
          volShock: volShock[name],
        })),
      ],
    ),
    discounted: false,
    factorRow: () => 0,
    shockFactors: () => ({ term: 1, skew: 0, smile: 0 }),
    weight: () => 1,
  };
}
