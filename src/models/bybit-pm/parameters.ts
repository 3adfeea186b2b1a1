import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';

/** Values and what is known of them: margin-models.md 10. Moves and rates are fractions. */
const schema = z
  .strictObject({
    /** Largest move of the price, and the steps to it, up and down. */
    priceRange: z.number().gt(0).lt(1),
    priceSteps: z.number().int().min(1).max(50),
    /** Relative shocks of volatility, the same for every tenor; null where they are not known. */
    volatility: z.strictObject({ up: between(0, 10), down: between(0, 1) }).nullable(),
    /** Share of the index per coin of futures and perpetuals, by coin; no entry where it is not known. */
    futureContingency: z.record(z.string(), between(0, 1)),
    /** Share of the index per coin of net short options, by coin; no entry where it is not known. */
    shortOptionContingency: z.record(z.string(), between(0, 1)),
    /** IM = factor x MM. */
    initialFactor: between(1, 10),
  })
  .readonly();

export type BybitPmParameters = z.infer<typeof schema>;

export function parseBybitPmParameters(value: unknown): Outcome<BybitPmParameters> {
  return parseWith(schema, value);
}
