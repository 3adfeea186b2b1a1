import { repriceRows } from '../../engine/repriced-market.js';
import {
  cubeBasisWorkspaceLength,
  NO_BASIS,
  scenarioRowsLength,
  type CubeBasis,
  type ScenarioRows,
  type SingleCube,
} from '../../kernel/book-tail.js';
import type { Kernels } from '../../kernel/kernels.js';
import { cubeLength, scenarioStride } from '../../kernel/layout.js';
import type { SliceTerms } from '../../kernel/slice-cells.js';
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
      const slice = { pnl, first, count, scenarioCount: columns.count };
      kernels.placeCells(slice, order.scenarioAt, { pnl: cubes.pnl, instrumentCount });
      kernels.dollarCells(slice, sliceTerms(market, plan, first, count), columns, single);
      if (first + count < instrumentCount) return;
      const underlyings = market.table.underlyings.length;
      const coins = { first: instrumentCount, count: underlyings, spotRow: plan.spotRow };
      kernels.coinCells({ ...coins, price: market.columns.indexPrice }, columns, single);
    },
  };
}

function sliceTerms(
  market: Market,
  { spotRow, unitValue }: TailPlan,
  first: number,
  count: number,
): SliceTerms {
  const { isInverse, underlying } = market.columns;
  const values = { price: new Float64Array(count), value: new Float64Array(count) };
  for (let at = 0; at < count; at += 1) {
    values.price[at] = dollarsPerUnit(market, first + at);
    values.value[at] = isOptionRow(market, first + at) ? (unitValue[first + at] ?? NaN) : 0;
  }
  return {
    ...values,
    isInverse: isInverse.subarray(first, first + count),
    spotRow: Uint32Array.from(underlying.subarray(first, first + count), (of) => spotRow[of] ?? of),
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
