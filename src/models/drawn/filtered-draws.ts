import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { randomStream } from '../../measures/random.js';
import { independentNormals } from '../../scenarios/copula-draws.js';
import { drawSeed } from '../../scenarios/draws.js';
import { ewmaFilter, FILTER_DECAY, FILTER_RATIO_MAX } from '../../scenarios/ewma-filter.js';
import { recordedVolatilityResiduals } from '../../scenarios/proxy-factors.js';
import type { UnderlyingDraws } from './frozen-draws.js';
import { underlyingRules, type DrawnLaw, type PriceRecord } from './law.js';

/**
 * Draws of filtered history (market-and-risk.md 5.3): joint days of the record, each return over the deviation that it was expected
 * to have then, so that times today's deviation it is that day's move in today's market. What rises more than threefold is capped.
 * Beside each day stands one day of the recorded panel, the same for every underlying, whose volatility moved beyond what its return
 * explains. Every day of the record is drawn equally often, what is left over at random: with as many draws as days the draws
 * are the record.
 */
export function filteredDraws(
  law: DrawnLaw,
  record: PriceRecord,
): Outcome<ReadonlyMap<string, UnderlyingDraws>> {
  const { version, count } = law.draws;
  const dayCount = (Object.values(record.closes)[0]?.length ?? 0) - 1;
  const seed = drawSeed(version, { method: 'filtered history', days: dayCount });
  const random = randomStream(...seed);
  const wholeTurns = Math.floor(count / dayCount) * dayCount;
  const days = Uint32Array.from({ length: count }, (_, s) =>
    s < wholeTurns ? s % dayCount : random.integer(dayCount),
  );
  const residuals = recordedVolatilityResiduals();
  if (!residuals.ok) return residuals;
  const { days: panelDays, standardised } = residuals.value;
  const panelDay = Uint32Array.from({ length: count }, () => random.integer(panelDays));
  const returns = standardisedReturns(law, record);
  if (!returns.ok) return returns;
  const draws = new Map<string, UnderlyingDraws>();
  for (const [name, ofDay] of returns.value) {
    // An underlying without a recorded volatility shares the residuals of the first that has one.
    const own = standardised.get(name) ?? [...standardised.values()][0] ?? new Float64Array(panelDays);
    draws.set(name, {
      spot: Float64Array.from(days, (day) => ofDay[day] ?? NaN),
      volatility: Float64Array.from(panelDay, (day) => own[day] ?? NaN),
      bridge: independentNormals(version, name, count),
    });
  }
  return success(draws);
}

/**
 * Log returns of every underlying of a record, by name, over their own expected deviation, today's deviation over which is capped.
 * Fails for a record that stands still.
 */
export function standardisedReturns(
  law: DrawnLaw,
  { closes }: PriceRecord,
): Outcome<ReadonlyMap<string, Float64Array>> {
  const standardised = new Map<string, Float64Array>();
  for (const name of Object.keys(closes).sort()) {
    const deviationNow = underlyingRules(law, name)?.dailyVolatility ?? NaN;
    const returns = logReturns(closes[name] ?? []);
    const filter = ewmaFilter(returns, FILTER_DECAY.SPOT);
    if (!filter.ok) return failure(filter.failure.reason, `history.closes.${name}`, filter.failure.message);
    standardised.set(
      name,
      returns.map((change, t) => {
        const ratio = deviationNow / (filter.value.deviation[t] ?? NaN);
        return (change * Math.min(ratio, FILTER_RATIO_MAX)) / deviationNow;
      }),
    );
  }
  return success(standardised);
}

/** ln(close / close before), one fewer than closes. */
export function logReturns(closes: readonly number[]): Float64Array {
  return Float64Array.from(closes.slice(1), (close, t) => Math.log(close / (closes[t] ?? NaN)));
}
