import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel, ScenarioSet } from '../../scenarios/scenario-set.js';

/** One cell of a grid of spot and volatility moves. */
export interface SpotVolatilityCell {
  /** Spot multiplied by this. */
  readonly spotFactor: number;
  readonly volShock: 'UP' | 'DOWN' | 'NONE';
}

/** How far volatility moves, relative, before the term factor. */
export interface VolatilityRange {
  readonly rangeUp: number;
  readonly rangeDown: number;
  /** Floor of a volatility shocked up, annualised; none when absent. */
  readonly minVolUp?: number;
}

/** Two forward moves with volatility unchanged that follow the grid (`charges/basis.ts`). */
export interface BasisMoves {
  readonly spotFactorUp: number;
  readonly spotFactorDown: number;
}

export function volatilityShock(cell: SpotVolatilityCell, range: VolatilityRange): Shock {
  const { spotFactor } = cell;
  switch (cell.volShock) {
    case 'UP':
      return { ...NO_SHOCK, spotFactor, volShock: range.rangeUp, volFloor: range.minVolUp ?? 0 };
    case 'DOWN':
      return { ...NO_SHOCK, spotFactor, volShock: -range.rangeDown };
    case 'NONE':
      return { ...NO_SHOCK, spotFactor };
  }
}

/** A grid as the parameter file lists it, with the basis moves behind it where the model has them. */
export function spotVolatilityScenarios(
  id: string,
  cells: readonly SpotVolatilityCell[],
  range: VolatilityRange,
  basis?: BasisMoves,
): ScenarioSet {
  const labels: ScenarioLabel[] = cells.map(({ spotFactor, volShock }) => {
    const spotShock = spotFactor - 1;
    return { label: scenarioName(spotShock, volShock), family: 'grid', spotShock, volShock };
  });
  const shocks = cells.map((cell) => volatilityShock(cell, range));
  const moves = basis === undefined ? [] : basisRows(basis);
  return buildScenarioSet(
    id,
    [...labels, ...moves.map(({ label }) => label)],
    [[...shocks, ...moves.map(({ shock }) => shock)]],
  );
}

export function basisRows(basis: BasisMoves): { label: ScenarioLabel; shock: Shock }[] {
  return [basis.spotFactorUp, basis.spotFactorDown].map((spotFactor) => {
    const spotShock = spotFactor - 1;
    const label = `basis ${scenarioName(spotShock, 'NONE')}`;
    return {
      label: { label, family: 'basis', spotShock, volShock: 'NONE' },
      shock: { ...NO_SHOCK, spotFactor },
    };
  });
}
