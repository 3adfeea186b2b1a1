import { failure, success, type Outcome } from '../domain/outcome.js';
import { resolveModel } from '../models/catalogue.js';
import { parseHouseParameters } from '../models/house/parameters.js';
import { ownEntry } from '../models/shared/own-entry.js';
import type { MarketDepth } from './market-impact.js';

/** Depth in stress of an underlying at a price, from the liquidity parameters of the model `house`: those of `*` for an unknown one. */
export function stressedDepth(): Outcome<(underlying: string, spotUsd: number) => MarketDepth> {
  const model = resolveModel({ name: 'house' });
  if (!model.ok) return model;
  const parameters = parseHouseParameters(model.value.parameters);
  if (!parameters.ok) return parameters;
  const { underlyings } = parameters.value;
  const others = ownEntry(underlyings, '*');
  if (others === undefined)
    return failure(
      'INVALID_PARAMETER',
      'underlyings',
      'Expected an entry * for underlyings without one of their own',
    );
  return success((underlying, spotUsd) => {
    const { dailyVolatility, liquidity } = ownEntry(underlyings, underlying) ?? others;
    return { dailyVolatility, dailyVolumeCoins: liquidity.deltaOneAdvUsd / spotUsd };
  });
}
