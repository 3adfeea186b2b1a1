/**
 * Charge for uncertain data: (1 - confidence) x rate x notional when the confidence is strictly below the threshold
 * (Derive PMRM_2 and PMRM; margin-models.md 3.4).
 */
export function confidenceCharge(
  confidence: number,
  notional: number,
  threshold: number,
  rate: number,
): number {
  return confidence < threshold ? (1 - confidence) * rate * notional : 0;
}
