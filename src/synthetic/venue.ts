import { randomStream, type RandomStream } from '../measures/random.js';
import type { Board, Side } from './board.js';
import { drawDeposits, type Deposit, type Holding } from './collateral.js';
import { between, pickWeighted } from './laws.js';
import type { Leg } from './structures.js';
import { drawLegs, TRADERS } from './traders.js';

/** One account of a synthetic venue. */
export interface SyntheticAccount {
  readonly accountId: string;
  /** Kind of trader, e.g. `market-maker`. */
  readonly kind: string;
  readonly positions: readonly SyntheticPosition[];
  readonly deposits: readonly Deposit[];
}

export interface SyntheticPosition extends Holding {
  /** Quote currency per unit, for futures and perpetuals. */
  readonly averageEntryPrice: number | undefined;
}

/** Entry prices lie within this of the mark. */
const ENTRY_RANGE = 0.03;
const ACCOUNT_DIGITS = 8;

/** Account `index` of the venue of a seed, whatever the number of its accounts. The board must list an option, future or perpetual. */
export function drawAccount(board: Board, seed: number, index: number): SyntheticAccount {
  const random = randomStream(seed, index);
  const trader = pickWeighted(random, TRADERS, ({ share }) => share);
  const side = pickWeighted(random, board.sides, contractCount);
  const holdings = toHoldings(board, drawLegs(board, side, trader, random));
  return {
    accountId: accountName(index),
    kind: trader.kind,
    positions: holdings.map((holding) => ({
      ...holding,
      averageEntryPrice: entryPrice(board, holding, random),
    })),
    deposits: drawDeposits(board, side, trader.collateral, holdings, random),
  };
}

/** Of equal length, so that names sort as numbers do. */
export function accountName(index: number): string {
  return `account-${String(index).padStart(ACCOUNT_DIGITS, '0')}`;
}

function contractCount({ desks }: Side): number {
  return desks.reduce(
    (sum, { chains, futures }) =>
      sum + 1 + futures.length + chains.reduce((options, { strikes }) => options + strikes.length, 0),
    0,
  );
}

/** One position for each instrument, in whole lots; at least one. */
function toHoldings({ market }: Board, legs: readonly Leg[]): Holding[] {
  const { columns } = market;
  const contracts = new Map<number, number>();
  for (const { instrument, coins } of legs) {
    const size = columns.contractSize[instrument] ?? NaN;
    const index = columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN;
    const isInDollars =
      columns.isInverse[instrument] === 1 && Number.isNaN(columns.strike[instrument] ?? NaN);
    const exact = isInDollars ? (coins * index) / size : coins / size;
    const lot = isInDollars ? 1 : lotOf(index * size);
    const lots = Math.sign(exact) * Math.max(1, Math.round(Math.abs(exact) / lot));
    contracts.set(instrument, (contracts.get(instrument) ?? 0) + lots * lot);
  }
  return [...contracts]
    .map(([instrument, quantity]) => ({ instrument, quantity: Number(quantity.toFixed(LOT_DIGITS)) }))
    .filter(({ quantity }) => quantity !== 0);
}

const LOT_DIGITS = 3;
const LOT_USD = 1_000;

/** A power of ten of contracts worth about a thousand dollars, at least a thousandth of a contract. */
function lotOf(contractUsd: number): number {
  return 10 ** Math.max(-LOT_DIGITS, Math.round(Math.log10(LOT_USD / contractUsd)));
}

function entryPrice({ market }: Board, { instrument }: Holding, random: RandomStream): number | undefined {
  const terms = market.table.instruments[instrument];
  if (terms === undefined || terms.kind === 'OPTION') return undefined;
  const mark = market.columns.markPrice[instrument] ?? NaN;
  return Number((mark * between(random, 1 - ENTRY_RANGE, 1 + ENTRY_RANGE)).toPrecision(8));
}
