import { stressedDepth } from '../../aggregation/stressed-depth.js';
import { CASH } from '../../backtest/book-day.js';
import { amountToNumber } from '../../domain/money.js';
import type { Outcome } from '../../domain/outcome.js';
import { MarginEngine } from '../../engine/margin-engine.js';
import { loadKernels } from '../../kernel/load-kernels.js';
import { REPLAY_ACCOUNTS_MAX } from '../../limits.js';
import { loadLinearSolver } from '../../live/liquidation/linear-program.js';
import { CrashPath } from '../../replay/crash-path.js';
import type { ReplayAccount, VenueRules } from '../../replay/replay-terms.js';
import type { ReplayRequest } from '../../replay/replay-venue.js';
import { syntheticAccounts } from '../../replay/synthetic-accounts.js';
import { InputError } from '../exit.js';
import { describeFailure } from '../margin-table.js';
import { readBook } from '../portfolio-file.js';
import { readCrash, type CrashWindow } from './read-crash.js';

export interface ReplayInputs {
  /** A folder of chains, or `underlying=file` of daily prices. */
  readonly sources: readonly string[];
  readonly window: CrashWindow;
  /** A file of portfolios, or `synthetic:N`. */
  readonly book: string;
  readonly rules: VenueRules;
  readonly seed: number;
  /** Stressed volume of the model house times this, > 0. */
  readonly depthFactor: number;
}

/** Everything of a replay but its parameters; what cannot be used ends the command. */
export async function prepareReplay(inputs: ReplayInputs): Promise<Omit<ReplayRequest, 'parameters'>> {
  const { sources, window, book, rules, seed, depthFactor } = inputs;
  const kernels = loadKernels();
  const terms = {
    anchors: readCrash(sources, window),
    bridgeDailyVolatility: BRIDGE_DAILY_VOLATILITY,
    seed,
  };
  const whole = valueOf(CrashPath.of(terms));
  const accounts = book.startsWith(SYNTHETIC)
    ? syntheticAccounts(kernels, whole.base, seed, accountCount(book))
    : readAccounts(book);
  // Only what somebody holds is valued and repriced.
  const held = new Set(accounts.flatMap(({ positions }) => positions.map(({ instrument }) => instrument)));
  const path = valueOf(CrashPath.of(terms, (instrument) => held.has(instrument)));
  const depthOf = valueOf(stressedDepth());
  return {
    ...{ path, accounts, rules, seed },
    solver: await loadLinearSolver(),
    engine: new MarginEngine(kernels),
    depthOf: (underlying, spotUsd) => {
      const depth = depthOf(underlying, spotUsd);
      return { ...depth, dailyVolumeCoins: depthFactor * depth.dailyVolumeCoins };
    },
  };
}

const SYNTHETIC = 'synthetic:';
/** Of a day in a crash: more than twice that of a quiet day (model house, 1.7 %). */
const BRIDGE_DAILY_VOLATILITY = 0.04;

function accountCount(book: string): number {
  const count = Number(book.slice(SYNTHETIC.length));
  if (Number.isInteger(count) && count >= 1 && count <= REPLAY_ACCOUNTS_MAX) return count;
  throw new InputError(
    `--book: expected synthetic:1 to synthetic:${String(REPLAY_ACCOUNTS_MAX)} but received ${book}`,
  );
}

/** Books bring their dollars; what they lack of their initial margin they bring before the first minute. */
function readAccounts(file: string): ReplayAccount[] {
  return readBook(file).map(({ accountId, portfolio }) => {
    const { positions, balances } = valueOf(portfolio);
    const coins = balances.find(({ asset }) => asset !== CASH);
    if (coins !== undefined)
      throw new InputError(`${file}: ${accountId}: expected balances in ${CASH} but received ${coins.asset}`);
    const cashUsd = balances.reduce((sum, one) => sum + amountToNumber(one), 0);
    return { accountId, groupId: '', positions, cashUsd, openingCover: 1 };
  });
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(describeFailure(outcome.failure));
}
