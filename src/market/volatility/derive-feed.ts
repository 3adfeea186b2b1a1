import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { RawSvi } from './svi.js';
import { totalVariance } from './svi.js';

/** Times sqrt(a + b sigma): beyond it the feed's smile is flat. */
const LOG_MONEYNESS_DEVIATIONS = 4;

/** Largest total variance that the feed answers. */
const TOTAL_VARIANCE_MAX = 144;

/**
 * Volatility as Derive's on-chain feed answers it: k clamped, total variance capped, strike 0 without volatility. Only to
 * reproduce that venue: the clamp puts a concave kink into w, hence negative density, and the surface has none. Source:
 * derivexyz/v2-core, `LyraVolFeed`; derivexyz/lyra-utils, `SVI`.
 */
export function deriveFeedVolatility(
  slice: RawSvi,
  forward: number,
  timeToExpiryYears: number,
  strike: number,
): Outcome<number> {
  if (!(forward > 0)) return bad('forward', 'a number above 0', forward);
  if (!(timeToExpiryYears > 0)) return bad('timeToExpiryYears', 'a number above 0', timeToExpiryYears);
  if (!(strike >= 0)) return bad('strike', 'a number of at least 0', strike);
  if (strike === 0) return success(0);
  const level = slice.a + slice.b * slice.sigma;
  if (!(level >= 0)) return bad('a', 'a level with a + b sigma of at least 0', level);
  const bound = LOG_MONEYNESS_DEVIATIONS * Math.sqrt(level);
  const k = Math.min(bound, Math.max(-bound, Math.log(strike / forward)));
  const w = totalVariance(slice, k);
  if (!(w >= 0)) return bad('a', 'a slice without negative total variance', w);
  return success(Math.sqrt(Math.min(w, TOTAL_VARIANCE_MAX) / timeToExpiryYears));
}

function bad(field: string, what: string, value: number): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(what, field, value));
}
