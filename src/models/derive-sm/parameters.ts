import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';

/** Names and published values: margin-models.md 5. Percentages are fractions. */
const market = z.strictObject({
  option: z.strictObject({
    /** Initial requirement of a short option at the money, share of spot. */
    maxSpotRequirement: between(0, 2),
    /** Initial requirement of a short option far out of the money, share of spot. */
    minSpotRequirement: between(0, 2),
    callMaintenance: between(0, 2),
    putMaintenance: between(0, 2),
    /** Share of the put's own value. */
    putValueMaintenance: between(0, 2),
    /** Calls that no call covers, times the forward. */
    unpairedInitial: between(0, 10),
    unpairedMaintenance: between(0, 10),
    /** The initial margin of a short put is at least this multiple of its maintenance margin. */
    maintenanceOffset: between(0, 10),
  }),
  perpetual: z.strictObject({ initial: between(0, 3), maintenance: between(0, 3) }),
});

const schema = z
  .strictObject({
    cashAsset: z.string().min(1),
    /** Per underlying; `*` stands for every underlying that has no entry of its own. */
    markets: z.record(z.string(), market),
    /** Coins that count as collateral, by asset; `*` as above. */
    base: z.record(z.string(), z.strictObject({ marginFactor: between(0, 1), initialScale: between(0, 1) })),
    oracle: z.strictObject({
      perpetualThreshold: between(0, 1),
      optionThreshold: between(0, 1),
      baseThreshold: between(0, 1),
      factor: between(0, 20),
    }),
    depeg: z.strictObject({ threshold: between(0, 100), factor: between(0, 20) }),
  })
  .readonly();

export type DeriveSmParameters = z.infer<typeof schema>;
export type DeriveSmMarket = DeriveSmParameters['markets'][string];

export function parseDeriveSmParameters(value: unknown): Outcome<DeriveSmParameters> {
  return parseWith(schema, value);
}
