import type { DerivePm2Parameters } from './parameters.js';

/** The components in the order in which they are added up. */
export const CHARGE_NAMES = [
  'scenario_loss',
  'depeg',
  'perpetual_contingency',
  'short_option_contingency',
  'collateral_haircut',
  'confidence',
] as const;

/** Initial and maintenance part of every component; memory of the caller, reused from book to book. */
export interface ChargeColumns {
  readonly initial: Float64Array;
  readonly maintenance: Float64Array;
}

export function allocateCharges(): ChargeColumns {
  return {
    initial: new Float64Array(CHARGE_NAMES.length),
    maintenance: new Float64Array(CHARGE_NAMES.length),
  };
}

/**
 * The components of one book, in cash units. Initial margin always includes the maintenance contingency; the initial
 * percentage comes on top.
 */
export function fillCharges(
  charges: ChargeColumns,
  parameters: DerivePm2Parameters,
  /** Largest loss of the scenarios, >= 0. */
  loss: number,
  stablePrice: number,
  spot: number,
  /** |contracts| of the perpetual. */
  perpetualContracts: number,
  nakedShortContracts: number,
  initialHaircut: number,
  maintenanceHaircut: number,
  confidence: number,
): void {
  const { lossFactor, peg, perpetual, option } = parameters;
  const { initial, maintenance } = charges;
  const perpetualNotional = perpetualContracts * spot;
  initial[0] = lossFactor.initial * loss;
  maintenance[0] = lossFactor.maintenance * loss;
  initial[1] = Math.max(0, peg.threshold - stablePrice) * peg.lossFactor * loss;
  maintenance[1] = 0;
  maintenance[2] = perpetualNotional * perpetual.maintenance;
  initial[2] = maintenance[2] + perpetualNotional * perpetual.initial;
  maintenance[3] = nakedShortContracts * spot * option.maintenance;
  initial[3] = maintenance[3] + nakedShortContracts * spot * option.initial;
  maintenance[4] = maintenanceHaircut;
  initial[4] = maintenanceHaircut + initialHaircut;
  initial[5] = confidence;
  maintenance[5] = 0;
}
