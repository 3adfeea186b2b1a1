/** Everything that is watched of one underlying; what does not come keeps its last value, and its age says so. */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { EWMA_DECAYS, EwmaCorrelation, EwmaVariance } from './ewma.js';
import { aggregateVariance, fitGarch, GARCH_RETURNS_MIN, type GarchFit } from './garch.js';

/** One look at the market; absent is missing. */
export interface SignalSample {
  /** Seconds since 1970, after the last sample. */
  readonly timeSeconds: number;
  /** Price of the underlying, > 0. */
  readonly price?: number | undefined;
  /** Price of what its correlation is watched against, > 0. */
  readonly otherPrice?: number | undefined;
  /** `impliedVolatilityIndex`, annualised fraction, > 0. */
  readonly impliedVolatility?: number | undefined;
  /** Dollars within 100 basis points on the thinner side, >= 0. */
  readonly depthUsd?: number | undefined;
  /** Half-spread as a share of price, >= 0. */
  readonly spread?: number | undefined;
  /** Wealth of the e-process against the margins in force, >= 0. */
  readonly evidence?: number | undefined;
}

export interface SignalValue {
  readonly value: number;
  /** When it was last seen, seconds since 1970. */
  readonly timeSeconds: number;
}

export type SignalName =
  | 'fastDeviation'
  | 'deviation'
  | 'slowDeviation'
  | 'garchDeviation'
  | 'standardisedReturn'
  | 'volatilityRatio'
  | 'impliedVolatility'
  | 'volatilityOfVolatility'
  | 'depthUsd'
  | 'spread'
  | 'correlation'
  | 'evidence';

const DAY_SECONDS = 86_400;

/** Returns that GARCH is fitted to, and how many come before it is fitted anew: a fit costs milliseconds. */
const GARCH_RETURNS_MAX = 1_000;
const GARCH_REFIT_RETURNS = 20;

/** Volatility of volatility forgets as fast as the filter of volatility does. */
const VOLATILITY_DECAY = 0.94;

/** Deviations are per day, whatever the time between samples. */
export class SignalBoard {
  readonly #fast: EwmaVariance;
  readonly #middle: EwmaVariance;
  readonly #slow: EwmaVariance;
  readonly #volatilityMoves: EwmaVariance;
  readonly #correlation = new EwmaCorrelation(EWMA_DECAYS[2]);
  readonly #returns: number[] = [];
  readonly #values = new Map<SignalName, SignalValue>();
  #garch: { readonly fit: GarchFit; variance: number; readonly age: number } | undefined;
  #last: SignalSample | undefined;
  #lastPrice: { readonly price: number; readonly timeSeconds: number } | undefined;
  #lastOther: number | undefined;

  readonly #fitsGarch: boolean;

  /**
   * @param startDeviation of a day before the first sample, > 0
   * @param fitsGarch false where nobody reads it: a fit costs more than all the rest
   */
  constructor(startDeviation: number, startVolatilityOfVolatility = 0.05, { fitsGarch = true } = {}) {
    this.#fitsGarch = fitsGarch;
    const [fast, middle, slow] = EWMA_DECAYS.map((decay) => new EwmaVariance(decay, startDeviation ** 2));
    this.#fast = fast ?? new EwmaVariance(EWMA_DECAYS[0], startDeviation ** 2);
    this.#middle = middle ?? this.#fast;
    this.#slow = slow ?? this.#fast;
    this.#volatilityMoves = new EwmaVariance(VOLATILITY_DECAY, startVolatilityOfVolatility ** 2);
  }

  /** Undefined before it was seen for the first time. */
  get(name: SignalName): SignalValue | undefined {
    return this.#values.get(name);
  }

  /** The value if it is from the newest sample; a signal that only holds is missing to whoever must not act on it. */
  fresh(name: SignalName): number | undefined {
    const held = this.#values.get(name);
    return held?.timeSeconds === this.#last?.timeSeconds ? held?.value : undefined;
  }

  /** Takes a sample, or refuses it and stays as it was. */
  observe(sample: SignalSample): Outcome<void> {
    const refused = refuseSample(sample, this.#last?.timeSeconds);
    if (refused !== undefined) return refused;
    const { timeSeconds } = sample;
    const put = (name: SignalName, value: number | undefined): void => {
      if (value !== undefined) this.#values.set(name, { value, timeSeconds });
    };
    this.#observeVolatility(sample, put);
    if (sample.price !== undefined) this.#observePrice(sample.price, sample.otherPrice, timeSeconds, put);
    put('impliedVolatility', sample.impliedVolatility);
    put('depthUsd', sample.depthUsd);
    put('spread', sample.spread);
    put('evidence', sample.evidence);
    this.#last = sample;
    return success(undefined);
  }

  #observePrice(
    price: number,
    otherPrice: number | undefined,
    timeSeconds: number,
    put: (name: SignalName, value: number | undefined) => void,
  ): void {
    const before = this.#lastPrice;
    const otherBefore = this.#lastOther;
    this.#lastPrice = { price, timeSeconds };
    this.#lastOther = otherPrice;
    if (before === undefined) return;
    const move = Math.log(price / before.price);
    const days = (timeSeconds - before.timeSeconds) / DAY_SECONDS;
    put('standardisedReturn', move / (this.#middle.deviation * Math.sqrt(days)));
    for (const variance of [this.#fast, this.#middle, this.#slow]) variance.observe(move, days);
    put('fastDeviation', this.#fast.deviation);
    put('deviation', this.#middle.deviation);
    put('slowDeviation', this.#slow.deviation);
    put('volatilityRatio', this.#fast.deviation / this.#slow.deviation);
    if (this.#fitsGarch) this.#observeGarch(move / Math.sqrt(days));
    put('garchDeviation', this.#garch === undefined ? undefined : Math.sqrt(this.#garch.variance));
    if (otherPrice === undefined || otherBefore === undefined) return;
    const correlation = this.#correlation.observe(move, Math.log(otherPrice / otherBefore));
    if (correlation.ok) put('correlation', correlation.value);
  }

  #observeGarch(dailyMove: number): void {
    this.#returns.push(dailyMove);
    if (this.#returns.length > GARCH_RETURNS_MAX) this.#returns.shift();
    if (this.#returns.length < GARCH_RETURNS_MIN) return;
    const current = this.#garch;
    if (current !== undefined && current.age < GARCH_REFIT_RETURNS) {
      const { omega, alpha, beta } = current.fit;
      const variance = omega + alpha * dailyMove ** 2 + beta * current.variance;
      this.#garch = { fit: current.fit, variance, age: current.age + 1 };
      return;
    }
    const fit = fitGarch(this.#returns);
    if (fit.ok) this.#garch = { fit: fit.value, variance: fit.value.varianceNow, age: 0 };
  }

  #observeVolatility(
    { impliedVolatility, timeSeconds }: SignalSample,
    put: (name: SignalName, value: number | undefined) => void,
  ): void {
    const before = this.#values.get('impliedVolatility');
    if (impliedVolatility === undefined || before === undefined) return;
    const days = (timeSeconds - before.timeSeconds) / DAY_SECONDS;
    this.#volatilityMoves.observe(Math.log(impliedVolatility / before.value), days);
    put('volatilityOfVolatility', this.#volatilityMoves.deviation);
  }

  /** Deviation over the next days by GARCH; undefined before it has been fitted. */
  garchDeviationOver(days: number): number | undefined {
    if (this.#garch === undefined) return undefined;
    const { fit, variance } = this.#garch;
    // The variance at hand is that of the first of those days.
    return Math.sqrt(variance + aggregateVariance(fit, variance, days - 1));
  }
}

const POSITIVE = ['price', 'otherPrice', 'impliedVolatility'] as const;
const NOT_NEGATIVE = ['depthUsd', 'spread', 'evidence'] as const;

function refuseSample(sample: SignalSample, lastSeconds = -Infinity): Outcome<never> | undefined {
  if (!(sample.timeSeconds > lastSeconds && sample.timeSeconds < Infinity)) {
    const what = `a time after the last sample, ${String(lastSeconds)},`;
    return failure('INVALID_VALUE', 'timeSeconds', expected(what, 'timeSeconds', sample.timeSeconds));
  }
  const isWrong = (value: number | undefined, least: number, isOpen: boolean): boolean =>
    value !== undefined && !((isOpen ? value > least : value >= least) && value < Infinity);
  for (const name of POSITIVE)
    if (isWrong(sample[name], 0, true))
      return failure('INVALID_VALUE', name, expected('a finite number > 0', name, sample[name]));
  for (const name of NOT_NEGATIVE)
    if (isWrong(sample[name], 0, false))
      return failure('INVALID_VALUE', name, expected('a finite number >= 0', name, sample[name]));
  return undefined;
}
