import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';

/** Names and published values: margin-models.md 11. */
const schema = z
  .strictObject({
    cashAsset: z.string().min(1),
    scenarios: z
      .array(
        z.strictObject({
          /** Relative move of spot. */
          spotShock: z.number().gt(-1).max(100),
          /** Relative move of volatility before the term factor. */
          volShock: z.number().gt(-1).max(10),
          weight: between(0, 10),
        }),
      )
      .min(1)
      .max(200),
    volatility: z.strictObject({
      shortPower: between(0, 10),
      longPower: between(0, 10),
      floorDays: z.number().gt(0).max(400),
      minVolUp: between(0, 20),
    }),
    /** Rates on delta that is hedged by other delta and on delta that is not. */
    hedgedFactor: between(0, 1),
    unhedgedFactor: between(0, 1),
    maintenanceFactor: between(0, 1),
    /** Cap of an option's fee, share of its mark. */
    optionFeeCap: between(0, 1),
  })
  .readonly();

export type ParadexPmParameters = z.infer<typeof schema>;

export function parseParadexPmParameters(value: unknown): Outcome<ParadexPmParameters> {
  return parseWith(schema, value);
}
