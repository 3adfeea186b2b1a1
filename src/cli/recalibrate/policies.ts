import type { ReplayDay } from '../../backtest/replay.js';
import { resolveModel } from '../../models/catalogue.js';
import type { RangeDay } from '../../recalibration/proposals/followed-range.js';
import type { ParameterSet, ScheduledModel } from '../../replay/replay-terms.js';
import { InputError } from '../exit.js';
import { describeFailure } from '../margin-table.js';

/** How a venue sets the range of its grid over time. */
export interface RangePolicy {
  readonly name: string;
  readonly rangeOn: (day: RangeDay) => number;
}

/** The same range every day, the estimate followed, and the estimate with the tools against procyclicality. */
export function rangePolicies([first]: readonly RangeDay[]): readonly RangePolicy[] {
  const fixed = first?.followed ?? NaN;
  return [
    { name: 'fixed', rangeOn: () => fixed },
    { name: 'followed', rangeOn: ({ followed }) => followed },
    { name: 'with tools', rangeOn: ({ withTools }) => withTools },
  ];
}

/** One book under one policy. */
export interface PolicyDays {
  readonly book: string;
  readonly policy: string;
  readonly notionalUsd: number;
  readonly days: readonly ReplayDay[];
}

/** The grid whose one range is the estimate; initial margin is 1.2 times what it loses. */
export const GRID_MODEL = 'bybit-pm';

/** The model's own shocks of volatility are not published; these are Deribit's (model deribit-pm), the same for every policy. */
const VOLATILITY_SHOCKS = { up: 0.5, down: 0.25 };

export function overridesOf(range: number): Readonly<Record<string, unknown>> {
  return { priceRange: range, volatility: VOLATILITY_SHOCKS };
}

/** The policy as a replay of the venue has it: each range from when it was known. */
export function scheduleOf({ name, rangeOn }: RangePolicy, days: readonly RangeDay[]): ParameterSet {
  const schedule: ScheduledModel[] = [];
  let last = NaN;
  for (const day of days) {
    const range = rangeOn(day);
    if (range === last) continue;
    last = range;
    const model = resolveModel({ name: GRID_MODEL, overrides: overridesOf(range) });
    if (!model.ok) throw new InputError(describeFailure(model.failure));
    schedule.push({ fromMs: day.knownAtMs, model: model.value });
  }
  return { name, schedule };
}
