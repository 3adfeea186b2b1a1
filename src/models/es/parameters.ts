import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { checkDraws } from '../drawn/frozen-draws.js';
import { checkTenors, drawParameters, tenorsDays, underlyingLaw } from '../drawn/law.js';
import { between, parseWith } from '../parameter-schema.js';

const schema = z
  .strictObject({
    /** Of the expected shortfall. */
    confidence: z.number().min(0.5).lt(1),
    holdingHours: between(1, 240),
    /** Share of the initial margin that maintenance holds. */
    maintenanceShare: between(0, 1),
    draws: drawParameters,
    tenorsDays,
    underlyings: z.record(z.string(), z.strictObject(underlyingLaw)),
    /** What stands in for something unobserved, in words; every report says so. */
    proxies: z.array(z.string().min(1)).max(32),
  })
  .superRefine(checkTenors)
  .readonly();

export type EsParameters = z.infer<typeof schema>;

export function parseEsParameters(value: unknown): Outcome<EsParameters> {
  return checkDraws(parseWith(schema, value));
}
