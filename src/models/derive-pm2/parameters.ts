import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';
import { derivePortfolioParameters } from '../shared/derive-parameters.js';

/** Derive's contract allows 40 scenarios per manager. */
const SCENARIOS_MAX = 40;

/**
 * Ranges are those of the venue's own setters (derivexyz/v2-core, PMRMLib_2), read as facts; margin-models.md 3.5 lists
 * them. Percentages are fractions.
 */
const scenario = z.strictObject({
  /** Spot multiplied by this, e.g. 0.86. Ignored (taken as 1) for LINEAR and ABS. */
  spotFactor: z.number().gt(0).max(100),
  volShock: z.enum(['UP', 'DOWN', 'NONE', 'LINEAR', 'ABS']),
  /** Multiplies the P&L of the row; 1 on the grid. */
  dampening: between(0, 100),
});

const skewCap = z.strictObject({
  /** cap = capBase x sqrt(T) + capScale. */
  capBase: between(-10, 10),
  capScale: between(0, 10),
});

const collateral = z.strictObject({
  maintenanceHaircut: between(0, 1),
  /** Added to the maintenance haircut. */
  initialHaircut: between(0, 1),
  /** Moves with spot inside the scenarios (a wrapped or staked coin). */
  riskCancelling: z.boolean(),
});

const schema = z
  .strictObject({
    /** Underlyings these numbers were set for; empty for any. */
    underlyings: z.array(z.string()),
    /** The stable asset in which the account is kept. */
    cashAsset: z.string().min(1),
    scenarios: z.array(scenario).min(1).max(SCENARIOS_MAX),
    volatility: z.strictObject({
      rangeUp: between(0, 10),
      rangeDown: between(0, 10),
      /** Floor of a volatility shocked up, annualised. */
      minVolUp: between(0, 20),
      shortPower: between(0, 10),
      longPower: between(0, 10),
      floorDays: z.number().gt(0).max(400),
    }),
    skew: z.strictObject({
      linear: skewCap,
      abs: skewCap,
      minStrikeWidth: between(0, 10),
      widthScale: between(0, 20),
      volStatic: between(-20, 20),
      volScale: between(-20, 20),
    }),
    lossFactor: z.strictObject({ initial: between(0.5, 10), maintenance: between(0.1, 10) }),
    staticDiscount: z.strictObject({
      longBase: between(0, 10),
      longRateMultiplier: between(0, 10),
      longRateAdd: between(0, 10),
      shortBase: between(0, 10),
      shortRateMultiplier: between(0, 10),
      shortRateAdd: between(0, 10),
    }),
    ...derivePortfolioParameters,
    perpetual: z.strictObject({ maintenance: between(0, 3), initial: between(0, 3) }),
    option: z.strictObject({ maintenance: between(0, 2), initial: between(0, 2) }),
    collateral: z.record(z.string(), collateral),
  })
  .readonly();

export type DerivePm2Parameters = z.infer<typeof schema>;
export type DerivePm2Scenario = DerivePm2Parameters['scenarios'][number];

export function parseDerivePm2Parameters(value: unknown): Outcome<DerivePm2Parameters> {
  return parseWith(schema, value);
}

/** Allowed and unusual: the 2025 deployment script had the two static discounts swapped. */
export function derivePm2Warnings(parameters: DerivePm2Parameters): readonly string[] {
  const warnings: string[] = [];
  const { longBase, shortBase } = parameters.staticDiscount;
  if (!(longBase <= 1)) {
    warnings.push(`staticDiscount.longBase ${String(longBase)} is above 1: long options are marked up`);
  }
  if (!(shortBase >= 1)) {
    warnings.push(`staticDiscount.shortBase ${String(shortBase)} is below 1: short options are marked down`);
  }
  for (const [asset, { maintenanceHaircut, initialHaircut }] of Object.entries(parameters.collateral)) {
    if (maintenanceHaircut + initialHaircut > 1) {
      warnings.push(`collateral.${asset} haircuts add up to more than 1`);
    }
  }
  return warnings;
}
