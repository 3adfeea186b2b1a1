import { KIND } from '../domain/codes.js';
import { secondsBetween } from '../domain/time.js';
import type { Kernels } from '../kernel/kernels.js';
import { cubeIndex, cubeLength, PAYOFF, type InstrumentColumns, type Payoff } from '../kernel/layout.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { CubeSpec } from '../models/model.js';
import { isOption, lackingForModel } from './usable-instrument.js';
import type { Valuation } from './valuation.js';

/** A market under one model: the cube, and what one contract is worth. */
export interface RepricedMarket {
  readonly spec: CubeSpec;
  readonly instrumentCount: number;
  /** P&L cube, block-major (`kernel/layout.ts`). */
  readonly pnl: Float64Array;
  /** Value of one long contract in its settlement currency, discounted if the model says so. */
  readonly unitValue: Float64Array;
  /** Black delta of one long contract, coins, undiscounted. */
  readonly unitDelta: Float64Array;
  /** 1 where row and value are real; a position in any other instrument is refused. */
  readonly usable: Uint8Array;
}

/** Reprices every usable instrument of the market under every scenario of the model. */
export function repriceMarket(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
  model: ResolvedModel,
): RepricedMarket {
  const spec = model.cube(market);
  const instrumentCount = market.table.instruments.length;
  const { columns, usable } = instrumentColumns(market, valuation, spec);
  const pnl = new Float64Array(cubeLength(instrumentCount, spec.scenarios.columns.count));
  const unitValue = contractValues(kernels, market, columns, usable);
  if (spec.lookAheadYears === undefined) kernels.scenarioPnl(columns, spec.scenarios.columns, pnl);
  else {
    const later = afterLookAhead(columns, spec.lookAheadYears);
    kernels.scenarioPnl(later, spec.scenarios.columns, pnl);
    addDecay(pnl, spec, unitValue, contractValues(kernels, market, later, usable));
  }
  const unitDelta = new Float64Array(instrumentCount);
  for (let i = 0; i < instrumentCount; i += 1) {
    if (usable[i] === 1) unitDelta[i] = contractDelta(market, valuation, i);
  }
  return { spec, instrumentCount, pnl, unitValue, unitDelta, usable };
}

function afterLookAhead(columns: InstrumentColumns, lookAheadYears: number): InstrumentColumns {
  return {
    ...columns,
    timeToExpiryYears: columns.timeToExpiryYears.map((years) => Math.max(0, years - lookAheadYears)),
  };
}

/** The kernel measures from the value after the look-ahead; P&L is measured from the value now. */
function addDecay(pnl: Float64Array, spec: CubeSpec, now: Float64Array, later: Float64Array): void {
  for (let i = 0; i < now.length; i += 1) {
    const decay = (later[i] ?? NaN) - (now[i] ?? NaN);
    if (decay === 0) continue;
    for (let s = 0; s < spec.scenarios.columns.count; s += 1) {
      const at = cubeIndex(i, s, now.length);
      pnl[at] = (pnl[at] ?? NaN) + decay;
    }
  }
}

/** P&L of one contract in one scenario. */
export function unitPnl(repriced: RepricedMarket, instrument: number, scenario: number): number {
  return repriced.pnl[cubeIndex(instrument, scenario, repriced.instrumentCount)] ?? NaN;
}

function instrumentColumns(
  market: Market,
  valuation: Valuation,
  spec: CubeSpec,
): { columns: InstrumentColumns; usable: Uint8Array } {
  const source = market.columns;
  const count = market.table.instruments.length;
  const column = (): Float64Array => new Float64Array(count);
  const usable = Uint8Array.from(valuation.usable);
  const columns = {
    count,
    payoff: new Uint8Array(count).fill(PAYOFF.LINEAR_DELTA_ONE),
    forward: column().fill(1),
    fixedForward: column(),
    strike: column(),
    volatility: column(),
    timeToExpiryYears: column(),
    scale: column(),
    spotRow: new Uint32Array(count),
    volRow: new Uint32Array(count),
    termFactor: column(),
    skewFactor: column(),
    smileFactor: column(),
  };
  for (let i = 0; i < count; i += 1) {
    const size = source.contractSize[i] ?? NaN;
    if (usable[i] === 1 && lackingForModel(market, i, spec) !== undefined) usable[i] = 0;
    if (usable[i] !== 1) continue;
    const discount = spec.discounted ? discountFactor(market, valuation, i) : 1;
    const underlying = source.underlying[i] ?? 0;
    columns.spotRow[i] = columns.volRow[i] = spec.factorRow(underlying);
    columns.payoff[i] = payoffOf(market, i);
    columns.scale[i] = size * discount;
    if (!isOption(market, i)) {
      columns.forward[i] = source.markPrice[i] ?? NaN;
      continue;
    }
    const expiry = source.expiry[i] ?? -1;
    const timeToExpiryYears = valuation.timeToExpiryYears[i] ?? NaN;
    const marketForward = source.forward[expiry] ?? NaN;
    const rate = source.rate[expiry] ?? NaN;
    const spot = source.indexPrice[underlying] ?? NaN;
    const forward =
      spec.forward?.({ spot, forward: marketForward, rate, timeToExpiryYears }) ?? marketForward;
    const fixed = spec.forward === undefined ? (source.fixedForward[expiry] ?? NaN) : 0;
    columns.fixedForward[i] = fixed > 0 ? fixed : 0;
    columns.forward[i] = forward - (columns.fixedForward[i] ?? 0);
    columns.strike[i] = source.strike[i] ?? NaN;
    columns.volatility[i] = source.volatility[i] ?? NaN;
    columns.timeToExpiryYears[i] = timeToExpiryYears;
    const factors = spec.shockFactors({
      underlying,
      strike: columns.strike[i] ?? NaN,
      forward,
      timeToExpiryYears,
      secondsToExpiry: secondsBetween(market.timeMs, source.expiryMs[expiry] ?? NaN),
      volatility: columns.volatility[i] ?? NaN,
    });
    columns.termFactor[i] = factors.term;
    columns.skewFactor[i] = factors.skew;
    columns.smileFactor[i] = factors.smile;
  }
  return { columns, usable };
}

/** exp(-max(r, 0) T) of an option's expiry; 1 for delta-one instruments, which are marked at their price. */
function discountFactor(market: Market, valuation: Valuation, instrument: number): number {
  if (!isOption(market, instrument)) return 1;
  const rate = market.columns.rate[market.columns.expiry[instrument] ?? -1] ?? NaN;
  return Math.exp(-Math.max(rate, 0) * (valuation.timeToExpiryYears[instrument] ?? NaN));
}

function payoffOf({ columns }: Market, instrument: number): Payoff {
  const isInverse = columns.isInverse[instrument] === 1;
  if (columns.kind[instrument] !== KIND.OPTION)
    return isInverse ? PAYOFF.INVERSE_DELTA_ONE : PAYOFF.LINEAR_DELTA_ONE;
  if (columns.isCall[instrument] === 1) return isInverse ? PAYOFF.INVERSE_CALL : PAYOFF.LINEAR_CALL;
  return isInverse ? PAYOFF.INVERSE_PUT : PAYOFF.LINEAR_PUT;
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
