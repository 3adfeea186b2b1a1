import type { MarginEngine } from '../../engine/margin-engine.js';
import type { WhatIfBook } from '../../engine/what-if-book.js';
import { LruCache } from '../../engine/lru-cache.js';
import type { Outcome } from '../../domain/outcome.js';
import { ACCOUNT_VECTORS_CACHED_MAX } from '../../limits.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import type { AccountView } from '../book/account.js';
import { accountPortfolio } from '../book/account-portfolio.js';

/** What was last worked out for an account; replaced in place. */
interface Kept {
  seq: number;
  market?: Market;
  model?: ResolvedModel;
  book?: Outcome<WhatIfBook>;
}

/** The vectors of accounts, kept until the account, its model or the market changes. Orders are not in them. */
export class AccountMargins {
  readonly #kept = new LruCache<Kept>(ACCOUNT_VECTORS_CACHED_MAX);

  constructor(
    private readonly engine: MarginEngine,
    private readonly allowApproximations: boolean,
  ) {}

  /** The account's book without its orders; a failure names the field of the portfolio. */
  of(account: AccountView, market: Market, model: ResolvedModel): Outcome<WhatIfBook> {
    const { accountId, seq } = account;
    const kept = this.#kept.getOrAdd(accountId, () => ({ seq: -1 }));
    if (kept.book !== undefined && kept.seq === seq && kept.market === market && kept.model === model)
      return kept.book;
    const book = this.fresh(account, market, model);
    Object.assign(kept, { seq, market, model, book });
    return book;
  }

  /** As `of`, without looking for or keeping anything: for a state of the account that is not there. */
  fresh(account: AccountView, market: Market, model: ResolvedModel): Outcome<WhatIfBook> {
    const portfolio = { ...accountPortfolio(account), openOrders: [] };
    const options = {
      includeScenarioVector: false,
      includePositionVectors: false,
      allowApproximations: this.allowApproximations,
    };
    return this.engine.whatIf({ model, market, options, portfolio });
  }
}
