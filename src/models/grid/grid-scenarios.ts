import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { CubeSpec, OptionTerms } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import type { GridParameters } from './parameters.js';

/** One row of the grid: a price move and a volatility move. */
interface GridCell {
  /** Share of the range for the grid, relative move for a far move. */
  readonly price: number;
  readonly isFar: boolean;
  readonly volatility: string;
  readonly volShock: number;
  readonly volFloor: number;
  readonly weight: number;
}

/** Price-major, volatility minor, then the far moves. */
export function gridCells({ prices, volatility, farMoves }: GridParameters): GridCell[] {
  const grid = prices.flatMap((price) =>
    volatility.moves.map(({ name, shock, floor }) => ({
      price,
      isFar: false,
      volatility: name,
      volShock: shock,
      volFloor: floor,
      weight: 1,
    })),
  );
  const far = farMoves.map(({ move, volatility: name, weight }) => {
    const vol = volatility.moves.find((candidate) => candidate.name === name);
    return {
      price: move,
      isFar: true,
      volatility: name,
      volShock: vol?.shock ?? 0,
      volFloor: vol?.floor ?? 0,
      weight,
    };
  });
  return [...grid, ...far];
}

export function rangeOf(parameters: GridParameters, underlying: string): number | undefined {
  return ownEntry(parameters.range, underlying) ?? ownEntry(parameters.range, '*');
}

/** Every underlying has a factor row of its own, because ranges differ. */
export function gridCube(parameters: GridParameters, market: Market): CubeSpec {
  const cells = gridCells(parameters);
  const ranges = market.table.underlyings.map((name) => rangeOf(parameters, name));
  const known = ranges.filter((range) => range !== undefined);
  const oneRange = known.every((range) => range === known[0]) ? known[0] : undefined;
  const rows = ranges.map((range) => cells.map((cell) => cellShock(cell, range)));
  return {
    scenarios: buildScenarioSet(
      'grid',
      cells.map((cell) => cellLabel(cell, oneRange)),
      rows.length === 0 ? [cells.map(() => NO_SHOCK)] : rows,
    ),
    discounted: false,
    factorRow: (underlying) => underlying,
    shockFactors: (option) => ({ term: termFactor(parameters, option), skew: 0, smile: 0 }),
    weight: (_underlying, scenario) => cells[scenario]?.weight ?? 1,
  };
}

/** An underlying without a range is refused when a book holds it; its row moves nothing. */
function cellShock(cell: GridCell, range: number | undefined): Shock {
  if (range === undefined) return NO_SHOCK;
  const move = cell.isFar ? cell.price : cell.price * range;
  return { ...NO_SHOCK, spotFactor: 1 + move, volShock: cell.volShock, volFloor: cell.volFloor };
}

function cellLabel(cell: GridCell, range: number | undefined): ScenarioLabel {
  const family = cell.isFar ? 'far' : 'grid';
  const volShock = cell.volatility;
  if (cell.isFar || range !== undefined) {
    const spotShock = cell.isFar ? cell.price : cell.price * (range ?? NaN);
    return {
      label: `${scenarioName(spotShock, volShock)}${cell.isFar ? ' (far)' : ''}`,
      family,
      spotShock,
      volShock,
    };
  }
  const share = Number((cell.price * 100).toFixed(4));
  return {
    label: `spot ${String(share)}% of range vol ${volShock.toLowerCase()}`,
    family,
    spotShock: 0,
    volShock,
  };
}

/** A shock in points is a relative one of points over the volatility. */
function termFactor({ volatility }: GridParameters, option: OptionTerms): number {
  const term = volatilityTermFactor(volatility, option.secondsToExpiry);
  return volatility.kind === 'RELATIVE' ? term : term / option.volatility;
}
