/** Exposure at default of a netting set by Basel's standardised approach (CRE52). Currency. */
export interface SaCcrInput {
  /** Market value of the trades, and collateral held against it after haircuts. */
  readonly value: number;
  readonly collateral: number;
  /** Add-on of the netting set, >= 0: 0 for one without trades. */
  readonly addOn: number;
  /** Margin agreement: threshold, minimum transfer amount, net independent collateral amount; absent: not margined. */
  readonly margin?: {
    readonly threshold: number;
    readonly minimumTransfer: number;
    readonly netIndependentCollateral: number;
  };
}

export interface SaCcr {
  readonly replacementCost: number;
  readonly multiplier: number;
  readonly exposureAtDefault: number;
}

const ALPHA = 1.4;
const MULTIPLIER_FLOOR = 0.05;

/** 1.4 (RC + multiplier x add-on); too much collateral lowers the multiplier, never below 5 %. */
export function saCcrExposure({ value, collateral, addOn, margin }: SaCcrInput): SaCcr {
  const gap = value - collateral;
  const margined =
    margin === undefined ? 0 : margin.threshold + margin.minimumTransfer - margin.netIndependentCollateral;
  const replacementCost = Math.max(gap, margined, 0);
  const room = 1 - MULTIPLIER_FLOOR;
  const multiplier =
    addOn === 0 ? 1 : Math.min(1, MULTIPLIER_FLOOR + room * Math.exp(gap / (2 * room * addOn)));
  return { replacementCost, multiplier, exposureAtDefault: ALPHA * (replacementCost + multiplier * addOn) };
}
