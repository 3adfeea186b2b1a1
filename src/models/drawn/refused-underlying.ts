import { failure } from '../../domain/outcome.js';
import type { ModelInput } from '../model.js';
import { underlyingRules, type DrawnLaw } from './law.js';

/** Refuses a book with an underlying that the law does not draw. */
export function refusedUnderlying({
  parameters,
  market,
  groups,
  positions,
}: ModelInput<DrawnLaw>): ReturnType<typeof failure> | undefined {
  for (const { underlying, firstPosition } of groups) {
    const name = market.table.underlyings[underlying] ?? '';
    if (underlyingRules(parameters, name) !== undefined) continue;
    return failure(
      'UNSUPPORTED',
      `positions[${String(positions[firstPosition]?.requestIndex ?? 0)}].instrument`,
      `Expected an underlying of parameters.underlyings but received ${name}`,
    );
  }
  return undefined;
}
