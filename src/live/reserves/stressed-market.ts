import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { RepricedMarket } from '../../engine/repriced-market.js';
import { repriceMarket, unitPnl } from '../../engine/repriced-market.js';
import type { Valuation } from '../../engine/valuation.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { Market } from '../../market/snapshot/market.js';
import { resolveModel } from '../../models/catalogue.js';
import { parseHouseParameters } from '../../models/house/parameters.js';
import { stressCube } from '../../models/house/stress-set.js';

/** A market under every stress of the house library: what one contract gains, in its settlement currency. */
export interface StressedMarket {
  readonly stressCount: number;
  /** Hash of the parameters of `house`, which the stresses belong to: 32 bytes. */
  readonly parametersHash: Buffer;
  /**
   * Adds the P&L of a position to `target`, one entry per stress; false for an instrument that cannot be repriced, which leaves
   * `target` as it is.
   */
  addPnl(instrument: string, quantity: number, target: Float64Array): boolean;
}

/** Reprices the whole market once; the named set of `house` is the default one. */
export function stressMarket(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
): Outcome<StressedMarket> {
  const model = resolveModel({ name: 'house' });
  if (!model.ok) return model;
  const parameters = parseHouseParameters(model.value.parameters);
  if (!parameters.ok) return parameters;
  const plan = { first: stressCube(parameters.value, market), further: [], isWholeMarket: true };
  const repriced = repriceMarket(kernels, market, valuation, plan);
  const { count } = plan.first.scenarios.columns;
  if (count === 0)
    return failure('INVALID_PARAMETER', 'stressLibrary', 'Expected stresses but there are none');
  return success({
    stressCount: count,
    parametersHash: Buffer.from(model.value.parameterHash, 'hex'),
    addPnl: (instrument, quantity, target) =>
      addPnl(repriced, market.table.instrumentIndex.get(instrument) ?? -1, quantity, target),
  });
}

function addPnl(repriced: RepricedMarket, row: number, quantity: number, target: Float64Array): boolean {
  if (repriced.usable[row] !== 1) return false;
  for (let stress = 0; stress < target.length; stress++)
    target[stress] = (target[stress] ?? NaN) + quantity * unitPnl(repriced, row, stress);
  return true;
}
