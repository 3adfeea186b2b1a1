/** How far a price can be trusted, mildest first. Source: Drift's ladder with an exact ratio (market-and-risk.md 1.2 step 7). */
export const PRICE_STATUSES = [
  'Valid',
  /** Too old to open risk. */
  'StaleForTrading',
  /** Fewer live sources than required. */
  'InsufficientDataPoints',
  /** Too old to lower a margin. */
  'StaleForMargin',
  /** The confidence interval is too wide. */
  'TooUncertain',
  /** Too far from its own average. */
  'TooVolatile',
  /** Not a positive number. */
  'NonPositive',
] as const;
export type PriceStatus = (typeof PRICE_STATUSES)[number];

export interface StatusLimits {
  readonly staleForTradingSeconds: number;
  readonly staleForMarginSeconds: number;
  /** confidence / price. */
  readonly confidenceMax: number;
  /** Larger / smaller of price and average; a ratio of doubles: whole division lets 5.99 pass a limit of 5. */
  readonly volatileRatioMax: number;
}

export const STATUS_LIMIT_DEFAULTS: StatusLimits = {
  staleForTradingSeconds: 5,
  staleForMarginSeconds: 60,
  confidenceMax: 0.02,
  volatileRatioMax: 5,
};

export interface PriceEvidenceOfStatus {
  readonly price: number;
  /** Slow average of the price, > 0. */
  readonly average: number;
  readonly confidence: number;
  readonly ageSeconds: number;
  readonly hasEnoughPublishers: boolean;
}

/** The most severe status that applies; comparisons are written so that NaN is never `Valid`. */
export function priceStatus(
  { price, average, confidence, ageSeconds, hasEnoughPublishers }: PriceEvidenceOfStatus,
  limits: StatusLimits = STATUS_LIMIT_DEFAULTS,
): PriceStatus {
  if (!(price > 0 && price < Infinity)) return 'NonPositive';
  if (!(Math.max(price, average) / Math.min(price, average) <= limits.volatileRatioMax)) return 'TooVolatile';
  if (!(confidence / price <= limits.confidenceMax)) return 'TooUncertain';
  if (!(ageSeconds <= limits.staleForMarginSeconds)) return 'StaleForMargin';
  if (!hasEnoughPublishers) return 'InsufficientDataPoints';
  if (!(ageSeconds <= limits.staleForTradingSeconds)) return 'StaleForTrading';
  return 'Valid';
}

/** 0 for `Valid`; larger is worse. */
export function severity(status: PriceStatus): number {
  return PRICE_STATUSES.indexOf(status);
}
