import type { Kernels } from '../kernel/kernels.js';
import type { Market } from '../market/snapshot/market.js';
import { fillNormals, randomStream } from '../measures/random.js';
import { arrangeBoard } from '../synthetic/board.js';
import { drawAccount } from '../synthetic/venue.js';
import type { ReplayAccount } from './replay-terms.js';

/** Accounts with more positions quote whole chains: here the makers do that. */
const POSITIONS_MAX = 40;
/** Equity over initial margin: lognormal from 1 up, half of the accounts below 1.28. */
const COVER_LOG_MEAN = 0.25;
const COVER_LOG_DEVIATION = 0.35;
/** One account in five belongs to a group of four. */
const GROUPED_EVERY = 5;
const GROUP_SIZE = 4;

/** Accounts drawn from a seed over the first market of a path. */
export function syntheticAccounts(
  kernels: Kernels,
  market: Market,
  seed: number,
  count: number,
): ReplayAccount[] {
  const board = arrangeBoard(kernels, market);
  const accounts: ReplayAccount[] = [];
  const normal = new Float64Array(1);
  for (let index = 0; accounts.length < count; index += 1) {
    const { accountId, positions } = drawAccount(board, seed, index);
    if (positions.length > POSITIONS_MAX) continue;
    fillNormals(randomStream(seed, index, 1), normal);
    const at = accounts.length;
    const group = Math.floor(at / (GROUPED_EVERY * GROUP_SIZE));
    accounts.push({
      accountId,
      groupId: at % GROUPED_EVERY === 0 ? `group-${String(group)}` : '',
      positions: positions.map(({ instrument, quantity }) => ({
        instrument: market.table.instruments[instrument]?.name ?? '',
        quantity,
      })),
      cashUsd: 0,
      openingCover: Math.exp(Math.max(0, COVER_LOG_MEAN + COVER_LOG_DEVIATION * (normal[0] ?? 0))),
    });
  }
  return accounts;
}
