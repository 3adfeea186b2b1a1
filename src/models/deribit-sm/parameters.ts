import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';

/** Rate of a future or perpetual: base + slope x size. */
const sizeRate = z.strictObject({ base: between(0, 1), slope: between(0, 1) });

/** Published values: margin-models.md 8. Percentages are fractions. */
const schema = z
  .strictObject({
    option: z.strictObject({
      /** Initial requirement at the money and far out of the money, share of the index. */
      maxInitial: between(0, 2),
      minInitial: between(0, 2),
      maintenance: between(0, 2),
      /** Share of the mark that bounds the maintenance margin of a put from below. */
      putMarkMaintenance: between(0, 2),
      /** Fee reserved for an open sell order, coins per contract. */
      orderFee: between(0, 1),
    }),
    /** Linear perpetuals by underlying; slope per coin. */
    linear: z.record(z.string(), z.strictObject({ initial: sizeRate, maintenance: sizeRate })),
  })
  .readonly();

export type DeribitSmParameters = z.infer<typeof schema>;

export function parseDeribitSmParameters(value: unknown): Outcome<DeribitSmParameters> {
  return parseWith(schema, value);
}
