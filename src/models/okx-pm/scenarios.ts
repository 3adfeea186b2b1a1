import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import { secondsToDays } from '../../domain/time.js';
import type { CubeSpec, OptionTerms } from '../model.js';
import { ruleOf, type OkxPmParameters } from './parameters.js';

/** Up first: the venue names it among equal cells. */
const VOLATILITY_MOVES = ['UP', 'NONE', 'DOWN'] as const;
type VolatilityMove = (typeof VOLATILITY_MOVES)[number];

/** Steps of the spot move, in the order in which the venue lists them: 0 and three up and down. */
const SPOT_STEPS = [0, 1, -1, 2, -2, 3, -3];

/** MR1's cells come first, volatility-major; MR6's two extreme moves follow. */
export const MR1_CELL_COUNT = VOLATILITY_MOVES.length * SPOT_STEPS.length;

interface Cell {
  readonly spotMove: number;
  readonly volatility: VolatilityMove;
  readonly isExtreme: boolean;
  /** Names the move where underlyings move by different ones. */
  readonly step: string;
}

function cells(moves: readonly number[], extreme: number): Cell[] {
  const standard = VOLATILITY_MOVES.flatMap((volatility) =>
    SPOT_STEPS.map((step) => ({
      spotMove: Math.sign(step) * (moves[Math.abs(step) - 1] ?? 0),
      volatility,
      isExtreme: false,
      step: `spot step ${step > 0 ? '+' : ''}${String(step)} ${volatility === 'NONE' ? 'vol unchanged' : `vol ${volatility.toLowerCase()}`}`,
    })),
  );
  const far = [extreme, -extreme].map((spotMove, index) => ({
    spotMove,
    volatility: 'NONE' as const,
    isExtreme: true,
    step: `spot ${index === 0 ? '+' : '-'}extreme`,
  }));
  return [...standard, ...far];
}

function cellsOf(parameters: OkxPmParameters, underlying: string): Cell[] | undefined {
  const moves = ruleOf(parameters.spotMoves, underlying);
  const extreme = ruleOf(parameters.extremeMove, underlying);
  return moves === undefined || extreme === undefined ? undefined : cells(moves, extreme);
}

/** Cells of one underlying with its own moves; nothing for one that the parameters do not name. */
export function unitLabels(parameters: OkxPmParameters, underlying: string): ScenarioLabel[] | undefined {
  return cellsOf(parameters, underlying)?.map(({ spotMove, volatility, isExtreme }) => ({
    label: `${scenarioName(spotMove, volatility)}${isExtreme ? ' (extreme)' : ''}`,
    family: isExtreme ? 'extreme' : 'grid',
    spotShock: spotMove,
    volShock: volatility,
  }));
}

/** One factor row per underlying of the market, because moves differ. */
export function okxCube(parameters: OkxPmParameters, market: Market): CubeSpec {
  const steps = cells([0, 0, 0], 0);
  const rows = market.table.underlyings.map((name) => (cellsOf(parameters, name) ?? steps).map(cellShock));
  return {
    scenarios: buildScenarioSet(
      'okx-pm',
      steps.map(({ step, volatility, isExtreme }) => ({
        label: step,
        family: isExtreme ? 'extreme' : 'grid',
        spotShock: 0,
        volShock: volatility,
      })),
      rows.length === 0 ? [steps.map(() => NO_SHOCK)] : rows,
    ),
    discounted: false,
    factorRow: (underlying) => underlying,
    shockFactors: (option) => ({ term: relativeShock(parameters, option), skew: 0, smile: 0 }),
    weight: () => 1,
  };
}

const VOLATILITY_SIGN = { UP: 1, NONE: 0, DOWN: -1 } as const;

function cellShock({ spotMove, volatility }: Cell): Shock {
  return { ...NO_SHOCK, spotFactor: 1 + spotMove, volShock: VOLATILITY_SIGN[volatility] };
}

/** A shock in points is a relative one of points over the volatility. */
function relativeShock({ volatilityPoints }: OkxPmParameters, option: OptionTerms): number {
  const days = secondsToDays(option.secondsToExpiry);
  const tenor = volatilityPoints.find(({ toDays }) => days <= toDays) ?? volatilityPoints.at(-1);
  return tenor === undefined || !(option.volatility > 0) ? 0 : tenor.points / option.volatility;
}
