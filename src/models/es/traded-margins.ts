import { KIND } from '../../domain/codes.js';
import { failure, success } from '../../domain/outcome.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import type { Outcome } from '../../domain/outcome.js';
import type { WeightedSum } from '../../kernel/layout.js';
import { factorRows } from '../drawn/factor-rows.js';
import { assetPrices } from '../drawn/holdings.js';
import { underlyingRules } from '../drawn/law.js';
import type { ModelInput, ModelResult } from '../model.js';
import { component } from '../shared/result.js';
import type { MarginTrade, TradedMargins, TradeSums } from '../traded-margins.js';
import type { EsParameters } from './parameters.js';
import { UnitVectors } from './unit-vectors.js';

type Input = ModelInput<EsParameters>;

/**
 * The expected shortfall after trades: the dollar vector of a book is linear in contracts and in coins, so that a trade adds a
 * multiple of the instrument's vector, and of the coin's where it settles in one.
 */
export function esTradedMargins(input: Input, before: ModelResult, sums: TradeSums): TradedMargins {
  const { parameters, market } = input;
  const { table } = market;
  const { count, stride } = input.scenarios.columns;
  const priceOf = assetPrices(input);
  const vectors = new UnitVectors(stride);
  let unitRow = new Uint32Array(2);
  let weight = new Float64Array(2);

  const after = (trades: readonly MarginTrade[]): Outcome<MarginNumbers> | undefined => {
    const termsMax = 2 * trades.length;
    vectors.makeRoom(termsMax);
    if (weight.length < termsMax) {
      unitRow = new Uint32Array(termsMax);
      weight = new Float64Array(termsMax);
    }
    let termCount = 0;
    const add = (row: number, multiple: number): void => {
      unitRow[termCount] = row;
      weight[termCount] = multiple;
      termCount += 1;
    };
    let { equity } = before;
    for (const { instrument, quantity, earned } of trades) {
      const terms = table.instruments[instrument];
      const unit = vectors.rowOf(instrument, (vector) => fillInstrument(vector, input, instrument));
      if (terms === undefined || unit === undefined) return undefined;
      const asset = terms.settlementCurrency;
      add(unit, quantity);
      equity += (quantity * worthOf(input, instrument) + earned) * priceOf(asset);
      const underlying = table.underlyingIndex.get(asset);
      if (underlying === undefined || earned === 0) continue;
      const coin = vectors.rowOf(coinKey(underlying), (vector) => fillCoin(vector, input, underlying));
      if (coin !== undefined) add(coin, earned);
    }
    const sum: WeightedSum = {
      scenarioCount: count,
      base: before.scenarioPnl,
      termCount,
      unitRow,
      weight,
      unitCount: vectors.count,
      units: vectors.matrix,
    };
    const expectedShortfall = sums.expectedShortfall(sum, parameters.confidence);
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

/** Coins are kept beside instruments, below 0. */
function coinKey(underlying: number): number {
  return -1 - underlying;
}

/** Dollar P&L of one contract in every scenario; false for what the model does not take. */
function fillInstrument(vector: Float64Array, input: Input, instrument: number): boolean {
  const { parameters, market } = input;
  const { columns, table } = market;
  const terms = table.instruments[instrument];
  const underlying = columns.underlying[instrument] ?? 0;
  if (terms === undefined || terms.kind === 'SPOT') return false;
  if (underlyingRules(parameters, table.underlyings[underlying] ?? '') === undefined) return false;
  const { count, stride, spotFactor } = input.scenarios.columns;
  if (columns.isInverse[instrument] !== 1) {
    const price = assetPrices(input)(terms.settlementCurrency);
    for (let s = 0; s < count; s += 1) vector[s] = input.unitPnl(instrument, s) * price;
    return true;
  }
  const value = columns.kind[instrument] === KIND.OPTION ? (input.unitValue[instrument] ?? NaN) : 0;
  const spot = columns.indexPrice[underlying] ?? NaN;
  const row = factorRows(market).rowOf(underlying) * stride;
  for (let s = 0; s < count; s += 1) {
    const factor = spotFactor[row + s] ?? NaN;
    vector[s] = (input.unitPnl(instrument, s) + value) * spot * factor - value * spot;
  }
  return true;
}

/** Dollar P&L of one coin. */
function fillCoin(vector: Float64Array, { market, scenarios }: Input, underlying: number): boolean {
  const { count, stride, spotFactor } = scenarios.columns;
  const spot = market.columns.indexPrice[underlying] ?? NaN;
  const row = factorRows(market).rowOf(underlying) * stride;
  for (let s = 0; s < count; s += 1) vector[s] = spot * ((spotFactor[row + s] ?? NaN) - 1);
  return true;
}

/** What one contract adds to equity, settlement currency: the mark of an option, nothing for a future. */
function worthOf({ market, unitValue }: Input, instrument: number): number {
  const { kind, markPrice, contractSize } = market.columns;
  if (kind[instrument] !== KIND.OPTION) return 0;
  const quoted = (markPrice[instrument] ?? NaN) * (contractSize[instrument] ?? NaN);
  return Number.isFinite(quoted) ? quoted : (unitValue[instrument] ?? NaN);
}
