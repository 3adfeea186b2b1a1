import { repriceRows } from '../../engine/repriced-market.js';
import {
  cubeBasisWorkspaceLength,
  NO_BASIS,
  scenarioRowsIndex,
  scenarioRowsLength,
  TAIL_LANES,
  type CubeBasis,
  type ScenarioRows,
  type SingleCube,
} from '../../kernel/book-tail.js';
import type { Kernels } from '../../kernel/kernels.js';
import { cubeIndex, cubeLength, SCENARIO_BLOCK, scenarioStride } from '../../kernel/layout.js';
import type { Market } from '../../market/snapshot/market.js';
import type { PureTail } from '../../models/model.js';
import { sharedFloat32, sharedFloat64, sharedUint32 } from '../book-columns.js';
import type { TailPlan } from './tail-plan.js';

/**
 * The cubes of a model that is a pure tail, in memory that all workers share and build in slices of instruments: cells of
 * contracts in double precision, like scenarios side by side, for the revaluation of candidates; and in single precision, in
 * dollars, block-major, for their preselection. The single cube has a row for each instrument and then one for the coins of
 * each underlying.
 */
export interface TailCubes {
  /** `[block of places][instrument][TAIL_LANES]`, settlement currency. */
  readonly pnl: Float64Array;
  /** `[block][row][SCENARIO_BLOCK]`, dollars. */
  readonly cells: Float32Array;
  readonly largest: Float64Array;
  readonly gross: Float64Array;
  readonly basis: CubeBasis;
  /** `[1]`: 1 once the basis is there and good enough to go by. */
  readonly isFactored: Uint32Array;
}

/**
 * Vectors of a cube's basis: what the prices of 1,000 options of one underlying need to be within some 3e-5 of their
 * largest cell in each of 10,000 scenarios.
 */
const BASIS_RANK = 48;

/** Largest share of the rows' largest cells that a basis may leave; where more is left books are summed over their rows. */
const RESIDUAL_SHARE_MAX = 2e-4;

export function allocateTailCubes(market: Market, { scenarioCount }: PureTail): TailCubes {
  const instruments = market.table.instruments.length;
  const rows = instruments + market.table.underlyings.length;
  return {
    pnl: sharedFloat64(scenarioRowsLength(instruments, scenarioCount)),
    cells: sharedFloat32(cubeLength(rows, scenarioCount)),
    largest: sharedFloat64(rows),
    gross: sharedFloat64(rows),
    basis: {
      rank: BASIS_RANK,
      vectors: sharedFloat32(BASIS_RANK * scenarioStride(scenarioCount)),
      loadings: sharedFloat32(BASIS_RANK * rows),
      loadingSum: sharedFloat64(rows),
      residual: sharedFloat64(rows),
    },
    isFactored: sharedUint32(1),
  };
}

/** A plan and its cubes as a thread uses them. */
export interface TailMarket extends Pick<TailPlan, 'terms' | 'isDrawn' | 'unitValue' | 'usable'> {
  readonly market: Market;
  readonly rows: ScenarioRows;
  readonly single: SingleCube;
  /** One per scenario. */
  readonly labels: readonly string[];
  /** The basis that books go by; `NO_BASIS` where the cube has none that is good enough. */
  basis(): CubeBasis;
  /** Row of the price moves of an underlying. */
  spotRowOf(underlying: number): number;
  /** Fills the rows of the instruments from `first` on, and with the last of them those of the coins. */
  build(first: number, count: number): void;
  /** Finds the basis; after all rows were filled. */
  factor(): void;
}

export function openTailMarket(
  kernels: Kernels,
  market: Market,
  plan: TailPlan,
  cubes: TailCubes,
): TailMarket {
  const { terms, isDrawn, unitValue, usable, order } = plan;
  const columns = plan.rows.scenarios;
  const instrumentCount = market.table.instruments.length;
  const rowCount = instrumentCount + market.table.underlyings.length;
  const single = { ...cubes, rowCount, scenarioCount: columns.count };
  const spotRowOf = (underlying: number): number => plan.spotRow[underlying] ?? underlying;
  return {
    market,
    terms,
    isDrawn,
    unitValue,
    usable,
    labels: JSON.parse(Buffer.from(plan.labels).toString('utf8')) as string[],
    rows: {
      pnl: cubes.pnl,
      instrumentCount,
      scenarioCount: columns.count,
      placeOf: order.placeOf,
      spotFactor: order.spotFactor,
      spotRows: columns.spotRows,
    },
    single,
    basis: () => (cubes.isFactored[0] === 1 ? cubes.basis : NO_BASIS),
    factor: () => {
      const length = cubeBasisWorkspaceLength(rowCount, columns.count, cubes.basis.rank);
      kernels.factorCube(single, cubes.basis, new Float64Array(length));
      cubes.isFactored[0] = isGoodEnough(cubes) ? 1 : 0;
    },
    spotRowOf,
    build: (first, count) => {
      const { pnl } = repriceRows(
        kernels,
        plan.rows,
        Uint32Array.from({ length: count }, (_, at) => first + at),
      );
      placeCells(pnl, count, order.scenarioAt, cubes.pnl, instrumentCount, first);
      for (let at = 0; at < count; at += 1) {
        const instrument = first + at;
        const { isInverse, underlying } = market.columns;
        const spotRow = spotRowOf(underlying[instrument] ?? 0);
        fillInstrument(
          pnl.subarray(at * SCENARIO_BLOCK),
          count * SCENARIO_BLOCK,
          columns.count,
          columns.spotFactor.subarray(spotRow * columns.stride),
          isInverse[instrument] ?? 0,
          dollarsPerUnit(market, instrument),
          isOptionRow(market, instrument) ? (unitValue[instrument] ?? NaN) : 0,
          cubes.cells.subarray(instrument * SCENARIO_BLOCK),
          rowCount * SCENARIO_BLOCK,
          cubes.largest.subarray(instrument),
          cubes.gross.subarray(instrument),
        );
      }
      if (first + count < instrumentCount) return;
      market.table.underlyings.forEach((_, at) => {
        const row = instrumentCount + at;
        fillCoins(
          columns.spotFactor.subarray(spotRowOf(at) * columns.stride),
          columns.count,
          market.columns.indexPrice[at] ?? NaN,
          cubes.cells.subarray(row * SCENARIO_BLOCK),
          rowCount * SCENARIO_BLOCK,
          cubes.largest.subarray(row),
          cubes.gross.subarray(row),
        );
      });
    },
  };
}

function isGoodEnough({ basis, largest }: TailCubes): boolean {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  // Written so that a residual that is no number is not good enough.
  return sum(basis.residual) <= RESIDUAL_SHARE_MAX * sum(largest);
}

/** Dollars per unit of the settlement currency now; spot for an inverse contract. NaN where the market does not say. */
export function dollarsPerUnit(market: Market, instrument: number): number {
  const { columns, table } = market;
  if (columns.isInverse[instrument] === 1)
    return columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN;
  return assetPrice(market, table.instruments[instrument]?.settlementCurrency ?? '');
}

/** Dollars per unit of an asset; the US dollar is worth one where the market does not say otherwise. */
export function assetPrice({ table, columns }: Market, asset: string): number {
  const price = columns.assetPriceUsd[table.assetIndex.get(asset) ?? -1] ?? NaN;
  return !(price > 0) && asset === 'USD' ? 1 : price;
}

function isOptionRow({ table }: Market, instrument: number): boolean {
  return table.instruments[instrument]?.kind === 'OPTION';
}

/**
 * The cells of `count` instruments from `first` on, in double precision by place. Instruments inside scenarios: what is read and
 * what is written then lie close together.
 */
function placeCells(
  pnl: Float64Array,
  count: number,
  scenarioAt: Uint32Array,
  rows: Float64Array,
  instrumentCount: number,
  first: number,
): void {
  for (let place = 0; place < scenarioAt.length; place += 1) {
    const scenario = scenarioAt[place] ?? 0;
    let from = cubeIndex(0, scenario, count);
    let to = scenarioRowsIndex(first, place, instrumentCount);
    for (let at = 0; at < count; at += 1, from += SCENARIO_BLOCK, to += TAIL_LANES)
      rows[to] = pnl[from] ?? NaN;
  }
}

/** One instrument: its cells in dollars in single precision, and the bounds of its row. */
function fillInstrument(
  pnl: Float64Array,
  pnlBlockStep: number,
  scenarioCount: number,
  spotFactor: Float64Array,
  isInverse: number,
  price: number,
  value: number,
  cells: Float32Array,
  cellBlockStep: number,
  largest: Float64Array,
  gross: Float64Array,
): void {
  let largestCell = 0;
  let largestGross = 0;
  const valueNow = value * price;
  for (let first = 0; first < scenarioCount; first += SCENARIO_BLOCK) {
    const block = first / SCENARIO_BLOCK;
    const end = Math.min(SCENARIO_BLOCK, scenarioCount - first);
    for (let lane = 0; lane < end; lane += 1) {
      const unit = pnl[block * pnlBlockStep + lane] ?? NaN;
      const factor = spotFactor[first + lane] ?? NaN;
      const dollars = isInverse === 1 ? (unit + value) * price * factor - valueNow : unit * price;
      cells[block * cellBlockStep + lane] = dollars;
      const size = Math.abs(dollars);
      const sizeGross =
        isInverse === 1 ? (Math.abs(unit) + Math.abs(value)) * price * factor + Math.abs(valueNow) : size;
      // `Math.max` keeps a NaN.
      largestCell = Math.max(largestCell, size);
      largestGross = Math.max(largestGross, sizeGross);
    }
  }
  largest[0] = largestCell;
  gross[0] = largestGross;
}

/** Coins of one underlying: worth x (factor - 1). */
function fillCoins(
  spotFactor: Float64Array,
  scenarioCount: number,
  price: number,
  cells: Float32Array,
  cellBlockStep: number,
  largest: Float64Array,
  gross: Float64Array,
): void {
  let largestCell = 0;
  let largestGross = 0;
  for (let s = 0; s < scenarioCount; s += 1) {
    const factor = spotFactor[s] ?? NaN;
    const dollars = price * (factor - 1);
    cells[Math.floor(s / SCENARIO_BLOCK) * cellBlockStep + (s % SCENARIO_BLOCK)] = dollars;
    largestCell = Math.max(largestCell, Math.abs(dollars));
    largestGross = Math.max(largestGross, price * (factor + 1));
  }
  largest[0] = largestCell;
  gross[0] = largestGross;
}
