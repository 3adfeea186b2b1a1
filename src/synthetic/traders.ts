import type { RandomStream } from '../measures/random.js';
import type { Board, Desk, Side } from './board.js';
import { STRESS_MOVE } from './board.js';
import { between, normal, pareto, pick, pickWeighted } from './laws.js';
import type { Leg, Structure } from './structures.js';
import {
  basisTrade,
  calendarSpread,
  coveredWrite,
  directional,
  outright,
  straddle,
  verticalSpread,
} from './structures.js';

/** A kind of account: how many there are, how large they are, what they trade. */
export interface Trader {
  readonly kind: string;
  /** Share of all accounts. */
  readonly share: number;
  /** Gross size in US dollars. */
  readonly sizeUsd: (random: RandomStream) => number;
  /** Trades of one account; the size is shared among them. */
  readonly trades: (random: RandomStream) => number;
  readonly structures: readonly Structure[];
  /** How the account holds its collateral. */
  readonly collateral: CollateralHabit;
}

/** `COVERED`: coins that cover what was sold, the rest in stablecoins. `MIXED`: coins, stablecoins or both. */
export type CollateralHabit = 'COVERED' | 'MIXED' | 'STABLE';

/**
 * Tail index of sizes: near 1.1, a hundredth of the accounts holds more than half of the contracts. Axtell (Science 293, 2001)
 * finds 1.06 for firms.
 */
const SIZE_TAIL_INDEX = 1.1;

const person = (minUsd: number, maxUsd: number) => (random: RandomStream) =>
  pareto(random, minUsd, SIZE_TAIL_INDEX, maxUsd);

const count = (low: number, high: number) => (random: RandomStream) => low + random.integer(high - low + 1);

/** Quoting whole chains takes about a thousand positions. */
const MAKER_POSITIONS = 1_000;

export const TRADERS: readonly Trader[] = [
  {
    kind: 'directional',
    share: 0.5,
    sizeUsd: person(1_000, 5e7),
    trades: count(1, 4),
    structures: [outright, outright, directional],
    collateral: 'MIXED',
  },
  {
    kind: 'spreads',
    share: 0.14,
    sizeUsd: person(2_000, 5e7),
    trades: count(1, 4),
    structures: [verticalSpread, verticalSpread, calendarSpread],
    collateral: 'STABLE',
  },
  {
    kind: 'covered-writes',
    share: 0.12,
    sizeUsd: person(5_000, 2e8),
    trades: count(1, 3),
    structures: [coveredWrite],
    collateral: 'COVERED',
  },
  {
    kind: 'straddles',
    share: 0.1,
    sizeUsd: person(5_000, 1e8),
    trades: count(1, 3),
    structures: [straddle],
    collateral: 'MIXED',
  },
  {
    kind: 'basis',
    share: 0.08,
    sizeUsd: person(10_000, 5e8),
    trades: count(1, 2),
    structures: [basisTrade],
    collateral: 'COVERED',
  },
  {
    kind: 'fund',
    share: 0.059,
    sizeUsd: person(200_000, 1e9),
    trades: count(10, 80),
    structures: [outright, verticalSpread, calendarSpread, coveredWrite, straddle, basisTrade, directional],
    collateral: 'MIXED',
  },
  {
    kind: 'market-maker',
    share: 0.001,
    sizeUsd: person(5e7, 2e9),
    trades: () => MAKER_POSITIONS,
    structures: [],
    collateral: 'MIXED',
  },
];

/** Trades of an account on one side of the venue. */
export function drawLegs(board: Board, side: Side, trader: Trader, random: RandomStream): Leg[] {
  const sizeUsd = trader.sizeUsd(random);
  if (trader.structures.length === 0) return makerLegs(board, side, sizeUsd, random);
  const trades = trader.trades(random);
  const desk = pickDesk(side, random);
  return Array.from({ length: trades }, () => {
    // Nine trades in ten are on the coin that the account knows.
    const own = random.uniform() < 0.9 ? desk : pickDesk(side, random);
    const coins = (sizeUsd / trades / own.indexPrice) * Math.exp(0.5 * normal(random));
    return pick(random, trader.structures)(own, coins, random);
  }).flat();
}

/** The first underlyings of a market trade most. */
function pickDesk({ desks }: Side, random: RandomStream): Desk {
  return pickWeighted(random, desks, (desk) => 1 / (1 + desks.indexOf(desk)));
}

/** Some inventory in every contract, about as much long as short, hedged with the perpetual to a few percent. */
function makerLegs(
  { market, gainUpUsd, gainDownUsd }: Board,
  side: Side,
  sizeUsd: number,
  random: RandomStream,
): Leg[] {
  const rows = side.desks.flatMap((desk) =>
    desk.chains.flatMap(({ strikes }) =>
      strikes.flatMap(({ call, put }) =>
        [call, put].flatMap((row) => (row === undefined ? [] : [{ row, desk }])),
      ),
    ),
  );
  const kept = rows.filter(() => random.uniform() < MAKER_POSITIONS / rows.length);
  const hedgeUsd = new Map<Desk, number>();
  const options = kept.map(({ row, desk }): Leg => {
    const coins = (sizeUsd / kept.length / desk.indexPrice) * normal(random);
    const contracts = coins / (market.columns.contractSize[row] ?? NaN);
    const slope = ((gainUpUsd[row] ?? NaN) - (gainDownUsd[row] ?? NaN)) / 2;
    hedgeUsd.set(desk, (hedgeUsd.get(desk) ?? 0) + contracts * slope);
    return { instrument: row, coins };
  });
  const hedges = [...hedgeUsd].flatMap(([{ perpetual, indexPrice }, slopeUsd]): Leg[] =>
    perpetual === undefined
      ? []
      : [
          {
            instrument: perpetual,
            coins: (-slopeUsd / STRESS_MOVE / indexPrice) * between(random, 0.95, 1.05),
          },
        ],
  );
  return [...options, ...hedges];
}
