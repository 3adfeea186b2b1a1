import type { DeriveSmMarket } from './parameters.js';

/** Excess of one short leg standing alone (margin-models.md 5); cash units, <= 0. */
export interface LegMargin {
  readonly initial: number;
  readonly maintenance: number;
}

/**
 * @param quantity signed contracts, < 0
 * @param value mark-to-market of the leg, signed: negative for a short
 */
export function shortOptionMargin(
  rule: DeriveSmMarket['option'],
  isCall: boolean,
  strike: number,
  spot: number,
  quantity: number,
  value: number,
): LegMargin {
  const outOfTheMoney = Math.max(0, isCall ? strike - spot : spot - strike) / spot;
  const requirement =
    Math.max(rule.maxSpotRequirement - outOfTheMoney, rule.minSpotRequirement) * spot * quantity;
  if (isCall) {
    return { initial: value + requirement, maintenance: value + rule.callMaintenance * spot * quantity };
  }
  const maintenance =
    value + Math.min(rule.putMaintenance * spot * quantity, rule.putValueMaintenance * value);
  return { initial: Math.min(requirement + value, maintenance * rule.maintenanceOffset), maintenance };
}
