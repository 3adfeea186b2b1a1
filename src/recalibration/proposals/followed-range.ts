/** A spot range day by day through a record, with what was known each day: followed alone, and with the tools on top. */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { sortedQuantile } from '../../measures/quantile.js';
import { ewmaFilter } from '../../scenarios/ewma-filter.js';
import type { MoveLimits } from '../governance/parameter-record.js';
import { HOUSE_POLICY } from '../governance/policy.js';
import { firstRegime, nextRegime, type Regime } from '../regime/regime.js';
import { EWMA_DECAYS, EwmaVariance } from '../signals/ewma.js';
import {
  firstGovernedValue,
  nextGovernedValue,
  type GovernedValue,
  type ProcyclicalityTools,
} from './governed-value.js';
import { HOUSE_SPOT_RANGE, spotRange, type SpotRangeTerms } from './spot-range.js';

/** A price of the record. */
export interface RecordedClose {
  readonly dateMs: number;
  /** When the price was there to be used: the end of a daily bar that begins at `dateMs`. */
  readonly knownAtMs: number;
  readonly price: number;
}

/** What the range would have been, shares of price. */
export interface RangeDay {
  readonly dateMs: number;
  readonly knownAtMs: number;
  readonly regime: Regime;
  /** By filtered history until that day. */
  readonly estimate: number;
  /** Follows the estimate within the limits of a move. */
  readonly followed: number;
  /** The same with buffer, stressed observations and floor. */
  readonly withTools: number;
}

const DAY_MS = 86_400_000;

/** A move over more days than these is a hole in the record and tells nothing of a day. */
const GAP_DAYS_MAX = 7;

/** Returns that the first estimate needs: a year of 99.9 % is thin enough. */
const RETURNS_MIN = 365;

/** The floor of EMIR RTS 153/2013, Article 28(1)(c), looks back ten years. */
const FLOOR_DAYS = 3_650;

/** Stressed observations: the deviation that one day in a hundred of the record had, with a quarter of the weight. */
const STRESS_QUANTILE = 0.99;
const STRESS_WEIGHT = 0.25;

/**
 * Every day from `fromMs` on. The tools know the record before the first day alone. Failures name `closes` or what the estimate
 * refuses.
 */
export function followedRanges(
  closes: readonly RecordedClose[],
  fromMs: number,
  terms: SpotRangeTerms = HOUSE_SPOT_RANGE,
): Outcome<RangeDay[]> {
  const moves = dailyMoves(closes);
  if (!moves.ok) return moves;
  const first = moves.value.findIndex(({ close }) => close.knownAtMs >= fromMs);
  if (first < RETURNS_MIN) {
    const what = `at least ${String(RETURNS_MIN)} daily moves before the first day`;
    return failure('MISSING_MARKET_DATA', 'closes', expected(what, 'closes', Math.max(0, first)));
  }
  const returns = Float64Array.from(moves.value, ({ move }) => move);
  const started = start(
    returns.subarray(0, first + 1),
    (moves.value[first]?.close.knownAtMs ?? 0) / 1_000,
    terms,
  );
  if (!started.ok) return started;
  const { limits, tools } = started.value;
  let { followed, withTools } = started.value;
  const signals = new RangeSignals(returns.subarray(0, first + 1));
  let regime = firstRegime((moves.value[first]?.close.knownAtMs ?? 0) / 1_000);
  const days: RangeDay[] = [];
  for (const [at, { close, move }] of moves.value.entries()) {
    if (at < first) continue;
    const nowSeconds = close.knownAtMs / 1_000;
    const range = spotRange(returns.subarray(0, at + 1), terms);
    if (!range.ok) return range;
    const estimate = range.value.range;
    if (at > first) {
      const entered = nextRegime(regime, { timeSeconds: nowSeconds, ...signals.take(move) });
      if (!entered.ok) return entered;
      regime = entered.value;
      const alone = nextGovernedValue(followed, estimate, nowSeconds, regime.regime, limits);
      const tooled = nextGovernedValue(withTools, estimate, nowSeconds, regime.regime, limits, tools);
      if (!alone.ok) return alone;
      if (!tooled.ok) return tooled;
      followed = alone.value.next;
      withTools = tooled.value.next;
    }
    const { dateMs, knownAtMs } = close;
    days.push({
      ...{ dateMs, knownAtMs, estimate, regime: regime.regime },
      ...{ followed: followed.value, withTools: withTools.value },
    });
  }
  return success(days);
}

interface DailyMove {
  readonly close: RecordedClose;
  /** Change of ln price per square root of a day. */
  readonly move: number;
}

function dailyMoves(closes: readonly RecordedClose[]): Outcome<DailyMove[]> {
  const moves: DailyMove[] = [];
  for (const [at, close] of closes.entries()) {
    const field = `closes[${String(at)}]`;
    if (!(close.price > 0 && close.price < Infinity))
      return failure('INVALID_VALUE', `${field}.price`, expected('a price > 0', 'price', close.price));
    const before = closes[at - 1];
    if (before === undefined) continue;
    const days = Math.round((close.knownAtMs - before.knownAtMs) / DAY_MS);
    if (!(days >= 1))
      return failure('INVALID_VALUE', `${field}.knownAt`, 'Expected every price a day after the one before');
    if (days <= GAP_DAYS_MAX)
      moves.push({ close, move: Math.log(close.price / before.price) / Math.sqrt(days) });
  }
  return success(moves);
}

interface Start {
  readonly limits: MoveLimits;
  readonly tools: ProcyclicalityTools;
  readonly followed: GovernedValue;
  readonly withTools: GovernedValue;
}

/** Ranges at other volatilities are taken in proportion to the one of the first day. */
function start(record: Float64Array, nowSeconds: number, terms: SpotRangeTerms): Outcome<Start> {
  const range = spotRange(record, terms);
  if (!range.ok) return range;
  const filtered = ewmaFilter(record, terms.decay);
  if (!filtered.ok) return filtered;
  const { deviation, deviationNow } = filtered.value;
  const rangeAt = (other: number): number => (range.value.range * other) / deviationNow;
  const recent = record.subarray(-FLOOR_DAYS);
  const longRun = Math.sqrt(recent.reduce((sum, move) => sum + move * move, 0) / recent.length);
  const tools = {
    stressed: rangeAt(sortedQuantile(Float64Array.from(deviation).sort(), STRESS_QUANTILE, 'R7')),
    stressWeight: STRESS_WEIGHT,
    floor: rangeAt(longRun),
  };
  const { rangeMultiple, maxRelativeChange, deadband, minDelayMs } = HOUSE_POLICY;
  const limits = {
    lo: range.value.range / rangeMultiple,
    hi: Math.min(RANGE_MAX, range.value.range * rangeMultiple),
    ...{ maxRelativeChange, deadband, minDelaySeconds: minDelayMs / 1_000 },
  };
  return success({
    ...{ limits, tools },
    followed: firstGovernedValue(range.value.range, nowSeconds, limits),
    withTools: firstGovernedValue(range.value.range, nowSeconds, limits, tools),
  });
}

/** Beyond it a grid has nothing left to scan below. */
const RANGE_MAX = 0.95;

/** What the regime reads: the move over what was expected, and fast over slow volatility. */
class RangeSignals {
  readonly #fast: EwmaVariance;
  readonly #expected: EwmaVariance;
  readonly #slow: EwmaVariance;

  constructor(record: Float64Array) {
    const variance = record.reduce((sum, move) => sum + move * move, 0) / record.length;
    const [fast, expectedDecay, slow] = EWMA_DECAYS;
    this.#fast = new EwmaVariance(fast, variance);
    this.#expected = new EwmaVariance(expectedDecay, variance);
    this.#slow = new EwmaVariance(slow, variance);
    for (const move of record) this.#observe(move);
  }

  take(move: number): { readonly standardisedReturn: number; readonly volatilityRatio: number } {
    const standardisedReturn = move / this.#expected.deviation;
    this.#observe(move);
    return { standardisedReturn, volatilityRatio: this.#fast.deviation / this.#slow.deviation };
  }

  #observe(move: number): void {
    for (const estimate of [this.#fast, this.#expected, this.#slow]) estimate.observe(move);
  }
}
