import { KIND } from '../domain/codes.js';
import { secondsBetween } from '../domain/time.js';
import { PAYOFF, type InstrumentColumns, type Payoff } from '../kernel/layout.js';
import type { Market } from '../market/snapshot/market.js';
import type { CubeSpec } from '../models/model.js';
import { isOption, lackingForModel } from './usable-instrument.js';
import type { Valuation } from './valuation.js';

/**
 * Kernel columns of the instruments of a market under one set of scenarios, and which of them the model can price. Rows that
 * it cannot price are worth 0 in every scenario.
 */
export function instrumentColumns(
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
    columns.spotRow[i] = columns.volRow[i] = spec.factorRow(underlying, expiryMsOf(market, i));
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

/** The rows of some instruments, in that order. */
export function selectInstruments(columns: InstrumentColumns, instruments: Uint32Array): InstrumentColumns {
  const doubles = (column: Float64Array): Float64Array =>
    Float64Array.from(instruments, (i) => column[i] ?? NaN);
  const rows = (column: Uint32Array): Uint32Array => Uint32Array.from(instruments, (i) => column[i] ?? 0);
  return {
    count: instruments.length,
    payoff: Uint8Array.from(instruments, (i) => columns.payoff[i] ?? 0),
    forward: doubles(columns.forward),
    fixedForward: doubles(columns.fixedForward),
    strike: doubles(columns.strike),
    volatility: doubles(columns.volatility),
    timeToExpiryYears: doubles(columns.timeToExpiryYears),
    scale: doubles(columns.scale),
    spotRow: rows(columns.spotRow),
    volRow: rows(columns.volRow),
    termFactor: doubles(columns.termFactor),
    skewFactor: doubles(columns.skewFactor),
    smileFactor: doubles(columns.smileFactor),
  };
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

/** When the instrument expires; absent for spot and perpetuals. */
function expiryMsOf({ table }: Market, instrument: number): number | undefined {
  const terms = table.instruments[instrument];
  return terms !== undefined && 'expiryMs' in terms ? terms.expiryMs : undefined;
}
