import type { Kernels } from '../kernel/kernels.js';
import { cubeIndex, cubeLength, type InstrumentColumns, type ScenarioColumns } from '../kernel/layout.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { CubeSpec } from '../models/model.js';
import { instrumentColumns, selectInstruments } from './instrument-columns.js';
import { priceRows, type PricedRows } from './reused-rows.js';
import { isOption } from './usable-instrument.js';
import type { Valuation } from './valuation.js';

/** The rows of one set of scenarios. */
export interface RepricedCube {
  readonly spec: CubeSpec;
  /** Rows of the cube. */
  readonly instrumentCount: number;
  /** Row of every instrument of the market; absent: its own index. Defined only for the instruments asked for. */
  readonly rowOf?: Uint32Array;
  /** P&L cube, block-major (`kernel/layout.ts`). */
  readonly pnl: Float64Array;
  /** What the rows were repriced from, where the next epoch may keep those that did not move. */
  readonly priced?: PricedRows;
}

/** What the rows of one set of scenarios are repriced from: plain data, as good in any other thread. */
export interface CubeRows {
  /** At the time of the scenarios, one row per instrument of the market. */
  readonly columns: InstrumentColumns;
  readonly scenarios: ScenarioColumns;
  /** What one contract gains until the scenarios strike, settlement currency; absent where no time passes. */
  readonly decay?: Float64Array;
}

/** Rows of a market under the first set of a model, and what one contract is worth as the model has it. */
export interface MarketRows extends Pick<RepricedMarket, 'unitValue' | 'usable'> {
  readonly rows: CubeRows;
}

/** A market under one model: its cubes, and what one contract is worth. */
export interface RepricedMarket extends RepricedCube {
  /** One cube for each of the model's further sets. */
  readonly further: readonly RepricedCube[];
  /** Value of one long contract in its settlement currency, discounted if the model says so. */
  readonly unitValue: Float64Array;
  /** Black delta of one long contract, coins, undiscounted. */
  readonly unitDelta: Float64Array;
  /** 1 where row and value are real; a position in any other instrument is refused. */
  readonly usable: Uint8Array;
}

/** The sets of scenarios that a model reprices on a market. */
export interface CubePlan {
  readonly first: CubeSpec;
  readonly further: readonly CubeSpec[];
  /** Whether cubes of every instrument fit; otherwise each book has its own. */
  readonly isWholeMarket: boolean;
}

export function planCubes(model: ResolvedModel, market: Market, cellsMax: number): CubePlan {
  const first = model.cube(market);
  const further = model.furtherCubes(market);
  const cells = [first, ...further].reduce(
    (sum, { scenarios }) => sum + cubeLength(market.table.instruments.length, scenarios.columns.count),
    0,
  );
  return { first, further, isWholeMarket: cells <= cellsMax };
}

/**
 * Reprices instruments of the market under every scenario of the model.
 *
 * @param instruments the rows that are wanted; absent: every instrument
 * @param previous an earlier epoch of the same table and model, whose unmoved rows are kept
 */
export function repriceMarket(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
  plan: CubePlan,
  instruments?: Uint32Array,
  previous?: RepricedMarket,
): RepricedMarket {
  const { first, further } = plan;
  const { columns, usable } = instrumentColumns(market, valuation, first);
  const unitValue = contractValues(kernels, market, columns, usable);
  const unitDelta = new Float64Array(usable.length);
  for (let i = 0; i < usable.length; i += 1) {
    if (usable[i] === 1) unitDelta[i] = contractDelta(market, valuation, i);
  }
  const cube = (spec: CubeSpec, all: InstrumentColumns, before: RepricedCube | undefined): RepricedCube =>
    repriceCube(kernels, market, usable, unitValue, spec, all, instruments, before?.priced);
  return {
    ...cube(first, columns, previous),
    further: further.map((spec, at) =>
      cube(spec, instrumentColumns(market, valuation, spec).columns, previous?.further[at]),
    ),
    unitValue,
    unitDelta,
    usable,
  };
}

function repriceCube(
  kernels: Kernels,
  market: Market,
  usable: Uint8Array,
  unitValue: Float64Array,
  spec: CubeSpec,
  all: InstrumentColumns,
  instruments: Uint32Array | undefined,
  previous: PricedRows | undefined,
): RepricedCube {
  const rows = cubeRows(kernels, market, usable, unitValue, spec, all);
  const { columns, pnl } = repriceRows(kernels, rows, instruments, previous);
  if (instruments === undefined) {
    // A cube with decay holds more than its rows were repriced from.
    const priced = rows.decay === undefined ? { columns, scenarios: rows.scenarios, pnl } : undefined;
    return { spec, instrumentCount: columns.count, pnl, ...(priced === undefined ? {} : { priced }) };
  }
  const rowOf = new Uint32Array(all.count);
  instruments.forEach((instrument, row) => (rowOf[instrument] = row));
  return { spec, instrumentCount: columns.count, rowOf, pnl };
}

/** Lays out what the rows of a market are repriced from, for callers that reprice them in parts. */
export function marketRows(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
  spec: CubeSpec,
): MarketRows {
  const { columns, usable } = instrumentColumns(market, valuation, spec);
  const unitValue = contractValues(kernels, market, columns, usable);
  return { unitValue, usable, rows: cubeRows(kernels, market, usable, unitValue, spec, columns) };
}

function cubeRows(
  kernels: Kernels,
  market: Market,
  usable: Uint8Array,
  unitValue: Float64Array,
  { remainingYears, scenarios }: CubeSpec,
  now: InstrumentColumns,
): CubeRows {
  if (remainingYears === undefined) return { columns: now, scenarios: scenarios.columns };
  const columns = atLaterTime(now, remainingYears);
  const laterValue = contractValues(kernels, market, columns, usable);
  const decay = laterValue.map((value, i) => value - (unitValue[i] ?? NaN));
  return { columns, scenarios: scenarios.columns, decay };
}

/**
 * The cube of some instruments, in that order, or of all where they are absent; each row has the bits that it has in any other
 * selection. @returns the cube, block-major, beside the columns of its rows
 */
export function repriceRows(
  kernels: Kernels,
  { columns: all, scenarios, decay }: CubeRows,
  instruments?: Uint32Array,
  previous?: PricedRows,
): Pick<PricedRows, 'columns' | 'pnl'> {
  const columns = instruments === undefined ? all : selectInstruments(all, instruments);
  const pnl = new Float64Array(cubeLength(columns.count, scenarios.count));
  priceRows(kernels, columns, scenarios, pnl, previous);
  if (decay !== undefined) {
    const own = instruments === undefined ? decay : Float64Array.from(instruments, (i) => decay[i] ?? NaN);
    addDecay(pnl, columns.count, scenarios.count, own);
  }
  return { columns, pnl };
}

function atLaterTime(
  columns: InstrumentColumns,
  remainingYears: NonNullable<CubeSpec['remainingYears']>,
): InstrumentColumns {
  return {
    ...columns,
    timeToExpiryYears: columns.timeToExpiryYears.map((years) => (years > 0 ? remainingYears(years) : years)),
  };
}

/** The kernel measures from the value at the later time; P&L is measured from the value now. */
function addDecay(
  pnl: Float64Array,
  instrumentCount: number,
  scenarioCount: number,
  decay: Float64Array,
): void {
  for (let i = 0; i < instrumentCount; i += 1) {
    const lost = decay[i] ?? NaN;
    if (lost === 0) continue;
    for (let s = 0; s < scenarioCount; s += 1) {
      const at = cubeIndex(i, s, instrumentCount);
      pnl[at] = (pnl[at] ?? NaN) + lost;
    }
  }
}

/** P&L of one contract in one scenario. */
export function unitPnl(cube: RepricedCube, instrument: number, scenario: number): number {
  const row = cube.rowOf === undefined ? instrument : (cube.rowOf[instrument] ?? NaN);
  return cube.pnl[cubeIndex(row, scenario, cube.instrumentCount)] ?? NaN;
}

/**
 * Unshocked values of one contract on the forwards that the model uses. An inverse option is worth its Black-76 price over
 * its own forward, never over spot.
 */
function contractValues(
  kernels: Kernels,
  market: Market,
  columns: InstrumentColumns,
  usable: Uint8Array,
): Float64Array {
  const { count, scale, volatility, timeToExpiryYears } = columns;
  const forward = columns.forward.map((moving, i) => moving + (columns.fixedForward[i] ?? 0));
  // Rows that are no usable option are priced at the money without time and not read.
  const strike = columns.strike.map((k) => (k > 0 ? k : 1));
  const price = new Float64Array(count);
  const { isCall, isInverse } = market.columns;
  kernels.black76Price({ count, isCall, forward, strike, volatility, timeToExpiryYears }, price);
  return Float64Array.from({ length: count }, (_, i) => {
    if (usable[i] !== 1) return 0;
    const quotePrice = (isOption(market, i) ? price[i] : forward[i]) ?? NaN;
    if (isInverse[i] !== 1) return (scale[i] ?? NaN) * quotePrice;
    if (!isOption(market, i)) return (scale[i] ?? NaN) / quotePrice;
    return ((scale[i] ?? NaN) * quotePrice) / (forward[i] ?? NaN);
  });
}

/** Coins per contract; inside the settlement window only the part of the forward that still moves counts. */
function contractDelta(market: Market, valuation: Valuation, instrument: number): number {
  const { columns } = market;
  const size = columns.contractSize[instrument] ?? NaN;
  if (!isOption(market, instrument)) {
    return columns.isInverse[instrument] === 1 ? size / (valuation.price[instrument] ?? NaN) : size;
  }
  const expiry = columns.expiry[instrument] ?? -1;
  const fixed = columns.fixedForward[expiry] ?? NaN;
  const movingShare = fixed > 0 ? 1 - fixed / (columns.forward[expiry] ?? NaN) : 1;
  return size * movingShare * (valuation.delta[instrument] ?? NaN);
}
