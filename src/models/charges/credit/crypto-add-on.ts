/** Of every cryptoasset that may be hedged (Basel SCO60, counterparty credit risk; group 2a). */
const SUPERVISORY_FACTOR = 0.32;

/** Business days from a default to the end of its close-out, margined and not centrally cleared (CRE52.50). */
const MARGIN_PERIOD_DAYS = 10;
const BUSINESS_DAYS_PER_YEAR = 250;
/** Of margined trades (CRE52.52). */
const MARGINED_FACTOR = 1.5;

/**
 * Add-on of a margined netting set of crypto derivatives, for `saCcrExposure`: one hedging set per coin, in which long and short
 * offset, and none between coins.
 *
 * @param deltasUsd one per coin: dollars of delta, signed
 * @returns US dollars
 */
export function cryptoAddOn(deltasUsd: readonly number[]): number {
  const maturity = MARGINED_FACTOR * Math.sqrt(MARGIN_PERIOD_DAYS / BUSINESS_DAYS_PER_YEAR);
  return deltasUsd.reduce((sum, delta) => sum + SUPERVISORY_FACTOR * maturity * Math.abs(delta), 0);
}
