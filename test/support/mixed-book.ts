/** Seeded portfolios of many kinds of positions, drawn from the instruments of a market file. */
import { uniformGenerator } from '../../bench/lib/measure.js';

/** The part of a market file that a book needs (proto3 JSON of MarketSnapshot). */
export interface MarketFile {
  readonly instruments: readonly {
    readonly instrument: {
      readonly name: string;
      readonly kind: string;
      readonly underlying: string;
      readonly optionType?: string;
    };
  }[];
}

interface PositionJson {
  readonly instrument: string;
  readonly quantity: number;
}

export interface PortfolioJson {
  readonly accountId: string;
  readonly positions: readonly PositionJson[];
  readonly balances: readonly { readonly asset: string; readonly units: string; readonly decimals: number }[];
}

const CALLS = 25;
const PUTS = 25;
const FUTURES_MAX = 3;

/**
 * 50 options (half of them calls, long and short in turn), up to three dated futures and the perpetual, with cash.
 * Throws where the market has too few instruments: a test must not pass on a small book by accident.
 */
export function mixedBook(market: MarketFile, underlying: string, seed: number): PortfolioJson {
  const uniform = uniformGenerator(seed);
  const ofUnderlying = market.instruments
    .map(({ instrument }) => instrument)
    .filter((one) => one.underlying === underlying);
  const options = ofUnderlying.filter(({ kind }) => kind === 'INSTRUMENT_KIND_OPTION');
  const calls = options.filter(({ optionType }) => optionType === 'OPTION_TYPE_CALL');
  const puts = options.filter(({ optionType }) => optionType === 'OPTION_TYPE_PUT');
  const futures = ofUnderlying.filter(({ kind }) => kind === 'INSTRUMENT_KIND_FUTURE');
  const perpetuals = ofUnderlying.filter(({ kind }) => kind === 'INSTRUMENT_KIND_PERPETUAL');
  if (perpetuals.length === 0 || futures.length === 0)
    throw new Error(`no perpetual or no future of ${underlying}`);
  const chosen = [
    ...draw(calls, CALLS, uniform).map(({ name }, index) => position(name, index, 0.1 + 5 * uniform())),
    ...draw(puts, PUTS, uniform).map(({ name }, index) => position(name, index, 0.1 + 5 * uniform())),
    ...draw(futures, Math.min(FUTURES_MAX, futures.length), uniform).map(({ name }, index) =>
      position(name, index, 500),
    ),
    ...draw(perpetuals, 1, uniform).map(({ name }) => position(name, 1, 1_000)),
  ];
  return {
    accountId: `mixed-${underlying.toLowerCase()}-${String(seed)}`,
    positions: chosen,
    balances: [{ asset: underlying, units: '2500000000', decimals: 8 }],
  };
}

/** Long at even indices, short at odd ones; whole tenths. */
function position(instrument: string, index: number, size: number): PositionJson {
  const quantity = Math.max(0.1, Math.round(size * 10) / 10);
  return { instrument, quantity: index % 2 === 0 ? quantity : -quantity };
}

/** `count` different items in random order. */
function draw<Item>(items: readonly Item[], count: number, uniform: () => number): Item[] {
  if (items.length < count)
    throw new Error(`expected at least ${String(count)} instruments, found ${String(items.length)}`);
  return items
    .map((item) => ({ item, key: uniform() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
