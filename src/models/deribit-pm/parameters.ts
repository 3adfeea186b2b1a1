import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';

/**
 * Names follow the venue's `model_params`; values are in margin-models.md 7. Ranges keep a typing error out; the venue
 * states none.
 */
const currency = z.strictObject({
  /** Annualised move of a future against its index. */
  annualisedMoveRisk: between(0, 2),
  minAnnualisedMove: between(0, 1),
  /** US dollars. */
  extendedDampenerUsd: between(0, 1e9),
  /** Share of a gain that may offset losses. */
  pnlOffset: between(0, 1),
  /** US dollars. */
  maxOffsetablePnlUsd: between(0, 1e12),
  priceRange: z.number().gt(0).lt(1),
  volatilityRangeUp: between(0, 10),
  volatilityRangeDown: between(0, 1),
  minVolatilityForShockUp: between(0, 20),
  shortTermVegaPower: between(0, 10),
  longTermVegaPower: between(0, 10),
  extendedTableFactor: between(0, 100),
  /** Per coin of delta above the threshold. */
  deltaIncrement: between(0, 1),
  maxDeltaShock: between(0, 1),
  /** US dollars. */
  deltaShockThresholdUsd: between(0, 1e12),
});

const schema = z
  .strictObject({
    currencies: z.record(z.string(), currency),
    maintenanceFactor: between(0, 1),
    /** Price moves on either side of zero. */
    bucketsCount: z.int().min(1).max(100),
    /** Far moves, all with volatility up. */
    extendedMoves: z.array(z.number().gt(-1).lt(100)).max(32),
    /** Part of the quantity limit of a market-maker protection group that is held as margin. */
    mmpFactor: between(0, 1),
    volatilityFloorDays: z.number().gt(0).max(400),
    /** The worst case enters a coin margin rounded to this many decimals (fitted: the published response needs it). */
    worstCaseDecimals: z.int().min(0).max(15),
  })
  .readonly();

export type DeribitPmParameters = z.infer<typeof schema>;
export type DeribitCurrencyParameters = DeribitPmParameters['currencies'][string];

export function parseDeribitPmParameters(value: unknown): Outcome<DeribitPmParameters> {
  return parseWith(schema, value);
}
