import type { Kernels } from '../../../kernel/kernels.js';
import { IMPLIED_VOLATILITY_STATUS } from '../../../kernel/implied-volatility.js';
import type { CalibrationRequest, ExpiryQuotes } from './calibration-types.js';
import { HALF_SPREAD_MIN, QUOTE_VOLATILITY_MAX, QUOTE_VOLATILITY_MIN } from './parameters.js';
import { calendarYears, pricingYears } from './pricing-clock.js';
import type { GoodQuote, RefusalCounts } from './quote-filter.js';
import { countRefusal, filterQuotes } from './quote-filter.js';

/** The quotes of one expiry as a fit takes them, by rising strike. */
export interface ImpliedQuotes {
  readonly expiry: ExpiryQuotes;
  readonly timeToExpiryYears: number;
  readonly pricingYears: number;
  readonly refused: RefusalCounts;
  readonly count: number;
  readonly logMoneyness: Float64Array;
  /** Of the mid: volatility^2 x pricing years. */
  readonly totalVariance: Float64Array;
  /** One over the half spread in total variance. */
  readonly weight: Float64Array;
  /** By the pricing clock. */
  readonly bidVolatility: Float64Array;
  readonly midVolatility: Float64Array;
  readonly askVolatility: Float64Array;
  readonly halfSpread: Float64Array;
  readonly groups?: number;
}

interface Candidates {
  readonly expiry: ExpiryQuotes;
  readonly pricingYears: number;
  readonly refused: RefusalCounts;
  readonly good: readonly GoodQuote[];
}

const SIDES = 3;

/** Filters the quotes of every expiry and inverts bid, mid and ask, all in one call of the kernel. */
export function impliedQuotes(kernels: Kernels, request: CalibrationRequest): ImpliedQuotes[] {
  const candidates = [...request.expiries]
    .sort((a, b) => a.expiryMs - b.expiryMs)
    .map((expiry): Candidates => {
      const refused: RefusalCounts = {};
      const good = filterQuotes(request, expiry, refused);
      const years = pricingYears(request.asOfMs, expiry.expiryMs, request.settlementWindowMs);
      return { expiry, pricingYears: years, refused, good };
    });
  const { volatility, status } = invert(kernels, request, candidates);
  let row = 0;
  return candidates.map((candidate) => {
    const first = row;
    row += SIDES * candidate.good.length;
    return readExpiry(request, candidate, first, volatility, status);
  });
}

function invert(
  kernels: Kernels,
  request: CalibrationRequest,
  candidates: readonly Candidates[],
): { readonly volatility: Float64Array; readonly status: Uint8Array } {
  const count = candidates.reduce((sum, { good }) => sum + SIDES * good.length, 0);
  const isCall = new Uint8Array(count);
  const [forward, strike, price, years, volatility] = [0, 0, 0, 0, 0].map(() => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const status = new Uint8Array(count);
  let row = 0;
  for (const { expiry, pricingYears: left, good } of candidates) {
    const unit = request.priceUnit === 'COIN' ? (expiry.forward ?? NaN) : 1;
    for (const { quote, bid, ask } of good) {
      for (let side = 0; side < SIDES; side += 1) {
        isCall[row] = quote.optionType === 'CALL' ? 1 : 0;
        forward[row] = expiry.forward ?? NaN;
        strike[row] = quote.strike;
        price[row] = (side === 0 ? bid : side === 1 ? (bid + ask) / 2 : ask) * unit;
        years[row] = left;
        row += 1;
      }
    }
  }
  kernels.impliedVolatility(
    { count, isCall, forward, strike, price, timeToExpiryYears: years },
    volatility,
    status,
  );
  return { volatility, status };
}

function readExpiry(
  request: CalibrationRequest,
  { expiry, pricingYears: years, refused, good }: Candidates,
  first: number,
  volatility: Float64Array,
  status: Uint8Array,
): ImpliedQuotes {
  const columns = Array.from({ length: 7 }, () => new Float64Array(good.length)) as unknown as readonly [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [logMoneyness, totalVariance, weight, bidVolatility, midVolatility, askVolatility, halfSpread] =
    columns;
  const groups = new Set<string>();
  let count = 0;
  for (const [index, { quote }] of good.entries()) {
    const row = first + SIDES * index;
    const bid = volatility[row] ?? NaN;
    const mid = volatility[row + 1] ?? NaN;
    const ask = volatility[row + 2] ?? NaN;
    const worst = Math.max(status[row] ?? 0, status[row + 1] ?? 0, status[row + 2] ?? 0);
    if (worst !== IMPLIED_VOLATILITY_STATUS.OK) {
      const isAbove = worst === IMPLIED_VOLATILITY_STATUS.ABOVE_MAXIMUM;
      const isBelow = worst < IMPLIED_VOLATILITY_STATUS.ABOVE_MAXIMUM;
      countRefusal(refused, isAbove ? 'ABOVE_MAXIMUM' : isBelow ? 'BELOW_INTRINSIC' : 'INVALID_NUMBER');
      continue;
    }
    if (!(mid >= QUOTE_VOLATILITY_MIN && mid <= QUOTE_VOLATILITY_MAX)) {
      countRefusal(refused, 'VOLATILITY_OUT_OF_RANGE');
      continue;
    }
    const half = Math.max((ask - bid) / 2, HALF_SPREAD_MIN);
    logMoneyness[count] = Math.log(quote.strike / (expiry.forward ?? NaN));
    totalVariance[count] = mid * mid * years;
    weight[count] = 1 / (2 * mid * years * half);
    bidVolatility[count] = bid;
    midVolatility[count] = mid;
    askVolatility[count] = ask;
    halfSpread[count] = half;
    if (quote.group !== undefined) groups.add(quote.group);
    count += 1;
  }
  return {
    expiry,
    timeToExpiryYears: calendarYears(request.asOfMs, expiry.expiryMs),
    pricingYears: years,
    refused,
    count,
    logMoneyness: logMoneyness.subarray(0, count),
    totalVariance: totalVariance.subarray(0, count),
    weight: weight.subarray(0, count),
    bidVolatility: bidVolatility.subarray(0, count),
    midVolatility: midVolatility.subarray(0, count),
    askVolatility: askVolatility.subarray(0, count),
    halfSpread: halfSpread.subarray(0, count),
    ...(groups.size > 0 ? { groups: groups.size } : {}),
  };
}
