import type { MaintenanceMarginUse } from './price-permissions.js';

/**
 * The price at which maintenance margin and liquidation value a net delta, or undefined where they must wait. A price too
 * uncertain counts for the account: nobody is liquidated by the width of an interval. `secondaryPrice` is an oracle of other
 * sources; the two agree when they differ by at most the sum of their confidences.
 */
export function maintenancePrice(
  use: MaintenanceMarginUse,
  netDelta: number,
  primary: { readonly price: number; readonly confidence: number },
  secondary?: { readonly price: number; readonly confidence: number },
): number | undefined {
  const { price, confidence } = primary;
  switch (use) {
    case 'CURRENT':
      return price;
    case 'IN_FAVOUR_OF_ACCOUNT':
      return netDelta >= 0 ? price + confidence : Math.max(0, price - confidence);
    case 'IF_SECONDARY_SOURCE_AGREES':
      return secondary !== undefined && Math.abs(price - secondary.price) <= confidence + secondary.confidence
        ? price
        : undefined;
    case 'REFUSED':
      return undefined;
  }
}
