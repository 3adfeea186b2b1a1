import { success, type Outcome } from '../domain/outcome.js';
import { tailMeasures } from '../measures/tail-measures.js';
import type { ReplayDay } from './replay.js';

/** How margins stood against what happened. Counts are of days; every day's result is until the next close. */
export interface Coverage {
  readonly days: number;
  /** Of the initial margin over the days, dollars. */
  readonly meanInitialMargin: number;
  readonly meanMaintenanceMargin: number;
  /** Largest over smallest initial margin: how procyclical it was; null where the smallest was 0. */
  readonly peakToTrough: number | null;
  /** Losses above the initial margin, above the maintenance margin. */
  readonly initialBreaches: number;
  readonly maintenanceBreaches: number;
  /** Dollars lost beyond the initial margin, all days together. */
  readonly lossBeyondInitial: number;
  /** Realised 99 % loss of a day: value at risk of what happened, fractional tail. */
  readonly realisedLoss99: number;
  /** Mean initial margin over the realised 99 % loss: what a dollar of covered loss cost. Cheaper counts only at equal coverage. */
  readonly efficiency: number;
}

const REALISED_CONFIDENCE = 0.99;

export function coverage(days: readonly ReplayDay[]): Outcome<Coverage> {
  const realised = tailMeasures(
    days.map(({ pnl }) => -pnl),
    REALISED_CONFIDENCE,
  );
  if (!realised.ok) return realised;
  const initial = days.map(({ initialMargin }) => initialMargin);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const beyond = days.map((day) => Math.max(0, -day.pnl - day.initialMargin));
  const lowest = initial.reduce((least, value) => Math.min(least, value), Infinity);
  const highest = initial.reduce((most, value) => Math.max(most, value), 0);
  return success({
    days: days.length,
    meanInitialMargin: mean(initial),
    meanMaintenanceMargin: mean(days.map(({ maintenanceMargin }) => maintenanceMargin)),
    peakToTrough: lowest > 0 ? highest / lowest : null,
    initialBreaches: beyond.filter((loss) => loss > 0).length,
    maintenanceBreaches: days.filter(({ pnl, maintenanceMargin }) => -pnl > maintenanceMargin).length,
    lossBeyondInitial: beyond.reduce((sum, loss) => sum + loss, 0),
    realisedLoss99: realised.value.valueAtRisk,
    efficiency: mean(initial) / realised.value.valueAtRisk,
  });
}
