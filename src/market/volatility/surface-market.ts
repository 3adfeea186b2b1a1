import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { Kernels } from '../../kernel/kernels.js';
import { QUERY_FLAG } from '../../kernel/surface-query.js';
import { VOLATILITY_CONFIDENCE_RANGE, confidenceScore } from '../snapshot/confidence-range.js';
import type { ExpiryQuote, InstrumentQuote, MarketSnapshot } from '../snapshot/market-snapshot.js';
import type { Surface } from './surface.js';
import { allocateAnswers, surfaceRecords } from './surface.js';

/** An answer beyond the quotes is worth half of one among them: nobody has traded on it. */
const EXTRAPOLATED_SHARE = 0.5;

export interface SurfaceMarket {
  readonly snapshot: MarketSnapshot;
  /** Underlyings with options and without a surface: their options have no volatility in this market. */
  readonly withoutSurface: readonly string[];
}

/**
 * The market with every option's volatility and its confidence taken from the surfaces, and with the slices beside the expiries
 * they were fitted to. Prices, forwards and the venue's marks stay. An option whose underlying has no surface loses its
 * volatility rather than keep the venue's: two sources are never mixed unseen.
 */
export function marketOnSurfaces(
  kernels: Kernels,
  snapshot: MarketSnapshot,
  surfaces: readonly Surface[],
): SurfaceMarket {
  const byUnderlying = new Map(surfaces.map((surface) => [surface.underlying, surface]));
  const instruments = [...snapshot.instruments];
  const withoutSurface: string[] = [];
  for (const [underlying, rows] of optionRows(snapshot)) {
    const surface = byUnderlying.get(underlying);
    if (surface === undefined) withoutSurface.push(underlying);
    const answered = surface === undefined ? undefined : answers(kernels, surface, snapshot, rows);
    for (const [at, row] of rows.entries())
      instruments[row] = { ...withoutVolatility(instruments[row]!), ...answered?.[at] };
  }
  const expiries = snapshot.expiries.map((expiry) =>
    expiryOnSurface(expiry, byUnderlying.get(expiry.underlying)),
  );
  return { snapshot: { ...snapshot, instruments, expiries }, withoutSurface };
}

/** Rows of the options of each underlying. */
function optionRows({ instruments }: MarketSnapshot): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, { instrument }] of instruments.entries()) {
    if (instrument.kind !== 'OPTION') continue;
    const known = rows.get(instrument.underlying);
    if (known === undefined) rows.set(instrument.underlying, [row]);
    else known.push(row);
  }
  return rows;
}

type OwnVolatility = Pick<InstrumentQuote, 'markVolatility' | 'volatilityConfidence'>;

/** One entry per row; empty for an option whose time has passed. */
function answers(
  kernels: Kernels,
  surface: Surface,
  snapshot: MarketSnapshot,
  rows: readonly number[],
): OwnVolatility[] {
  const terms = rows.map((row) => {
    const { instrument } = snapshot.instruments[row]!;
    if (instrument.kind !== 'OPTION') throw new TypeError(`${instrument.name} is no option`);
    return {
      strike: instrument.strike,
      years: secondsToYears(secondsBetween(snapshot.timeMs, instrument.expiryMs)),
    };
  });
  // A time that has passed asks for a moment instead, and its answer is thrown away.
  const queries = {
    count: rows.length,
    strike: Float64Array.from(terms, ({ strike }) => strike),
    timeToExpiryYears: Float64Array.from(terms, ({ years }) => (years > 0 ? years : 1)),
  };
  const found = allocateAnswers(rows.length);
  kernels.surfaceQuery(surface.columns, queries, found);
  return terms.map(({ years }, i) => {
    if (!(years > 0)) return {};
    const volatility = found.volatility[i]!;
    const score = confidenceScore(found.confidence[i]!, volatility, VOLATILITY_CONFIDENCE_RANGE);
    return {
      markVolatility: volatility,
      volatilityConfidence: found.flags[i] === 0 ? score : score * shareOf(found.flags[i]!),
    };
  });
}

/** A guarded volatility or one that admits a butterfly is worth nothing. */
function shareOf(flags: number): number {
  return (flags & (QUERY_FLAG.GUARDED | QUERY_FLAG.ARBITRAGE)) === 0 ? EXTRAPOLATED_SHARE : 0;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function withoutVolatility(quote: InstrumentQuote): InstrumentQuote {
  const rest: Mutable<InstrumentQuote> = { ...quote };
  delete rest.markVolatility;
  delete rest.volatilityConfidence;
  return rest;
}

function expiryOnSurface(expiry: ExpiryQuote, surface: Surface | undefined): ExpiryQuote {
  const rest: Mutable<ExpiryQuote> = { ...expiry };
  delete rest.volatility;
  delete rest.volatilityConfidence;
  if (surface === undefined) return rest;
  const slice = surfaceRecords(surface).slices.find(({ expiryMs }) => expiryMs === expiry.expiryMs);
  if (slice === undefined) return rest;
  const { a, b, sigma, rho, m } = slice.parameters;
  const atTheMoney = Math.sqrt((a + b * (-rho * m + Math.hypot(m, sigma))) / slice.timeToExpiryYears);
  return {
    ...rest,
    volatility: slice.parameters,
    volatilityConfidence: confidenceScore(slice.confidence, atTheMoney, VOLATILITY_CONFIDENCE_RANGE),
  };
}
