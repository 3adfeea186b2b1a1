import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { CubeSpec } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import type { DeribitCurrencyParameters, DeribitPmParameters } from './parameters.js';

/** Order of the volatility moves inside one price bucket. */
const VOLATILITY_MOVES = ['DOWN', 'NONE', 'UP'] as const;
export const VOLATILITY_MOVE_COUNT = VOLATILITY_MOVES.length;

/** Cells of the standard table: price-major, volatility minor. */
export function standardCellCount(parameters: DeribitPmParameters): number {
  return (2 * parameters.bucketsCount + 1) * VOLATILITY_MOVE_COUNT;
}

/** Relative price move of a cell for a currency, standard table first, then the extended moves. */
export function priceMove(
  parameters: DeribitPmParameters,
  currency: DeribitCurrencyParameters,
  cell: number,
): number {
  const standard = standardCellCount(parameters);
  if (cell >= standard) return parameters.extendedMoves[cell - standard] ?? NaN;
  const bucket = Math.floor(cell / VOLATILITY_MOVE_COUNT);
  return (currency.priceRange * (bucket - parameters.bucketsCount)) / parameters.bucketsCount;
}

/**
 * The risk matrix: 9 price moves x 3 volatility moves, then the extended moves with volatility up (margin-models.md 7).
 * Every margined currency of the market has a factor row of its own, because price ranges differ.
 */
export function deribitCube(parameters: DeribitPmParameters, market: Market): CubeSpec {
  const factorRows: Shock[][] = [];
  const rowOfUnderlying: number[] = [];
  const currencyOfUnderlying: (DeribitCurrencyParameters | undefined)[] = [];
  for (const name of market.table.underlyings) {
    const currency = ownEntry(parameters.currencies, name);
    currencyOfUnderlying.push(currency);
    rowOfUnderlying.push(currency === undefined ? 0 : factorRows.length);
    if (currency !== undefined) factorRows.push(cellShocks(parameters, currency));
  }
  const cells = standardCellCount(parameters) + parameters.extendedMoves.length;
  if (factorRows.length === 0) factorRows.push(Array.from({ length: cells }, () => NO_SHOCK));
  const first = currencyOfUnderlying.find((currency) => currency !== undefined);
  return {
    scenarios: buildScenarioSet('deribit-pm', cellLabels(parameters), factorRows),
    discounted: false,
    factorRow: (underlying) => rowOfUnderlying[underlying] ?? 0,
    shockFactors: (option) => ({
      term: volatilityTermFactor(
        vegaTerm(parameters, currencyOfUnderlying[option.underlying] ?? first),
        option.secondsToExpiry,
      ),
      skew: 0,
      smile: 0,
    }),
    weight: (underlying, cell) => {
      const currency = currencyOfUnderlying[underlying];
      return currency === undefined ? 1 : cellWeight(parameters, currency, cell);
    },
  };
}

/**
 * Extended cells are repriced at their full move and scaled down to it: factor x range/|m| x (1 + m)/(1 + sgn(m) range).
 * For a delta-one instrument this is exactly its cell at the end of the standard range. Standard cells have weight 1.
 */
export function cellWeight(
  parameters: DeribitPmParameters,
  currency: DeribitCurrencyParameters,
  cell: number,
): number {
  if (cell < standardCellCount(parameters)) return 1;
  const move = priceMove(parameters, currency, cell);
  const range = currency.priceRange;
  return (
    (currency.extendedTableFactor * (range / Math.abs(move)) * (1 + move)) / (1 + Math.sign(move) * range)
  );
}

function cellShocks(parameters: DeribitPmParameters, currency: DeribitCurrencyParameters): Shock[] {
  const cells = standardCellCount(parameters) + parameters.extendedMoves.length;
  return Array.from({ length: cells }, (_, cell) => {
    const spotFactor = 1 + priceMove(parameters, currency, cell);
    switch (volatilityMove(parameters, cell)) {
      case 'UP':
        return {
          ...NO_SHOCK,
          spotFactor,
          volShock: currency.volatilityRangeUp,
          volFloor: currency.minVolatilityForShockUp,
        };
      case 'DOWN':
        return { ...NO_SHOCK, spotFactor, volShock: -currency.volatilityRangeDown };
      case 'NONE':
        return { ...NO_SHOCK, spotFactor };
    }
  });
}

function volatilityMove(parameters: DeribitPmParameters, cell: number): (typeof VOLATILITY_MOVES)[number] {
  if (cell >= standardCellCount(parameters)) return 'UP';
  return VOLATILITY_MOVES[cell % VOLATILITY_MOVE_COUNT] ?? 'NONE';
}

/**
 * Labels of the cells for one currency; without one, in units of the price range, because currencies that are repriced
 * together have ranges of their own.
 */
export function cellLabels(
  parameters: DeribitPmParameters,
  currency?: DeribitCurrencyParameters,
): ScenarioLabel[] {
  const standard = standardCellCount(parameters);
  return Array.from({ length: standard + parameters.extendedMoves.length }, (_, cell) => {
    const volShock = volatilityMove(parameters, cell);
    const family = cell >= standard ? 'extended' : 'standard';
    if (currency !== undefined) {
      const spotShock = priceMove(parameters, currency, cell);
      return { label: scenarioName(spotShock, volShock), family, spotShock, volShock };
    }
    if (family === 'extended') {
      const spotShock = parameters.extendedMoves[cell - standard] ?? 0;
      return { label: scenarioName(spotShock, volShock), family, spotShock, volShock };
    }
    const bucket = Math.floor(cell / VOLATILITY_MOVE_COUNT) - parameters.bucketsCount;
    const share = `${bucket > 0 ? '+' : ''}${String(bucket)}/${String(parameters.bucketsCount)} of range`;
    return { label: `spot ${share} vol ${volShock.toLowerCase()}`, family, spotShock: 0, volShock };
  });
}

function vegaTerm(
  parameters: DeribitPmParameters,
  currency: DeribitCurrencyParameters | undefined,
): { shortPower: number; longPower: number; floorDays: number } {
  return {
    shortPower: currency?.shortTermVegaPower ?? 0,
    longPower: currency?.longTermVegaPower ?? 0,
    floorDays: parameters.volatilityFloorDays,
  };
}
