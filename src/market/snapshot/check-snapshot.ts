import { SETTLEMENT_WINDOW_SECONDS, secondsBetween } from '../../domain/time.js';
import { closestNames } from '../../domain/closest-names.js';
import { expected } from '../../domain/outcome.js';
import {
  ASSETS_PER_MARKET_MAX,
  CLOSEST_MATCHES_MAX,
  EXPIRIES_PER_MARKET_MAX,
  INSTRUMENTS_PER_MARKET_MAX,
  NAME_LENGTH_MAX,
  PRICE_MAX,
  RATE_MAX,
} from '../../limits.js';
import { checkInstrument } from './check-instrument.js';
import { checkSmile } from './check-smile.js';
import type { Check } from './field-checks.js';
import {
  checkConfidence,
  checkIfPresent,
  checkName,
  checkPositive,
  checkRange,
  checkTimeMs,
  invalid,
  under,
} from './field-checks.js';
import type { AssetQuote, ExpiryQuote, MarketSnapshot, UnderlyingQuote } from './market-snapshot.js';

/**
 * The first thing wrong with a snapshot, or undefined. Paths use the names of the wire (`time`, `expiry`).
 *
 * An expiry or instrument whose time has passed is not wrong: a stored market outlives its shortest expiry, and one
 * settled option must not stop every account. A portfolio that holds it fails instead.
 */
export function checkSnapshot(snapshot: MarketSnapshot): Check {
  return under(
    'market',
    checkHeader(snapshot) ??
      checkCounts(snapshot) ??
      checkUnderlyings(snapshot.underlyings) ??
      checkAssets(snapshot.assets) ??
      checkExpiries(snapshot) ??
      checkInstruments(snapshot),
  );
}

/** Key of an expiry among all underlyings. */
export function expiryKey(underlying: string, expiryMs: number): string {
  return `${expiryMs} ${underlying}`;
}

/** The failure for a name that should be one of `known`. */
function checkKnown(name: string, field: string, known: ReadonlySet<string>): Check {
  if (known.has(name)) return undefined;
  return {
    reason: 'INVALID_VALUE',
    field,
    message: expected('an underlying of this market', field, name),
    closestMatches: closestNames(name, known, CLOSEST_MATCHES_MAX),
  };
}

function checkHeader(snapshot: MarketSnapshot): Check {
  if (!Number.isSafeInteger(snapshot.epoch) || !(snapshot.epoch >= 0))
    return invalid(snapshot.epoch, 'epoch', 'a whole number of at least 0');
  if (typeof snapshot.venue !== 'string' || snapshot.venue.length > NAME_LENGTH_MAX)
    return invalid(snapshot.venue, 'venue', `at most ${NAME_LENGTH_MAX} characters`);
  return checkTimeMs(snapshot.timeMs, 'time');
}

function checkCounts(snapshot: MarketSnapshot): Check {
  return (
    checkCount(snapshot.underlyings, 'underlyings', ASSETS_PER_MARKET_MAX) ??
    checkCount(snapshot.assets, 'assets', ASSETS_PER_MARKET_MAX) ??
    checkCount(snapshot.expiries, 'expiries', EXPIRIES_PER_MARKET_MAX) ??
    checkCount(snapshot.instruments, 'instruments', INSTRUMENTS_PER_MARKET_MAX)
  );
}

function checkCount(list: readonly unknown[], field: string, max: number): Check {
  if (list.length <= max) return undefined;
  return {
    reason: 'LIMIT_EXCEEDED',
    field,
    message: `Expected at most ${max} ${field} but received ${list.length}`,
  };
}

/** Checks every element and that no two have the same key. */
function checkEach<T>(
  list: readonly T[],
  field: string,
  check: (element: T) => Check,
  keyField: string,
  keyOf: (element: T) => string,
): Check {
  const seen = new Map<string, number>();
  for (const [index, element] of list.entries()) {
    const failed = check(element);
    if (failed) return under(`${field}[${index}]`, failed);
    const first = seen.get(keyOf(element));
    if (first !== undefined)
      return {
        reason: 'DUPLICATE',
        field: `${field}[${index}].${keyField}`,
        message: `"${keyOf(element)}" already stands at ${field}[${first}]`,
      };
    seen.set(keyOf(element), index);
  }
  return undefined;
}

function checkUnderlyings(underlyings: readonly UnderlyingQuote[]): Check {
  return checkEach(
    underlyings,
    'underlyings',
    ({ name, indexPrice, confidence }) =>
      checkName(name, 'name') ??
      checkPositive(indexPrice, 'indexPrice', PRICE_MAX) ??
      checkConfidence(confidence, 'confidence'),
    'name',
    ({ name }) => name,
  );
}

function checkAssets(assets: readonly AssetQuote[]): Check {
  return checkEach(
    assets,
    'assets',
    ({ asset, priceUsd, confidence }) =>
      checkName(asset, 'asset') ??
      checkPositive(priceUsd, 'priceUsd', PRICE_MAX) ??
      checkConfidence(confidence, 'confidence'),
    'asset',
    ({ asset }) => asset,
  );
}

function checkExpiries({ expiries, underlyings, timeMs }: MarketSnapshot): Check {
  const known = new Set(underlyings.map(({ name }) => name));
  return checkEach(
    expiries,
    'expiries',
    (expiry) => checkKnown(expiry.underlying, 'underlying', known) ?? checkExpiry(expiry, timeMs),
    'expiry',
    ({ underlying, expiryMs }) => expiryKey(underlying, expiryMs),
  );
}

function checkExpiry(expiry: ExpiryQuote, timeMs: number): Check {
  const { forward, fixedForward, rate, rateConfidence, volatility, volatilityConfidence } = expiry;
  return (
    checkTimeMs(expiry.expiryMs, 'expiry') ??
    checkPositive(forward, 'forward', PRICE_MAX) ??
    checkIfPresent(fixedForward, () => checkFixedForward(fixedForward, expiry, timeMs)) ??
    checkConfidence(expiry.forwardConfidence, 'forwardConfidence') ??
    checkIfPresent(rate, () => checkRange(rate, 'rate', -RATE_MAX, RATE_MAX)) ??
    checkIfPresent(rateConfidence, () => checkConfidence(rateConfidence, 'rateConfidence')) ??
    checkIfPresent(volatilityConfidence, () =>
      checkConfidence(volatilityConfidence, 'volatilityConfidence'),
    ) ??
    (volatility && checkSmile(volatility))
  );
}

/**
 * What is averaged no longer moves, so that too much of it would hide risk: there is none before the averaging window, and
 * inside it the share of time that has passed bounds it, with room for a spot that was twice the forward.
 */
function checkFixedForward(fixedForward: unknown, { forward, expiryMs }: ExpiryQuote, timeMs: number): Check {
  const passed = Math.max(0, 1 - secondsBetween(timeMs, expiryMs) / SETTLEMENT_WINDOW_SECONDS);
  const most = Math.min(1, 2 * passed) * forward;
  const isPossible = typeof fixedForward === 'number' && fixedForward >= 0 && fixedForward < forward;
  if (isPossible && (fixedForward === 0 || fixedForward <= most)) return undefined;
  return invalid(
    fixedForward,
    'fixedForward',
    `a number of at least 0, below the forward ${forward} and, ${secondsBetween(timeMs, expiryMs)} s before the expiry, at most ${most}`,
  );
}

function checkInstruments({ instruments, underlyings }: MarketSnapshot): Check {
  const known = new Set(underlyings.map(({ name }) => name));
  return checkEach(
    instruments,
    'instruments',
    (quote) =>
      checkInstrument(quote) ?? checkKnown(quote.instrument.underlying, 'instrument.underlying', known),
    'instrument.name',
    ({ instrument }) => instrument.name,
  );
}
