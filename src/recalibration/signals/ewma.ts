/** Exponentially weighted volatility and correlation that follow a stream; `scenarios/ewma-filter` does the same over a whole series. */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';

/** Speeds that the signals run at, per day: half-lives of 11, 23 and 69 days (market-and-risk.md 7.1). */
export const EWMA_DECAYS = [0.94, 0.97, 0.99] as const;

/** Observations until half of the weight is forgotten. */
export function halfLife(decay: number): number {
  return Math.log(0.5) / Math.log(decay);
}

/** Equal weights that have the same sum of weights. */
export function effectiveObservations(decay: number): number {
  return 1 / (1 - decay);
}

/**
 * Mean square per step, exponentially weighted: `v <- decay v + (1 - decay) x^2`. Steps may have any length: a move over `steps`
 * counts as that many steps of equal mean square.
 */
export class EwmaVariance {
  #variance: number;

  /** @param variance of one step before the first observation, > 0 */
  constructor(
    readonly decay: number,
    variance: number,
  ) {
    this.#variance = variance;
  }

  /** Of one step. */
  get variance(): number {
    return this.#variance;
  }

  /** Of one step. */
  get deviation(): number {
    return Math.sqrt(this.#variance);
  }

  /** Takes a move over some steps; what is no number is refused and changes nothing: a missing signal holds. */
  observe(move: number, steps = 1): Outcome<number> {
    if (!Number.isFinite(move))
      return failure('INVALID_VALUE', 'move', expected('a finite number', 'move', move));
    if (!(steps > 0 && steps < Infinity))
      return failure('INVALID_VALUE', 'steps', expected('a finite number > 0', 'steps', steps));
    const kept = this.decay ** steps;
    this.#variance = kept * this.#variance + (1 - kept) * ((move * move) / steps);
    return success(this.deviation);
  }
}

/** Correlation of two streams about 0, exponentially weighted. */
export class EwmaCorrelation {
  #products = { xx: 0, yy: 0, xy: 0 };

  constructor(readonly decay: number) {}

  /** In [-1, 1]; undefined before both streams have moved. */
  get value(): number | undefined {
    const { xx, yy, xy } = this.#products;
    const scale = Math.sqrt(xx * yy);
    return scale > 0 ? Math.max(-1, Math.min(1, xy / scale)) : undefined;
  }

  observe(x: number, y: number): Outcome<number | undefined> {
    if (!Number.isFinite(x) || !Number.isFinite(y))
      return failure('INVALID_VALUE', 'moves', expected('two finite numbers', 'moves', [x, y]));
    const { decay } = this;
    const { xx, yy, xy } = this.#products;
    this.#products = { xx: decay * xx + x * x, yy: decay * yy + y * y, xy: decay * xy + x * y };
    return success(this.value);
  }
}

/** How an estimate answers a market whose volatility has multiplied at once. */
export interface ImpulseResponse {
  readonly decay: number;
  /** Deviation after n observations of the new volatility, one entry for each n asked; the old one is 1. */
  readonly deviationAfter: readonly { readonly observations: number; readonly deviation: number }[];
  /** Observations until 90 % of the step is made; undefined where that takes more than `observationsMax`. */
  readonly observationsTo90Percent: number | undefined;
}

/** Share of the step that counts as having arrived. */
const ARRIVED = 0.9;

/** Published with the parameters: how late the margins are by design (market-and-risk.md 7.6). */
export function impulseResponse(
  decay: number,
  multiple: number,
  asked: readonly number[],
  observationsMax: number,
): ImpulseResponse {
  const estimate = new EwmaVariance(decay, 1);
  const target = 1 + ARRIVED * (multiple - 1);
  const wanted = new Set(asked);
  const deviationAfter: { observations: number; deviation: number }[] = [];
  let arrived: number | undefined;
  for (let observations = 1; observations <= observationsMax; observations += 1) {
    estimate.observe(multiple);
    const { deviation } = estimate;
    if (wanted.has(observations)) deviationAfter.push({ observations, deviation });
    if (arrived === undefined && deviation >= target) arrived = observations;
  }
  return { decay, deviationAfter, observationsTo90Percent: arrived };
}
