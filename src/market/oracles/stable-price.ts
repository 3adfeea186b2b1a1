/**
 * A price that follows the market at a limited rate: initial margin takes the lower of market and stable price for assets
 * and the higher for liabilities, so that a pump or a dump of minutes buys no margin.
 */
export interface StablePriceParameters {
  /** Length of the means that bound the price from far, seconds. */
  readonly delayIntervalSeconds: number;
  /** A mean differs from the one before by at most this share. */
  readonly delayGrowthMax: number;
  /** Relative change of the stable price per second, before it is damped by its distance from the delayed mean. */
  readonly growthPerSecondMax: number;
  /** Updates closer than this to the last one that counted are ignored. */
  readonly minStepSeconds: number;
  /** A longer gap counts as this much. */
  readonly maxStepSeconds: number;
}

/** 0.03 %/s and 6 %/h: Mango v4 (market-and-risk.md 1.2 step 6 and section 11). */
export const STABLE_PRICE_DEFAULTS: StablePriceParameters = {
  delayIntervalSeconds: 3_600,
  delayGrowthMax: 0.06,
  growthPerSecondMax: 0.0003,
  minStepSeconds: 10,
  maxStepSeconds: 600,
};

/** Means that are kept: a day of hours. */
const DELAY_SLOTS = 24;

export interface StablePriceState {
  readonly stable: number;
  /** One mean per interval, used one lap after it was taken. */
  readonly delayed: readonly number[];
  readonly accumulatedPriceSeconds: number;
  readonly accumulatedSeconds: number;
  readonly lastSeconds: number;
  readonly slot: number;
}

export function startStablePrice(
  nowSeconds: number,
  price: number,
  { delayIntervalSeconds }: StablePriceParameters = STABLE_PRICE_DEFAULTS,
): StablePriceState {
  return {
    stable: price,
    delayed: Array.from({ length: DELAY_SLOTS }, () => price),
    accumulatedPriceSeconds: 0,
    accumulatedSeconds: 0,
    lastSeconds: nowSeconds,
    slot: slotAt(nowSeconds, delayIntervalSeconds),
  };
}

/**
 * The state after a price > 0 at `nowSeconds`. In every interval the mean of the prices is taken, limited to 6 % around the
 * mean before; the stable price moves towards the price by at most 0.03 % per second, times the square of the ratio of stable
 * price and delayed mean, whichever way it is below 1. As in the published rule a gap counts `maxStepSeconds` of its price over
 * all of its time: the mean falls at most to its limit, and the stable price follows more slowly for a while.
 */
export function updateStablePrice(
  before: StablePriceState,
  nowSeconds: number,
  price: number,
  parameters: StablePriceParameters = STABLE_PRICE_DEFAULTS,
): StablePriceState {
  const elapsed = nowSeconds - before.lastSeconds;
  if (!(elapsed >= parameters.minStepSeconds)) return before;
  const step = Math.min(elapsed, parameters.maxStepSeconds);
  const filled = fillDelayed(before, nowSeconds, elapsed, price * step, parameters);
  const delayed = filled.delayed[filled.slot]!;
  const ratio = Math.min(before.stable, delayed) / Math.max(before.stable, delayed);
  const limit = parameters.growthPerSecondMax * ratio * ratio * step;
  const stable = Math.min(Math.max(price, before.stable * (1 - limit)), before.stable * (1 + limit));
  return { ...filled, stable };
}

/** Adds to the mean of the running interval, and closes it when `nowSeconds` lies in another one. */
function fillDelayed(
  before: StablePriceState,
  nowSeconds: number,
  elapsed: number,
  priceSeconds: number,
  { delayIntervalSeconds, delayGrowthMax }: StablePriceParameters,
): StablePriceState {
  const sum = before.accumulatedPriceSeconds + priceSeconds;
  const seconds = before.accumulatedSeconds + elapsed;
  const slot = slotAt(nowSeconds, delayIntervalSeconds);
  const running = {
    ...before,
    lastSeconds: nowSeconds,
    accumulatedPriceSeconds: sum,
    accumulatedSeconds: seconds,
  };
  if (slot === before.slot) return running;
  const previous = before.delayed[(before.slot + DELAY_SLOTS - 1) % DELAY_SLOTS]!;
  const mean = Math.min(
    Math.max(sum / seconds, previous * (1 - delayGrowthMax)),
    previous * (1 + delayGrowthMax),
  );
  const delayed = [...before.delayed];
  if (elapsed > DELAY_SLOTS * delayIntervalSeconds) delayed.fill(mean);
  else for (let at = before.slot; at !== slot; at = (at + 1) % DELAY_SLOTS) delayed[at] = mean;
  return { ...running, delayed, slot, accumulatedPriceSeconds: 0, accumulatedSeconds: 0 };
}

function slotAt(nowSeconds: number, intervalSeconds: number): number {
  return Math.floor(nowSeconds / intervalSeconds) % DELAY_SLOTS;
}
