/** What is remembered of past prices: the slow average, the breaker's average and the stable price. */
import type { ConfidenceEma } from './confidence-ema.js';
import { confidenceWeightedAverage, EMPTY_CONFIDENCE_EMA, updateConfidenceEma } from './confidence-ema.js';
import type { OracleParameters } from './oracle-config.js';
import type { AggregateState } from './oracle-state.js';
import type { SampleTimeEma } from './sample-time-ema.js';
import { EMPTY_SAMPLE_TIME_EMA, sampleTimeAverage, updateSampleTimeEma } from './sample-time-ema.js';
import type { StablePriceParameters, StablePriceState } from './stable-price.js';
import { STABLE_PRICE_DEFAULTS, startStablePrice, updateStablePrice } from './stable-price.js';

export interface TrackerState {
  readonly averageEma: ConfidenceEma;
  readonly averageUpdatedAtMs: number;
  readonly breakerEma: SampleTimeEma;
  readonly stable: StablePriceState | null;
}

export const EMPTY_TRACKERS: TrackerState = {
  averageEma: EMPTY_CONFIDENCE_EMA,
  averageUpdatedAtMs: 0,
  breakerEma: EMPTY_SAMPLE_TIME_EMA,
  stable: null,
};

export class PriceTrackers {
  private averageEma: ConfidenceEma;
  private averageUpdatedAtMs: number;
  private breakerEma: SampleTimeEma;
  private stable: StablePriceState | null;
  private readonly stableParameters: StablePriceParameters;

  constructor(
    private readonly parameters: OracleParameters,
    state: TrackerState,
  ) {
    this.averageEma = state.averageEma;
    this.averageUpdatedAtMs = state.averageUpdatedAtMs;
    this.breakerEma = state.breakerEma;
    this.stable = state.stable;
    this.stableParameters = {
      ...STABLE_PRICE_DEFAULTS,
      delayGrowthMax: parameters.stableDelayGrowthMax,
      growthPerSecondMax: parameters.stableGrowthPerSecondMax,
    };
  }

  get stablePrice(): number | null {
    return this.stable?.stable ?? null;
  }

  state(): TrackerState {
    const { averageEma, averageUpdatedAtMs, breakerEma, stable } = this;
    return { averageEma, averageUpdatedAtMs, breakerEma, stable };
  }

  /**
   * Follows an aggregate price. The averages returned are those of the past without the new price: a price is judged by what
   * was before it.
   */
  follow(
    before: AggregateState | null,
    price: number,
    confidence: number,
    nowMs: number,
  ): { readonly average: number; readonly breakerAverage: number } {
    const breakerAverage = this.followBreaker(before, nowMs) ?? price;
    const average = this.followAverage(price, confidence, nowMs);
    const nowSeconds = nowMs / 1_000;
    this.stable =
      this.stable === null
        ? startStablePrice(nowSeconds, price, this.stableParameters)
        : updateStablePrice(this.stable, nowSeconds, price, this.stableParameters);
    return { average, breakerAverage };
  }

  /** The price before counts for the time that it held. */
  private followBreaker(before: AggregateState | null, nowMs: number): number | undefined {
    if (before === null) return undefined;
    if (nowMs === before.calculatedAtMs) return before.breakerAverage;
    const seconds = (nowMs - before.calculatedAtMs) / 1_000;
    const { breakerTauSeconds } = this.parameters;
    this.breakerEma = updateSampleTimeEma(this.breakerEma, before.price, seconds, breakerTauSeconds);
    return sampleTimeAverage(this.breakerEma) ?? before.price;
  }

  private followAverage(price: number, confidence: number, nowMs: number): number {
    const { averageHalfLifeSeconds, averageGapSecondsMax, averageStepSeconds } = this.parameters;
    const seconds = (nowMs - this.averageUpdatedAtMs) / 1_000;
    const past = seconds > averageGapSecondsMax ? undefined : confidenceWeightedAverage(this.averageEma);
    if (past !== undefined && seconds < averageStepSeconds) return past;
    this.averageEma = updateConfidenceEma(
      this.averageEma,
      price,
      confidence,
      seconds,
      averageHalfLifeSeconds,
      averageGapSecondsMax,
    );
    this.averageUpdatedAtMs = nowMs;
    return past ?? price;
  }
}
