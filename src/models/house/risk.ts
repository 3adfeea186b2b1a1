import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { ScenarioVectors } from '../model.js';
import { depegLoss } from './depeg.js';
import type { HouseBook } from './house-book.js';
import type { HouseInput } from './house-input.js';
import {
  gridTerm,
  gridVector,
  largest,
  scaled,
  shortfallTerm,
  type GridTerm,
  type RiskTerm,
  type TailTerm,
} from './risk-terms.js';
import { rollOffTerm } from './roll-off.js';
import { withFunding, withPegs } from './stress-cash.js';
import { bookVectors, type BookVectors } from '../drawn/book-vectors.js';

/** Market risk of a book before its charges. */
export interface HouseRisk {
  /** P&L under the instant moves, under the stress libraries, and under the draws of either holding period. */
  readonly grid: BookVectors;
  readonly stress: BookVectors;
  readonly initialDraws: BookVectors;
  readonly closeOutDraws: BookVectors;
  /** P&L per instant move as the grid counts it. */
  readonly gridPnl: Float64Array;
  readonly gridLoss: GridTerm;
  readonly initialTail: TailTerm;
  readonly initial: RiskTerm;
  readonly maintenance: RiskTerm;
}

/** The sets of `furtherCubes` by their place: each holding period now and aged. */
const INITIAL_PERIOD = 0;
const CLOSE_OUT_PERIOD = 2;
/** The set of `furtherCubes` with the moves of the stress libraries. */
const STRESS = 4;

/**
 *   maintenance = max(ES(close-out), 0.8 grid, roll-off)
 *   initial     = max(ES(holding period), grid, roll-off, 1.25 maintenance)
 */
export function houseRisk(input: HouseInput, book: HouseBook): Outcome<HouseRisk> {
  const { gridInMaintenance, initialOverMaintenance } = input.parameters.tail;
  const vectors = (sets: VectorSets, isHeld?: (position: number) => boolean): BookVectors =>
    bookVectors(input, sets, book.coins, book.prices, isHeld);
  const grid = vectors([input]);
  const gridPnl = gridVector(input, grid);
  const gridLoss = gridTerm(input, grid, gridPnl);
  const instant = largest(gridLoss, depegLoss(input, book.account));

  const stressed = (isHeld?: (position: number) => boolean): BookVectors =>
    withFunding(
      input.parameters,
      book.account,
      withPegs(input.parameters, book.account, vectors([setAt(input, STRESS)], isHeld)),
    );
  const stress = stressed();
  const initialDraws = vectors(period(input, INITIAL_PERIOD));
  const closeOutDraws = vectors(period(input, CLOSE_OUT_PERIOD));
  const initialTail = shortfallTerm(input, initialDraws, stress);
  if (!initialTail.ok) return initialTail;
  const closeOutTail = shortfallTerm(input, closeOutDraws, stress);
  if (!closeOutTail.ok) return closeOutTail;

  /** Requirement of what outlives some expiries. */
  const rollOff = (at: number, gridShare: number): Outcome<RiskTerm> =>
    rollOffTerm(input, (isHeld) => {
      const rest = shortfallTerm(input, vectors(period(input, at), isHeld), stressed(isHeld));
      if (!rest.ok) return rest;
      const restGrid = vectors([input], isHeld);
      const restLoss = gridTerm(input, restGrid, gridVector(input, restGrid));
      return success(largest(rest.value, scaled(restLoss, gridShare)));
    });
  const maintenanceRollOff = rollOff(CLOSE_OUT_PERIOD, gridInMaintenance);
  if (!maintenanceRollOff.ok) return maintenanceRollOff;
  const initialRollOff = rollOff(INITIAL_PERIOD, 1);
  if (!initialRollOff.ok) return initialRollOff;

  const maintenance = largest(
    closeOutTail.value,
    scaled(instant, gridInMaintenance),
    maintenanceRollOff.value,
  );
  const initial = largest(
    initialTail.value,
    instant,
    initialRollOff.value,
    scaled(maintenance, initialOverMaintenance),
  );
  return success({
    grid,
    stress,
    initialDraws,
    closeOutDraws,
    gridPnl,
    gridLoss,
    initialTail: initialTail.value,
    initial,
    maintenance,
  });
}

type VectorSets = readonly [ScenarioVectors] | readonly [ScenarioVectors, ScenarioVectors];

function period(input: HouseInput, at: number): VectorSets {
  return [setAt(input, at), setAt(input, at + 1)];
}

function setAt({ further }: HouseInput, at: number): ScenarioVectors {
  const set = further[at];
  if (set === undefined) throw new RangeError(`No further set ${String(at)}`);
  return set;
}
