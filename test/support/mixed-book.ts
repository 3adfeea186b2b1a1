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

/** What differs between a book of coin-settled contracts and one of contracts on a coin paid in USDC. */
export interface BookKind {
  readonly futuresMax: number;
  readonly futureContracts: number;
  readonly perpetualContracts: number;
  readonly balance: (underlying: string) => PortfolioJson['balances'][number];
}

/** Deribit: futures of 10 or 1 US dollars, coins as cash. */
export const INVERSE_BOOK: BookKind = {
  futuresMax: 3,
  futureContracts: 500,
  perpetualContracts: 1_000,
  balance: (underlying) => ({ asset: underlying, units: '2500000000', decimals: 8 }),
};

/** Derive: no dated futures, contracts of one coin, dollars as cash. */
export const LINEAR_BOOK: BookKind = {
  futuresMax: 0,
  futureContracts: 0,
  perpetualContracts: 3,
  balance: () => ({ asset: 'USDC', units: '5000000000000', decimals: 6 }),
};

const CALLS = 25;
const PUTS = 25;

/**
 * 50 options (half of them calls, long and short in turn), dated futures and the perpetual, with cash. Throws where the
 * market has too few instruments: a test must not pass on a small book by accident.
 */
export function mixedBook(
  market: MarketFile,
  underlying: string,
  seed: number,
  kind: BookKind = INVERSE_BOOK,
): PortfolioJson {
  const uniform = uniformGenerator(seed);
  const ofKind = (wanted: string, optionType?: string): string[] =>
    market.instruments
      .map(({ instrument }) => instrument)
      .filter((one) => one.underlying === underlying && one.kind === `INSTRUMENT_KIND_${wanted}`)
      .filter((one) => optionType === undefined || one.optionType === `OPTION_TYPE_${optionType}`)
      .map(({ name }) => name);
  const options = [
    ...draw(ofKind('OPTION', 'CALL'), CALLS, uniform).map((name, index) =>
      position(name, index, 0.1 + 5 * uniform()),
    ),
    ...draw(ofKind('OPTION', 'PUT'), PUTS, uniform).map((name, index) =>
      position(name, index, 0.1 + 5 * uniform()),
    ),
  ];
  const futures = ofKind('FUTURE');
  if (kind.futuresMax > 0 && futures.length === 0) throw new Error(`no future of ${underlying}`);
  return {
    accountId: `mixed-${underlying.toLowerCase()}-${String(seed)}`,
    positions: [
      ...options,
      ...draw(futures, Math.min(kind.futuresMax, futures.length), uniform).map((name, index) =>
        position(name, index, kind.futureContracts),
      ),
      ...draw(ofKind('PERPETUAL'), 1, uniform).map((name) => position(name, 1, kind.perpetualContracts)),
    ],
    balances: [kind.balance(underlying)],
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
