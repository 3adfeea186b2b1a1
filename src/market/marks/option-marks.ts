/**
 * Marks of options in dollars and in coin, a column at a time through the Black-76 kernel: price(forward) of the expiry's own
 * forward, and that over the expected settlement price for coin. Inside the settlement window the part already averaged moves the strike and
 * the rest of the forward is what is left to move (`averaging-clock.ts`).
 */
import type { Failure } from '../../domain/outcome.js';
import { expected } from '../../domain/outcome.js';
import { SETTLEMENT_WINDOW_SECONDS } from '../../domain/time.js';
import type { Kernels } from '../../kernel/kernels.js';
import { PRICE_MAX, VOLATILITY_MAX } from '../../limits.js';
import { splitAverage, totalVariance } from './averaging-clock.js';
import type { VolatilityClock } from './averaging-clock.js';

/** One entry per option. */
export interface OptionMarkInputs {
  readonly count: number;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Uint8Array;
  /** Expected settlement price of the expiry (in the window: expected index of the seconds left), > 0. */
  readonly forward: Float64Array;
  readonly strike: Float64Array;
  readonly secondsToExpiry: Float64Array;
  /** Annualised fraction, >= 0, on the clock of its entry in `clock`. */
  readonly volatility: Float64Array;
  readonly clock: readonly VolatilityClock[];
  /** Mean of the settlement index so far; NaN before the window. */
  readonly averageSoFar: Float64Array;
  readonly windowSeconds?: number;
}

/**
 * Undiscounted marks of one long unit, caller's memory. A refused row keeps what its entries held before: the last mark,
 * frozen, or NaN where there was none.
 */
export interface OptionMarkOutputs {
  /** Quote currency. */
  readonly value: Float64Array;
  /** d value / d forward. */
  readonly delta: Float64Array;
  /** Coins: value / expected settlement price, which is the forward before the window. */
  readonly coinValue: Float64Array;
  /** d coinValue / d forward; (delta - coinValue) / forward before the window. */
  readonly coinDelta: Float64Array;
  /** 1 for a mark of these inputs, 0 for a refused row. */
  readonly isLive: Uint8Array;
}

/** Marks every row that can be marked and says of every other why not, in the order of the rows. */
export function markOptions(
  kernels: Kernels,
  inputs: OptionMarkInputs,
  outputs: OptionMarkOutputs,
): readonly Failure[] {
  const { count } = inputs;
  const windowSeconds = inputs.windowSeconds ?? SETTLEMENT_WINDOW_SECONDS;
  const refused: Failure[] = [];
  const moving = blackColumns(inputs.isCall, count);
  const greeks = blackOutputs(count);
  for (let row = 0; row < count; row += 1) {
    const wrong = refusal(inputs, row, windowSeconds);
    outputs.isLive[row] = wrong === undefined ? 1 : 0;
    if (wrong !== undefined) {
      refused.push(wrong);
      continue;
    }
    const seconds = inputs.secondsToExpiry[row]!;
    const split = splitAverage(inputs.forward[row]!, inputs.averageSoFar[row]!, seconds, windowSeconds);
    moving.forward[row] = split.variable;
    moving.strike[row] = Math.max(0, inputs.strike[row]! - split.fixed);
    const variance = totalVariance(inputs.clock[row]!, inputs.volatility[row]!, seconds, windowSeconds);
    // The kernel's clock runs one year: only the total variance matters.
    moving.volatility[row] = Math.sqrt(variance);
  }
  kernels.black76(moving, greeks);
  for (let row = 0; row < count; row += 1) {
    if (outputs.isLive[row] === 1) writeMark(inputs, outputs, row, windowSeconds, greeks.price, greeks.delta);
  }
  return refused;
}

function writeMark(
  { isCall, forward, strike, averageSoFar, secondsToExpiry }: OptionMarkInputs,
  { value, delta, coinValue, coinDelta }: OptionMarkOutputs,
  row: number,
  windowSeconds: number,
  price: Float64Array,
  blackDelta: Float64Array,
): void {
  const seconds = secondsToExpiry[row]!;
  const split = splitAverage(forward[row]!, averageSoFar[row]!, seconds, windowSeconds);
  const settlement = split.fixed + split.variable;
  const movingShare = Math.min(1, seconds / windowSeconds);
  // A strike that the average has already passed for certain: the call is a forward, the put is worth nothing.
  const certain = isCall[row] === 1 ? Math.max(0, split.fixed - strike[row]!) : 0;
  const worth = price[row]! + certain;
  const coins = worth / settlement;
  value[row] = worth;
  delta[row] = blackDelta[row]! * movingShare;
  coinValue[row] = coins;
  coinDelta[row] = ((blackDelta[row]! - coins) * movingShare) / settlement;
}

function refusal(inputs: OptionMarkInputs, row: number, windowSeconds: number): Failure | undefined {
  const { forward, strike, volatility, secondsToExpiry, averageSoFar, clock } = inputs;
  const at = (column: string): string => `options[${row}].${column}`;
  const seconds = secondsToExpiry[row]!;
  if (!(forward[row]! > 0 && forward[row]! <= PRICE_MAX)) {
    return invalid(at('forward'), `a price above 0 and at most ${PRICE_MAX}`, forward[row]!);
  }
  if (!(strike[row]! > 0 && strike[row]! <= PRICE_MAX)) {
    return invalid(at('strike'), `a price above 0 and at most ${PRICE_MAX}`, strike[row]!);
  }
  if (!(volatility[row]! >= 0 && volatility[row]! <= VOLATILITY_MAX)) {
    return invalid(at('volatility'), `a fraction from 0 to ${VOLATILITY_MAX}`, volatility[row]!);
  }
  if (!Number.isFinite(seconds)) return invalid(at('secondsToExpiry'), 'a finite number', seconds);
  if (seconds <= 0) {
    const message = `Expired ${-seconds} s ago and not settled: it is worth its payoff at the settlement price`;
    return { reason: 'EXPIRED_INSTRUMENT', field: at('secondsToExpiry'), message };
  }
  if (seconds >= windowSeconds) return undefined;
  if (clock[row] === 'VENUE') {
    const message = `${seconds} s before expiry a venue's volatility does not say how much of the average is known`;
    return { reason: 'UNSUPPORTED', field: at('clock'), message };
  }
  if (averageSoFar[row]! > 0 && averageSoFar[row]! <= PRICE_MAX) return undefined;
  const missing = invalid(at('averageSoFar'), 'the mean since the window began', averageSoFar[row]!);
  return Number.isNaN(averageSoFar[row]!) ? { ...missing, reason: 'MISSING_MARKET_DATA' } : missing;
}

function invalid(field: string, what: string, received: number): Failure {
  return { reason: 'INVALID_VALUE', field, message: expected(what, field, received) };
}

function blackColumns(isCall: Uint8Array, count: number): Parameters<Kernels['black76']>[0] {
  return {
    count,
    isCall,
    forward: new Float64Array(count),
    strike: new Float64Array(count),
    volatility: new Float64Array(count),
    timeToExpiryYears: new Float64Array(count).fill(1),
  };
}

function blackOutputs(count: number): Parameters<Kernels['black76']>[1] {
  const column = (): Float64Array => new Float64Array(count);
  return {
    price: column(),
    delta: column(),
    gamma: column(),
    vega: column(),
    theta: column(),
    vanna: column(),
    volga: column(),
  };
}
