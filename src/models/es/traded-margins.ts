import { KIND } from '../../domain/codes.js';
import { failure, success } from '../../domain/outcome.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import type { Outcome } from '../../domain/outcome.js';
import { TailOfSum } from '../../measures/tail-of-sum.js';
import { factorRows } from '../drawn/factor-rows.js';
import { assetPrices } from '../drawn/holdings.js';
import { underlyingRules } from '../drawn/law.js';
import type { ModelInput, ModelResult } from '../model.js';
import { component } from '../shared/result.js';
import type { MarginTrade, TradedMargins } from '../traded-margins.js';
import type { EsParameters } from './parameters.js';

type Input = ModelInput<EsParameters>;

/** Dollar vectors of instruments and coins that one book keeps: 10,000 scenarios are 80 kB each. */
const VECTORS_KEPT_MAX = 64;

/**
 * The expected shortfall after trades: the dollar vector of a book is linear in contracts and in coins, so that a trade adds a
 * multiple of the instrument's vector, and of the coin's where it settles in one.
 */
export function esTradedMargins(input: Input, before: ModelResult): TradedMargins {
  const { parameters, market } = input;
  const { columns, table } = market;
  const { count, stride, spotFactor } = input.scenarios.columns;
  const priceOf = assetPrices(input);
  const { rowOf } = factorRows(market);
  const tail = new TailOfSum(count, parameters.confidence);
  const base = before.scenarioPnl;
  const units = new Map<number, Float64Array | undefined>();
  const coinMoves = new Map<number, Float64Array>();

  /** Dollar P&L of one contract in every scenario; undefined for what the model does not take. */
  const unitOf = (instrument: number): Float64Array | undefined => {
    if (units.has(instrument)) return units.get(instrument);
    if (units.size >= VECTORS_KEPT_MAX) units.clear();
    const unit = unitVector(instrument);
    units.set(instrument, unit);
    return unit;
  };
  const unitVector = (instrument: number): Float64Array | undefined => {
    const terms = table.instruments[instrument];
    const underlying = columns.underlying[instrument] ?? 0;
    const name = table.underlyings[underlying] ?? '';
    if (terms === undefined || terms.kind === 'SPOT') return undefined;
    if (underlyingRules(parameters, name) === undefined) return undefined;
    const vector = new Float64Array(count);
    if (columns.isInverse[instrument] !== 1) {
      const price = priceOf(terms.settlementCurrency);
      for (let s = 0; s < count; s += 1) vector[s] = input.unitPnl(instrument, s) * price;
      return vector;
    }
    const value = columns.kind[instrument] === KIND.OPTION ? (input.unitValue[instrument] ?? NaN) : 0;
    const spot = columns.indexPrice[underlying] ?? NaN;
    const row = rowOf(underlying) * stride;
    for (let s = 0; s < count; s += 1) {
      const factor = spotFactor[row + s] ?? NaN;
      vector[s] = (input.unitPnl(instrument, s) + value) * spot * factor - value * spot;
    }
    return vector;
  };
  /** Dollar P&L of one coin. */
  const coinMoveOf = (underlying: number): Float64Array => {
    const known = coinMoves.get(underlying);
    if (known !== undefined) return known;
    const spot = columns.indexPrice[underlying] ?? NaN;
    const row = rowOf(underlying) * stride;
    const moves = Float64Array.from({ length: count }, (_, s) => spot * ((spotFactor[row + s] ?? NaN) - 1));
    coinMoves.set(underlying, moves);
    return moves;
  };

  const after = (trades: readonly MarginTrade[]): Outcome<MarginNumbers> | undefined => {
    const weights: number[] = [];
    const vectors: Float64Array[] = [];
    let { equity } = before;
    for (const { instrument, quantity, earned } of trades) {
      const unit = unitOf(instrument);
      const asset = table.instruments[instrument]?.settlementCurrency ?? '';
      if (unit === undefined) return undefined;
      weights.push(quantity);
      vectors.push(unit);
      equity += (quantity * worthOf(input, instrument) + earned) * priceOf(asset);
      const underlying = table.underlyingIndex.get(asset);
      if (underlying === undefined || earned === 0) continue;
      weights.push(earned);
      vectors.push(coinMoveOf(underlying));
    }
    const expectedShortfall = tail.expectedShortfall(base, weights, vectors);
    if (!Number.isFinite(expectedShortfall) || !Number.isFinite(equity))
      return failure('INTERNAL', '', 'es gave a margin that is not a finite number after a trade');
    const initialMargin = Math.max(0, expectedShortfall);
    const maintenanceMargin = parameters.maintenanceShare * initialMargin;
    return success({
      equity,
      initialMargin,
      maintenanceMargin,
      initialExcess: equity - initialMargin,
      maintenanceExcess: equity - maintenanceMargin,
      components: [component('expected_shortfall', initialMargin, maintenanceMargin, 'EXACT')],
    });
  };
  return { after };
}

/** What one contract adds to equity, settlement currency: the mark of an option, nothing for a future. */
function worthOf({ market, unitValue }: Input, instrument: number): number {
  const { kind, markPrice, contractSize } = market.columns;
  if (kind[instrument] !== KIND.OPTION) return 0;
  const quoted = (markPrice[instrument] ?? NaN) * (contractSize[instrument] ?? NaN);
  return Number.isFinite(quoted) ? quoted : (unitValue[instrument] ?? NaN);
}
