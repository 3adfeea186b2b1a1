import { KIND, NONE } from '../../domain/codes.js';
import { marketIndex } from '../../engine/market-index.js';
import { NO_COIN, type InstrumentFacts, type UnderlyingFacts } from '../../kernel/book-arrangement.js';
import { assetPrice, dollarsPerUnit, type TailMarket } from './tail-cubes.js';

const factsOfTail = new WeakMap<TailMarket, InstrumentFacts>();

/** What every position of an instrument shares; once per market and thread. */
export function instrumentFacts(tail: TailMarket): InstrumentFacts {
  const known = factsOfTail.get(tail);
  if (known !== undefined) return known;
  const { market, unitValue, usable } = tail;
  const { table, columns } = market;
  const { rank, group } = marketIndex(market);
  const doubles = (of: (instrument: number) => number): Float64Array =>
    Float64Array.from(table.instruments, (_, instrument) => of(instrument));
  const isOption = Uint8Array.from(columns.kind, (kind) => (kind === KIND.OPTION ? 1 : 0));
  const settlementPrice = doubles((i) => assetPrice(market, table.instruments[i]?.settlementCurrency ?? ''));
  const facts: InstrumentFacts = {
    count: table.instruments.length,
    rank,
    group,
    underlying: Uint32Array.from(columns.underlying),
    // Where the engine takes a position in it and the law draws its underlying.
    isUsual: Uint8Array.from(table.instruments, ({ kind }, i) =>
      usable[i] === 1 &&
      kind !== 'SPOT' &&
      (settlementPrice[i] ?? NaN) > 0 &&
      tail.isDrawn[columns.underlying[i] ?? NONE] === 1
        ? 1
        : 0,
    ),
    isOption,
    isInverse: Uint8Array.from(columns.isInverse),
    contractSize: Float64Array.from(columns.contractSize),
    markPrice: Float64Array.from(columns.markPrice),
    // Its quoted mark, else the model's value.
    equityValue: doubles((i) => {
      if (isOption[i] !== 1) return 0;
      const quoted = (columns.markPrice[i] ?? NaN) * (columns.contractSize[i] ?? NaN);
      return Number.isFinite(quoted) ? quoted : (unitValue[i] ?? NaN);
    }),
    unitValue: doubles((i) => (isOption[i] === 1 ? (unitValue[i] ?? NaN) : 0)),
    settlementPrice,
    price: doubles((i) => dollarsPerUnit(market, i)),
    coinOf: Uint32Array.from(
      table.instruments,
      ({ settlementCurrency }) => table.underlyingIndex.get(settlementCurrency) ?? NO_COIN,
    ),
  };
  factsOfTail.set(tail, facts);
  return facts;
}

export function underlyingFacts(tail: TailMarket): UnderlyingFacts {
  const { table, columns } = tail.market;
  const { underlyings } = table;
  return {
    count: underlyings.length,
    indexPrice: Float64Array.from(columns.indexPrice),
    spotRow: Uint32Array.from(underlyings, (_, underlying) => tail.spotRowOf(underlying)),
  };
}
