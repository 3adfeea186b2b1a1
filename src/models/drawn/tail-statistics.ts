import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { TailStatistics } from '../../domain/report.js';
import { tailErrors } from '../../measures/tail-errors.js';
import { tailMeasures } from '../../measures/tail-measures.js';

const HOURS_PER_DAY = 24;

/** What a report says of the tail of a book's drawn P&L, dollars; the error is that of as many independent draws. */
export function tailStatistics(
  pnl: Float64Array,
  confidence: number,
  holdingHours: number,
): Outcome<TailStatistics> {
  const losses = pnl.map((gain) => -gain);
  const measured = tailMeasures(losses, confidence);
  if (!measured.ok) return measured;
  const errors = tailErrors(losses, confidence);
  if (!errors.ok) return errors;
  return success({
    confidenceLevel: confidence,
    holdingPeriodDays: holdingHours / HOURS_PER_DAY,
    scenarioCount: pnl.length,
    valueAtRisk: measured.value.valueAtRisk,
    expectedShortfall: measured.value.expectedShortfall,
    expectedShortfallStandardError: errors.value.expectedShortfall,
    convention: 'fractional_tail',
  });
}
