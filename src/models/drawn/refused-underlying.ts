import { expected, failure } from '../../domain/outcome.js';
import type { ModelInput } from '../model.js';
import { isDrawn, underlyingRules, type DrawnLaw } from './law.js';

/** Refuses a book with an underlying that the law does not draw, held as a contract or as coins. */
export function refusedUnderlying({
  parameters,
  market,
  groups,
  positions,
  balances,
}: ModelInput<DrawnLaw>): ReturnType<typeof failure> | undefined {
  for (const { underlying, firstPosition } of groups) {
    const name = market.table.underlyings[underlying] ?? '';
    const field = `positions[${String(positions[firstPosition]?.requestIndex ?? 0)}].instrument`;
    if (underlyingRules(parameters, name) === undefined)
      return failure('UNSUPPORTED', field, expected('an underlying of parameters.underlyings', field, name));
    if (!isDrawn(parameters, name)) return unrecorded(field, name);
  }
  for (const { asset, amount, requestIndex } of balances) {
    if (amount === 0 || !market.table.underlyingIndex.has(asset) || isDrawn(parameters, asset)) continue;
    return unrecorded(`balances[${String(requestIndex)}].asset`, asset);
  }
  return undefined;
}

function unrecorded(field: string, name: string): ReturnType<typeof failure> {
  return failure(
    'UNSUPPORTED',
    field,
    expected('an underlying of parameters.draws.history.closes', field, name),
  );
}
