import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';
import { derivePortfolioParameters } from '../shared/derive-parameters.js';

/** Numbers of the published sets are in margin-models.md 4; ranges are those of PMRM_2's setters. Percentages are fractions. */
const schema = z
  .strictObject({
    /** Underlyings these numbers were set for; empty for any. */
    underlyings: z.array(z.string()),
    cashAsset: z.string().min(1),
    scenarios: z
      .array(
        z.strictObject({
          /** Spot multiplied by this. */
          spotFactor: z.number().gt(0).max(100),
          volShock: z.enum(['UP', 'DOWN', 'NONE']),
        }),
      )
      .min(1)
      .max(40),
    volatility: z.strictObject({
      rangeUp: between(0, 10),
      rangeDown: between(0, 10),
      shortPower: between(0, 10),
      longPower: between(0, 10),
      floorDays: z.number().gt(0).max(400),
    }),
    initialLossFactor: between(0.5, 10),
    staticDiscount: z.strictObject({
      base: between(0, 10),
      rateMultiplier: between(0, 10),
      rateAdd: between(0, 10),
    }),
    ...derivePortfolioParameters,
    /** Static charges on notional. */
    basePercent: between(0, 3),
    perpetualPercent: between(0, 3),
    optionPercent: between(0, 2),
  })
  .readonly();

export type DerivePm1Parameters = z.infer<typeof schema>;

export function parseDerivePm1Parameters(value: unknown): Outcome<DerivePm1Parameters> {
  return parseWith(schema, value);
}
