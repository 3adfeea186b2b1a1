import { SECONDS_PER_YEAR } from '../../domain/time.js';

/**
 * Confidence of a price that was known to +-`confidence` some seconds ago: sqrt(c^2 + (p x sigma)^2 x age) with sigma per
 * square root of a second. 60 % a year are 1.07 bp in a second. Age below 0 counts as 0; age never lowers a confidence.
 */
export function widenByAge(
  confidence: number,
  price: number,
  annualVolatility: number,
  ageSeconds: number,
): number {
  const drift = price * annualVolatility;
  const variance = ((drift * drift) / SECONDS_PER_YEAR) * Math.max(0, ageSeconds);
  return Math.max(confidence, Math.sqrt(confidence * confidence + variance));
}
