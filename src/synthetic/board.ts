import { secondsBetween, secondsToDays } from '../domain/time.js';
import { valueMarket } from '../engine/valuation.js';
import type { Kernels } from '../kernel/kernels.js';
import type { Market } from '../market/snapshot/market.js';

/** A market arranged as a trader looks for contracts. Instruments are rows of the market. */
export interface Board {
  readonly market: Market;
  readonly sides: readonly Side[];
  /** US dollars that one long contract gains when the spot falls by `STRESS_MOVE`. */
  readonly gainDownUsd: Float64Array;
  /** The same when it rises. */
  readonly gainUpUsd: Float64Array;
  /** Value of one long contract of an option in US dollars; 0 for futures and perpetuals. */
  readonly optionValueUsd: Float64Array;
}

/** Contracts of one settlement: an account of a venue holds one kind. */
export interface Side {
  readonly settlement: 'LINEAR' | 'INVERSE';
  readonly desks: readonly Desk[];
}

/** Everything on one underlying of a side. */
export interface Desk {
  readonly underlying: string;
  readonly indexPrice: number;
  readonly settlementCurrency: string;
  /** By expiry, nearest first. */
  readonly chains: readonly Chain[];
  /** Dated futures, nearest first. */
  readonly futures: readonly number[];
  readonly perpetual: number | undefined;
}

/** Options of one expiry, strikes ascending. */
export interface Chain {
  readonly expiryMs: number;
  readonly days: number;
  readonly forward: number;
  readonly strikes: readonly Strike[];
}

export interface Strike {
  readonly strike: number;
  readonly call: number | undefined;
  readonly put: number | undefined;
}

/** Move of the stress that collateral is measured by. */
export const STRESS_MOVE = 0.1;

export function arrangeBoard(kernels: Kernels, market: Market): Board {
  const valuation = valueMarket(kernels, market);
  const { table, columns } = market;
  const sides = new Map<string, Map<string, number[]>>();
  table.instruments.forEach(({ settlement, underlying, kind }, row) => {
    if (valuation.usable[row] !== 1 || kind === 'SPOT') return;
    const desks = sides.get(settlement) ?? new Map<string, number[]>();
    sides.set(settlement, desks);
    const rows = desks.get(underlying) ?? [];
    desks.set(underlying, rows);
    rows.push(row);
  });
  const gain = (move: number): Float64Array => {
    const { inputs } = valuation;
    const moved = new Float64Array(inputs.count);
    kernels.black76Price({ ...inputs, forward: inputs.forward.map((f) => f * (1 + move)) }, moved);
    return moved.map((price, row) => {
      const size = columns.contractSize[row] ?? NaN;
      if (valuation.usable[row] !== 1) return 0;
      if (table.instruments[row]?.kind === 'OPTION') return size * (price - (valuation.price[row] ?? NaN));
      // The size of an inverse future is in dollars: it gains size x move, to first order.
      return size * move * (columns.isInverse[row] === 1 ? 1 : (valuation.price[row] ?? NaN));
    });
  };
  return {
    market,
    sides: [...sides].map(([settlement, desks]) => ({
      settlement: settlement === 'INVERSE' ? 'INVERSE' : 'LINEAR',
      desks: [...desks.values()].map((rows) => arrangeDesk(market, rows)),
    })),
    gainDownUsd: gain(-STRESS_MOVE),
    gainUpUsd: gain(STRESS_MOVE),
    optionValueUsd: valuation.price.map((price, row) =>
      table.instruments[row]?.kind === 'OPTION' ? price * (columns.contractSize[row] ?? NaN) : 0,
    ),
  };
}

function arrangeDesk(market: Market, rows: readonly number[]): Desk {
  const { table, columns } = market;
  const chains = new Map<number, Map<number, { call?: number; put?: number }>>();
  const futures: { row: number; expiryMs: number }[] = [];
  let perpetual: number | undefined;
  for (const row of rows) {
    const instrument = table.instruments[row];
    if (instrument?.kind === 'PERPETUAL') perpetual = row;
    if (instrument?.kind === 'FUTURE') futures.push({ row, expiryMs: instrument.expiryMs });
    if (instrument?.kind !== 'OPTION') continue;
    const chain = chains.get(instrument.expiryMs) ?? new Map<number, { call?: number; put?: number }>();
    chains.set(instrument.expiryMs, chain);
    const pair = chain.get(instrument.strike) ?? {};
    chain.set(instrument.strike, pair);
    pair[instrument.optionType === 'CALL' ? 'call' : 'put'] = row;
  }
  const first = rows[0] ?? -1;
  const terms = table.instruments[first];
  if (terms === undefined) throw new RangeError(`No instrument ${String(first)}`);
  return {
    underlying: terms.underlying,
    indexPrice: columns.indexPrice[columns.underlying[first] ?? 0] ?? NaN,
    settlementCurrency: terms.settlementCurrency,
    chains: [...chains]
      .sort(([a], [b]) => a - b)
      .map(([expiryMs, strikes]) => arrangeChain(market, expiryMs, strikes)),
    futures: futures.sort((a, b) => a.expiryMs - b.expiryMs).map(({ row }) => row),
    perpetual,
  };
}

function arrangeChain(
  market: Market,
  expiryMs: number,
  pairs: ReadonlyMap<number, { readonly call?: number; readonly put?: number }>,
): Chain {
  const strikes = [...pairs]
    .sort(([a], [b]) => a - b)
    .map(([strike, { call, put }]): Strike => ({ strike, call, put }));
  const row = strikes[0]?.call ?? strikes[0]?.put ?? -1;
  return {
    expiryMs,
    days: secondsToDays(secondsBetween(market.timeMs, expiryMs)),
    forward: market.columns.forward[market.columns.expiry[row] ?? -1] ?? NaN,
    strikes,
  };
}
