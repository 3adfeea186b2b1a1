import type { ProjectedExcess } from '../../engine/margin-engine-types.js';
import { PROJECTED_DEVIATIONS } from '../../engine/projected-excess.js';
import { PROJECTED_ACCOUNTS_MAX, PROJECTION_PAUSE_MS } from '../../limits.js';
import type { MarketHandle } from '../../market/snapshot/shared-market.js';
import type { EncodedBooks } from '../../pool/encode-books.js';
import { shareBooks } from '../../pool/encode-books.js';
import { BREACH_HORIZON_MS, breachProbability, WARNED_ABOVE } from '../state/breach-probability.js';
import { CODE } from '../state/ladder.js';
import type { AccountMargin } from './account-margin.js';
import type { MarginedEpoch } from './live-margins.js';
import { MarketVolatility } from './market-volatility.js';

/** Moves the books of one model on a thread; undefined for a book that cannot be margined there. */
export type ProjectBooks = (
  market: MarketHandle,
  modelName: string,
  books: EncodedBooks,
  deviation: Float64Array,
) => Promise<readonly (ProjectedExcess | undefined)[]>;

/** An account that is watched, with its book as it was margined last. */
export interface WatchedAccount {
  readonly account: AccountMargin;
  readonly modelName: string;
  readonly seq: number;
  readonly encoded: Buffer;
}

/**
 * How likely restricted accounts are to breach their maintenance margin soon. Beside the margins, never in their way: one pass at a
 * time, a pause after each, and of very many accounts those that are nearest to a breach.
 */
export class BreachWatch {
  readonly #volatility = new MarketVolatility();
  #isRunning = false;
  #idleSinceMs = -Infinity;

  constructor(
    private readonly project: ProjectBooks,
    private readonly now: () => number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** An epoch has been margined. `restricted` gives those below OK when they are due. */
  onMargins(epoch: MarginedEpoch, restricted: () => readonly WatchedAccount[]): void {
    this.#volatility.onEpoch(epoch.market);
    if (this.#isRunning || this.now() < this.#idleSinceMs + PROJECTION_PAUSE_MS) return;
    const watched = nearestToBreach(restricted());
    if (watched.length === 0) return;
    this.#isRunning = true;
    void this.#pass(epoch, watched);
  }

  async #pass({ market, handle }: MarginedEpoch, watched: readonly WatchedAccount[]): Promise<void> {
    const deviation = this.#volatility.deviations(market, BREACH_HORIZON_MS);
    try {
      for (const [modelName, accounts] of byModel(watched)) {
        const books = shareBooks(accounts.map(({ encoded }) => encoded));
        const found = await this.project(handle, modelName, books, deviation);
        for (const [at, { account, seq }] of accounts.entries()) setProjection(account, seq, found[at]);
      }
    } catch (error) {
      this.onError(error);
    }
    this.#idleSinceMs = this.now();
    this.#isRunning = false;
  }
}

function setProjection(account: AccountMargin, seq: number, found: ProjectedExcess | undefined): void {
  if (found === undefined) {
    account.projection = undefined;
    return;
  }
  const { excess, excessAtHigherVolatility, spreadCost } = found;
  const probability = breachProbability(PROJECTED_DEVIATIONS, excess, 1);
  const present = excess[PROJECTED_DEVIATIONS.indexOf(0)] ?? NaN;
  account.projection = {
    seq,
    ...(Number.isNaN(probability) ? {} : { breachProbability: probability }),
    isWarned: probability > WARNED_ABOVE || excessAtHigherVolatility < 0 || present < spreadCost,
  };
}

/** Those that are in breach need no estimate; the rest by how little is left of their maintenance margin. */
function nearestToBreach(restricted: readonly WatchedAccount[]): readonly WatchedAccount[] {
  const left = ({ account }: WatchedAccount): number => account.equity / account.maintenanceMargin;
  return restricted
    .filter(({ account }) => account.step < CODE.LIQUIDATE && account.equity >= account.maintenanceMargin)
    .sort((a, b) => left(a) - left(b))
    .slice(0, PROJECTED_ACCOUNTS_MAX);
}

function byModel(watched: readonly WatchedAccount[]): Map<string, WatchedAccount[]> {
  const found = new Map<string, WatchedAccount[]>();
  for (const one of watched) {
    const same = found.get(one.modelName);
    if (same === undefined) found.set(one.modelName, [one]);
    else same.push(one);
  }
  return found;
}
