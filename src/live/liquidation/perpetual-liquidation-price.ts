/**
 * Price at which a single position of a venue with maintenance leverage is liquidated: mark - side x available / size /
 * (1 - side / maintenance leverage). Source: Hyperliquid's documentation, liquidations.
 */
export function perpetualLiquidationPrice(position: {
  readonly mark: number;
  /** 1 long, -1 short. */
  readonly side: 1 | -1;
  /** Margin above maintenance, quote currency. */
  readonly marginAvailable: number;
  /** Contracts, > 0. */
  readonly size: number;
  /** > 1 */
  readonly maintenanceLeverage: number;
}): number {
  const { mark, side, marginAvailable, size, maintenanceLeverage } = position;
  return mark - (side * marginAvailable) / size / (1 - side / maintenanceLeverage);
}
