import { mergeParameters } from '../models/overrides.js';
import { success, type Outcome } from '../domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import { MarginEngine } from '../engine/margin-engine.js';
import type { Kernels } from '../kernel/kernels.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel } from '../models/catalogue.js';
import type { BookDay } from './book-day.js';
import { dailyCalibration } from './daily-calibration.js';
import type { PriceHistory } from './price-history.js';

/** One day of a replay. Dollars. */
export interface ReplayDay {
  readonly dateMs: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** Of models that estimate a tail; positive is a loss. */
  readonly valueAtRisk?: number;
  readonly expectedShortfall?: number;
  /** Of the book until the next day's close. */
  readonly pnl: number;
}

export interface ReplayRequest {
  readonly kernels: Kernels;
  /** What models that follow the history read: closes until the day. */
  readonly history: PriceHistory;
  readonly days: readonly BookDay[];
  /** `house`, `derive-pm2@...`, ...; `house:filtered` draws from the history instead of a fitted law. */
  readonly model: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Parameters that move from day to day, of a model that does not follow the history by itself; in the place of `overrides`. */
  readonly overridesOn?: (dateMs: number) => Readonly<Record<string, unknown>>;
}

/** Models whose law follows the history; venues keep their published numbers. */
const CALIBRATED_MODELS = new Set(['house', 'es']);

/** Behind the name of an own model: filtered history. */
const FILTERED_SUFFIX = ':filtered';

/** Margins the book on every day with nothing but what was known at its close. */
export function replay(request: ReplayRequest): Outcome<readonly ReplayDay[]> {
  const engine = new MarginEngine(request.kernels);
  const overridesOf = dailyOverrides(request);
  const name = request.model.replace(FILTERED_SUFFIX, '');
  const days: ReplayDay[] = [];
  for (const day of request.days) {
    const overrides = overridesOf(day.dateMs);
    const model = resolveModel(overrides === undefined ? { name } : { name, overrides });
    if (!model.ok) return model;
    const market = resolveMarket(day.market);
    if (!market.ok) return market;
    const [outcome] = engine.calculate({
      model: model.value,
      market: market.value,
      portfolios: [day.portfolio],
      options: { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true },
    });
    if (outcome === undefined) throw new RangeError('no outcome');
    if (!outcome.ok) return outcome;
    const { initialMargin, maintenanceMargin, tailStatistics } = outcome.value;
    days.push({
      dateMs: day.dateMs,
      initialMargin,
      maintenanceMargin,
      pnl: day.pnl,
      ...(tailStatistics === undefined
        ? {}
        : { valueAtRisk: tailStatistics.valueAtRisk, expectedShortfall: tailStatistics.expectedShortfall }),
    });
  }
  return success(days);
}

/** The caller's overrides, for own models on top of what was known that day. */
function dailyOverrides({
  model,
  overrides,
  overridesOn,
  history,
  days,
}: ReplayRequest): (dateMs: number) => Readonly<Record<string, unknown>> | undefined {
  const id = model.replace(FILTERED_SUFFIX, '').split('@')[0] ?? '';
  const underlyings = days[0]?.market.underlyings.map((quote) => quote.name) ?? [];
  if (!CALIBRATED_MODELS.has(id)) return overridesOn ?? (() => overrides);
  const calibration = dailyCalibration(history, underlyings, model.endsWith(FILTERED_SUFFIX));
  return (dateMs) =>
    mergeParameters(calibration(dateMs), overrides ?? {}) as Readonly<Record<string, unknown>>;
}
