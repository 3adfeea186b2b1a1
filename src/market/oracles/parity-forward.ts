/** The forward of an expiry from its options, or from its future where the options do not say. */
import type { Settlement } from '../../domain/instrument.js';
import { median } from '../venues/price-evidence.js';
import { parityPair } from './parity-pairs.js';
import type { OptionPairQuote, PairRefusal, PairRefusalCounts, ParityPair } from './parity-pairs.js';

export interface ParityLimits {
  /** Pairs used: those nearest to the money. */
  readonly pairsMax: number;
  readonly pairsMin: number;
  /** Robust standard deviations (1.4826 x median absolute deviation) from the median at which a pair is dropped. */
  readonly outlierDeviations: number;
  /** Relative scatter above which the options are not believed. */
  readonly scatterMax: number;
}

/** market-and-risk.md 1.2 step 9. Real calm BTC chains scatter by .5 to 2.8 bp. */
export const PARITY_LIMIT_DEFAULTS: ParityLimits = {
  pairsMax: 8,
  pairsMin: 2,
  outlierDeviations: 5,
  scatterMax: 0.0025,
};

/** Of a normal law, the standard deviation in median absolute deviations. */
const MAD_TO_DEVIATION = 1.4826;
/** Deviation below which pairs agree: half a basis point, as in `parity-pairs.ts`. */
const DEVIATION_MIN = 0.00005;

/** A price from elsewhere: the future of the expiry. */
export interface FuturePrice {
  readonly price: number;
  readonly confidence: number;
}

export interface ForwardRequest {
  readonly settlement: Settlement;
  readonly pairs: readonly OptionPairQuote[];
  /** Price that strikes are near to: index or future. Absent: the strike whose call and put differ least. */
  readonly reference?: number;
  readonly future?: FuturePrice;
  /** When the quotes were taken. */
  readonly asOfMs: number;
}

export interface Forward {
  /** Null when neither the options nor a future say. */
  readonly value: number | null;
  /** Standard error and width of the quotes together, or the confidence of the future. */
  readonly confidence: number | null;
  readonly status: 'PARITY' | 'FUTURE' | 'UNAVAILABLE';
  /** Why the options were not believed. */
  readonly fallback?: 'TOO_FEW_PAIRS' | 'SCATTER';
  readonly asOfMs: number;
  /** Of the weighted mean, from the scatter of its pairs; null below two pairs. */
  readonly standardError: number | null;
  /** Weighted standard deviation of the pairs, relative; null below two pairs. */
  readonly scatter: number | null;
  readonly pairsUsed: number;
  readonly rejections: PairRefusalCounts;
}

/**
 * Mean of the forwards of the pairs nearest to the money that are quoted on both sides, weighted by 1 / width^2 after dropping
 * outliers; the future where fewer than two are left or their scatter is above 25 bp.
 */
export function parityForward(
  request: ForwardRequest,
  limits: ParityLimits = PARITY_LIMIT_DEFAULTS,
): Forward {
  const rejections: Partial<Record<PairRefusal, number>> = {};
  const readable = readPairs(request, rejections);
  const near = nearestToMoney(readable, request.reference, limits.pairsMax);
  const pairs = dropOutliers(near, limits.outlierDeviations, rejections);
  const { asOfMs } = request;
  const evidence = { asOfMs, pairsUsed: pairs.length, rejections };
  if (pairs.length < limits.pairsMin)
    return fromFuture(request, { ...evidence, standardError: null, scatter: null }, 'TOO_FEW_PAIRS');
  const { mean, deviation, standardError, quoteError } = weightedMean(pairs);
  const stated = { ...evidence, standardError, scatter: deviation / mean };
  if (!(stated.scatter <= limits.scatterMax)) return fromFuture(request, stated, 'SCATTER');
  return { value: mean, confidence: Math.hypot(standardError, quoteError), status: 'PARITY', ...stated };
}

function readPairs({ pairs, settlement }: ForwardRequest, rejections: MutableCounts): ParityPair[] {
  const strikes = new Set<number>();
  const readable: ParityPair[] = [];
  for (const quote of pairs) {
    const pair = strikes.has(quote.strike) ? 'DUPLICATE_STRIKE' : parityPair(quote, settlement);
    strikes.add(quote.strike);
    if (typeof pair === 'string') count(rejections, pair);
    else readable.push(pair);
  }
  return readable;
}

function nearestToMoney(
  pairs: readonly ParityPair[],
  reference: number | undefined,
  pairsMax: number,
): ParityPair[] {
  const distance = ({ strike, forward }: ParityPair, money: number): number =>
    Math.abs(Math.log(strike / (money > 0 ? money : forward)));
  const least = [...pairs].sort((a, b) => distance(a, 0) - distance(b, 0) || a.strike - b.strike)[0];
  const money = reference !== undefined && reference > 0 ? reference : (least?.forward ?? 0);
  return [...pairs]
    .sort((a, b) => distance(a, money) - distance(b, money) || a.strike - b.strike)
    .slice(0, pairsMax);
}

function dropOutliers(
  pairs: readonly ParityPair[],
  deviations: number,
  rejections: MutableCounts,
): ParityPair[] {
  const middle = median(pairs.map(({ forward }) => forward));
  const spread = median(pairs.map(({ forward }) => Math.abs(forward - middle)));
  const limit = deviations * Math.max(MAD_TO_DEVIATION * spread, DEVIATION_MIN * middle);
  return pairs.filter(({ forward }) => {
    const isKept = Math.abs(forward - middle) <= limit;
    if (!isKept) count(rejections, 'OUTLIER');
    return isKept;
  });
}

/** At least two pairs. */
function weightedMean(pairs: readonly ParityPair[]): {
  readonly mean: number;
  readonly deviation: number;
  readonly standardError: number;
  /** Half-width of the mean if the quotes of different strikes are independent. */
  readonly quoteError: number;
} {
  let weightSum = 0;
  let squaredWeightSum = 0;
  let sum = 0;
  for (const { forward, halfWidth } of pairs) {
    const weight = 1 / (halfWidth * halfWidth);
    weightSum += weight;
    squaredWeightSum += weight * weight;
    sum += weight * forward;
  }
  const mean = sum / weightSum;
  let squares = 0;
  for (const { forward, halfWidth } of pairs) squares += ((forward - mean) / halfWidth) ** 2;
  const effectiveCount = (weightSum * weightSum) / squaredWeightSum;
  const deviation = Math.sqrt((squares / weightSum) * (pairs.length / (pairs.length - 1)));
  const standardError = deviation / Math.sqrt(effectiveCount);
  return { mean, deviation, standardError, quoteError: 1 / Math.sqrt(weightSum) };
}

function fromFuture(
  { future }: ForwardRequest,
  evidence: Omit<Forward, 'value' | 'confidence' | 'status' | 'fallback'>,
  fallback: 'TOO_FEW_PAIRS' | 'SCATTER',
): Forward {
  const isUsable = future !== undefined && isPositive(future.price) && isPositive(future.confidence);
  return isUsable
    ? { value: future.price, confidence: future.confidence, status: 'FUTURE', fallback, ...evidence }
    : { value: null, confidence: null, status: 'UNAVAILABLE', fallback, ...evidence };
}

function isPositive(value: number): boolean {
  return value > 0 && value < Infinity;
}

type MutableCounts = Partial<Record<PairRefusal, number>>;

function count(rejections: MutableCounts, reason: PairRefusal): void {
  rejections[reason] = (rejections[reason] ?? 0) + 1;
}
