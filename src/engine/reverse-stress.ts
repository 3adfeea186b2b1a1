import { KIND } from '../domain/codes.js';
import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import type { Kernels } from '../kernel/kernels.js';
import { cubeIndex, cubeLength } from '../kernel/layout.js';
import type { Market } from '../market/snapshot/market.js';
import { assetPrices, coinHoldings } from '../models/drawn/holdings.js';
import { instantMove, lawMoves } from '../models/drawn/instant-moves.js';
import type { DrawnLaw } from '../models/drawn/law.js';
import { drawSeed } from '../scenarios/draws.js';
import { reverseStress } from '../scenarios/reverse-stress.js';
import { instrumentColumns, selectInstruments } from './instrument-columns.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import type { Valuation } from './valuation.js';

/** The least unlikely move of spot and volatility that costs a book a given amount. */
export interface BreakingMove {
  /** Standard deviations of a day's joint move (Mahalanobis): an upper bound, a search can miss a narrow valley. */
  readonly distance: number;
  /** Dollars, at least what was asked for. */
  readonly lossUsd: number;
  readonly underlyings: readonly {
    readonly underlying: string;
    /** Relative moves of spot and of the 30-day volatility. */
    readonly spotMove: number;
    readonly volatilityMove: number;
  }[];
}

/**
 * Searches the moves of a law for the nearest that loses `lossUsd` at once, every position revalued by the kernels at every step,
 * coins of the account with them. Undefined where no move within twelve standard deviations loses as much.
 */
export function breakingMove(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
  unitValue: Float64Array,
  book: ResolvedPortfolio,
  law: DrawnLaw,
  lossUsd: number,
): Outcome<BreakingMove | undefined> {
  const lossOf = bookLoss(kernels, market, valuation, unitValue, book, law);
  const rows = lawMoves(law, lossOf.names);
  if (!rows.ok) return rows;
  if (lossOf.names.length === 0) return success(undefined);
  const seed = drawSeed(law.draws.version, { method: 'reverse stress' });
  const found = reverseStress(kernels, rows.value, lossOf.at, { lossLevel: lossUsd, seed });
  if (!found.ok) return found;
  if (found.value === undefined) return success(undefined);
  const { moves, distance, loss } = found.value;
  return success({
    distance,
    lossUsd: loss,
    underlyings: lossOf.names.map((underlying, u) => ({
      underlying,
      spotMove: Math.expm1(moves.moves[2 * u] ?? NaN),
      volatilityMove: Math.expm1(moves.moves[2 * u + 1] ?? NaN),
    })),
  });
}

interface BookLoss {
  /** Underlyings that move the book. */
  readonly names: readonly string[];
  /** Dollars lost under a move of the factors of `lawMoves(law, names)`. */
  readonly at: (move: Float64Array) => number;
}

function bookLoss(
  kernels: Kernels,
  market: Market,
  valuation: Valuation,
  unitValue: Float64Array,
  book: ResolvedPortfolio,
  law: DrawnLaw,
): BookLoss {
  const { table, columns } = market;
  const input = { ...book, market };
  const coins = coinHoldings(input).filter((holding) => holding.coins !== 0);
  const priceOf = assetPrices(input);
  const rowsMoved = new Set([...book.groups, ...coins].map(({ underlying }) => underlying));
  const names = [...rowsMoved].map((underlying) => table.underlyings[underlying] ?? '');
  const move = instantMove(law, market, names);
  const instruments = Uint32Array.from(book.positions, ({ instrument }) => instrument);
  const rows = selectInstruments(instrumentColumns(market, valuation, move.spec).columns, instruments);
  const pnl = new Float64Array(cubeLength(rows.count, 1));
  const spotOf = (underlying: number): number => columns.indexPrice[underlying] ?? NaN;
  const legs = book.groups.flatMap(({ underlying, settlementCurrency, firstPosition, positionCount }) =>
    Array.from({ length: positionCount }, (_, k) => {
      const { instrument, quantity } = book.positions[firstPosition + k] ?? { instrument: 0, quantity: NaN };
      const isInverse = columns.isInverse[instrument] === 1;
      const isOption = columns.kind[instrument] === KIND.OPTION;
      const value = isInverse && isOption ? quantity * (unitValue[instrument] ?? NaN) : 0;
      return { underlying, quantity, isInverse, value, price: isInverse ? NaN : priceOf(settlementCurrency) };
    }),
  );
  return {
    names,
    at: (factors) => {
      move.set(factors);
      kernels.scenarioPnl(rows, move.spec.scenarios.columns, pnl);
      const factorOf = (underlying: number): number =>
        Math.exp(factors[2 * names.indexOf(table.underlyings[underlying] ?? '')] ?? NaN);
      let gain = 0;
      legs.forEach(({ underlying, quantity, isInverse, value, price }, at) => {
        const own = quantity * (pnl[cubeIndex(at, 0, rows.count)] ?? NaN);
        gain += isInverse ? ((own + value) * factorOf(underlying) - value) * spotOf(underlying) : own * price;
      });
      for (const { underlying, coins: held } of coins)
        gain += held * spotOf(underlying) * (factorOf(underlying) - 1);
      return -gain;
    },
  };
}
