import type { RandomStream } from '../measures/random.js';
import type { Board, Desk, Side } from './board.js';
import { normal } from './laws.js';
import type { CollateralHabit } from './traders.js';

/** What an account holds of an asset, in units of the asset. */
export interface Deposit {
  readonly asset: string;
  readonly amount: number;
}

/** One contract position. */
export interface Holding {
  /** Row of the market. */
  readonly instrument: number;
  /** Contracts, positive is long. */
  readonly quantity: number;
}

/** Median equity as a multiple of the stressed loss; one account in eight is below 1. */
const EQUITY_MULTIPLE = 2.2;
const EQUITY_LOG_DEVIATION = 0.7;
/** No account holds less than this. */
const EQUITY_MIN_USD = 200;
/** Collateral that even a hedged book holds, as a share of its gross stress. */
const GROSS_SHARE = 0.03;
const STABLECOINS = ['USDC', 'USDT', 'USD', 'USDE', 'DAI'];

/** Deposits that leave the account with a drawn multiple of its loss in a move of `STRESS_MOVE` either way. */
export function drawDeposits(
  board: Board,
  side: Side,
  habit: CollateralHabit,
  holdings: readonly Holding[],
  random: RandomStream,
): Deposit[] {
  const { down, up, gross, options } = stressOf(board, holdings);
  const needUsd = Math.max(0, -down, -up) + GROSS_SHARE * gross;
  const multiple = EQUITY_MULTIPLE * Math.exp(EQUITY_LOG_DEVIATION * normal(random));
  const depositUsd = Math.max(EQUITY_MIN_USD, needUsd * multiple - options);
  const desk = mainDesk(side, board, holdings);
  const { assetIndex } = board.market.table;
  const isListed = (asset: string): boolean => assetIndex.has(asset);
  const coin = [desk.underlying].find(isListed);
  // An account that settles in coins holds coins; stablecoins only beside them.
  const stable = [desk.settlementCurrency, ...STABLECOINS].find(
    (asset) => asset !== desk.underlying && isListed(asset),
  );
  const coinShare = stable === undefined ? 1 : coinShareOf(habit, side, random);
  const split = coin === undefined ? 0 : coinShare;
  const coinUsd = Math.max(
    split * depositUsd,
    habit === 'COVERED' && coin !== undefined ? coverUsd(board, holdings) : 0,
  );
  const stableUsd = Math.max(0, depositUsd - coinUsd);
  return [
    ...(coin === undefined ? [] : [deposit(coin, coinUsd / desk.indexPrice, 4)]),
    ...(stable === undefined ? [] : [deposit(stable, stableUsd, 2)]),
  ].filter(({ amount }) => amount > 0);
}

function deposit(asset: string, amount: number, digits: number): Deposit {
  return { asset, amount: Number(amount.toFixed(digits)) };
}

function coinShareOf(habit: CollateralHabit, { settlement }: Side, random: RandomStream): number {
  if (settlement === 'INVERSE') return random.uniform() < 0.85 ? 1 : random.uniform();
  if (habit === 'STABLE') return 0;
  const drawn = random.uniform();
  if (drawn < 0.6) return 0;
  return drawn < 0.75 ? 1 : random.uniform();
}

interface Stress {
  readonly down: number;
  readonly up: number;
  readonly gross: number;
  readonly options: number;
}

/** Gains of the book when the spot falls and rises, their absolute sum, and the value of its options; US dollars. */
function stressOf({ gainDownUsd, gainUpUsd, optionValueUsd }: Board, holdings: readonly Holding[]): Stress {
  let [down, up, gross, options] = [0, 0, 0, 0];
  for (const { instrument, quantity } of holdings) {
    const [ifDown, ifUp] = [gainDownUsd[instrument] ?? NaN, gainUpUsd[instrument] ?? NaN];
    down += quantity * ifDown;
    up += quantity * ifUp;
    gross += Math.abs(quantity) * Math.max(Math.abs(ifDown), Math.abs(ifUp));
    options += quantity * (optionValueUsd[instrument] ?? NaN);
  }
  return { down, up, gross, options };
}

/** Dollars of coins that short calls and short futures would have to deliver. */
function coverUsd({ market }: Board, holdings: readonly Holding[]): number {
  const { table, columns } = market;
  let sum = 0;
  for (const { instrument, quantity } of holdings) {
    const terms = table.instruments[instrument];
    if (quantity >= 0 || terms === undefined || (terms.kind === 'OPTION' && terms.optionType === 'PUT'))
      continue;
    const isInDollars = terms.kind !== 'OPTION' && terms.settlement === 'INVERSE';
    const index = isInDollars ? 1 : (columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN);
    sum -= quantity * terms.contractSize * index;
  }
  return sum;
}

/** The desk of the first position, or the first of the side. */
function mainDesk({ desks }: Side, { market }: Board, holdings: readonly Holding[]): Desk {
  const underlying = market.table.instruments[holdings[0]?.instrument ?? -1]?.underlying;
  const desk = desks.find((candidate) => candidate.underlying === underlying) ?? desks[0];
  if (desk === undefined) throw new RangeError('A side without contracts');
  return desk;
}
