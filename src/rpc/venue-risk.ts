import { AccountDeltas } from '../aggregation/account-deltas.js';
import type { AccountPlace } from '../aggregation/account-tree.js';
import type { AccountStanding, RiskSource } from '../aggregation/aggregate-risk.js';
import { riskRows, type RiskRows } from '../aggregation/risk-rows.js';
import { changedPositions, RiskTree } from '../aggregation/risk-tree.js';
import type { Failure } from '../domain/outcome.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { AccountView } from '../live/book/account.js';
import { accountPortfolio } from '../live/book/account-portfolio.js';
import type { LiveMargins, MarginedEpoch } from '../live/margins/live-margins.js';
import { currencyPriceUsd } from '../market/snapshot/currency-price.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/resolved-model.js';

/** What the risk of a venue is made of. */
export interface VenueRiskParts {
  readonly engine: MarginEngine;
  readonly margins: LiveMargins;
  /** Model whose scenarios are summed up; undefined where the server names none that exists. */
  readonly scenarioModel: () => ResolvedModel | undefined;
  readonly modelOf: (account: AccountView) => ResolvedModel | undefined;
  /** An account stands alone because its place is refused. */
  readonly onRefused: (accountId: string, failure: Failure) => void;
}

/** What sums of one epoch are made of. */
export interface EpochRisk extends RiskSource {
  readonly epoch: number;
}

/**
 * Risk of all accounts of a server: holdings follow every change of the book, prices and margins are those of the newest epoch whose
 * margins are done. An account whose place contradicts its relatives stands alone until its place, or theirs, is stated anew; the
 * venue's sums miss nobody.
 */
export class VenueRisk {
  readonly tree = new RiskTree();
  readonly deltas = new AccountDeltas(this.tree);
  readonly #accounts = new Map<string, AccountView>();
  /** What the place of each account was last read from. */
  readonly #placed = new Map<string, AccountView['details']>();
  readonly #refused = new Set<string>();
  /** By model and currencies held. */
  readonly #currencies = new Map<string, string>();
  readonly #currencyOfAccount = new Map<string, { readonly seq: number; readonly currency: string }>();
  #epoch: MarginedEpoch | undefined;
  #rows: { readonly epoch: MarginedEpoch; readonly rows: RiskRows } | undefined;

  constructor(private readonly parts: VenueRiskParts) {}

  onEpoch(epoch: MarginedEpoch): void {
    this.#epoch = epoch;
  }

  /** The account has changed. */
  onAccount(account: AccountView): void {
    const { accountId, seq } = account;
    const isNew = !this.#accounts.has(accountId);
    this.#accounts.set(accountId, account);
    if (this.#placed.get(accountId) !== account.details) {
      this.#placed.set(accountId, account.details);
      this.#place(account);
    }
    if (isNew) for (const other of this.#refused) this.#placeAgain(other);
    // A restored account may come again as it was: it has changed nothing.
    if (seq <= this.tree.seqOf(accountId)) return;
    const held = this.tree.positionsOf(accountId);
    this.tree.setPositions(
      accountId,
      seq,
      changedPositions(held, account.positions, ({ ledger }) => ledger.quantityUnits),
    );
  }

  /**
   * Why an account cannot be below that parent, or of that owner. Another group is no reason, because an owner is in the group that
   * was stated last. The failure names a field of the place.
   */
  refusalOf(accountId: string, place: AccountPlace): Failure | undefined {
    const refusal = this.tree.refusalOf(accountId, place);
    return refusal?.field === 'parentAccountId' || refusal?.field === 'ownerId' ? refusal : undefined;
  }

  /** Undefined before the first margins of an epoch. */
  source(): EpochRisk | undefined {
    const epoch = this.#epoch;
    const model = this.parts.scenarioModel();
    if (epoch === undefined || model === undefined) return undefined;
    const { market } = epoch;
    if (this.#rows?.epoch !== epoch)
      this.#rows = { epoch, rows: riskRows(this.parts.engine.unitRisk({ model, market })) };
    const standingOf = (accountId: string): AccountStanding | undefined =>
      this.#standingOf(accountId, market);
    return { epoch: market.epoch, tree: this.tree, rows: this.#rows.rows, deltas: this.deltas, standingOf };
  }

  /** In the order in which they came. */
  accounts(): IterableIterator<AccountView> {
    return this.#accounts.values();
  }

  get accountCount(): number {
    return this.#accounts.size;
  }

  /** Rows of a market that is used once. */
  rowsOf(market: Market): RiskRows | undefined {
    const model = this.parts.scenarioModel();
    return model === undefined ? undefined : riskRows(this.parts.engine.unitRisk({ model, market }));
  }

  /** US dollars for one unit of the currency that the account is margined in; NaN where that has no price. */
  currencyUsd(account: AccountView, market: Market): number {
    const currency = this.#currencyOf(account, market);
    return currencyPriceUsd(market, currency);
  }

  /**
   * The same under a model that accounts need not be margined by now, by account; NaN for an unknown one. It keeps what it finds, so
   * that a preview makes one and drops it.
   */
  currenciesUnder(model: ResolvedModel, market: Market): (accountId: string) => number {
    const known = new Map<string, string>();
    return (accountId) => {
      const account = this.#accounts.get(accountId);
      if (account === undefined) return NaN;
      return currencyPriceUsd(market, this.#findCurrency(account, market, model, known));
    };
  }

  #standingOf(accountId: string, market: Market): AccountStanding | undefined {
    const margin = this.parts.margins.get(accountId);
    const account = this.#accounts.get(accountId);
    if (account === undefined || margin === undefined || margin.isStale || margin.seq < 0) return undefined;
    const usd = this.currencyUsd(account, market);
    if (!(usd > 0)) return undefined;
    return {
      equityUsd: margin.equity * usd,
      initialMarginUsd: margin.initialMargin * usd,
      maintenanceMarginUsd: margin.maintenanceMargin * usd,
      health: margin.health,
    };
  }

  /** Kept until the account changes; '' where it has no margin now. */
  #currencyOf(account: AccountView, market: Market): string {
    const { accountId, seq } = account;
    const kept = this.#currencyOfAccount.get(accountId);
    if (kept?.seq === seq) return kept.currency;
    const model = this.parts.modelOf(account);
    if (model === undefined) return '';
    const currency = this.#findCurrency(account, market, model, this.#currencies);
    if (currency !== '') this.#currencyOfAccount.set(accountId, { seq, currency });
    return currency;
  }

  /** A model's currency follows from what its accounts hold, not from how much of it. */
  #findCurrency(
    account: AccountView,
    market: Market,
    model: ResolvedModel,
    currencies: Map<string, string>,
  ): string {
    const settled = [...account.positions.values()].map(({ terms }) => terms.settlementCurrency);
    const held = [...new Set([...settled, ...account.balances.keys()])].sort();
    const key = `${model.parameterHash} ${held.join(' ')}`;
    const known = currencies.get(key);
    if (known !== undefined) return known;
    const portfolio = { ...accountPortfolio(account), openOrders: [] };
    const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };
    const [outcome] = this.parts.engine.calculate({ model, market, portfolios: [portfolio], options });
    if (outcome?.ok !== true) return '';
    currencies.set(key, outcome.value.currency);
    return outcome.value.currency;
  }

  #place({ accountId, details }: Pick<AccountView, 'accountId' | 'details'>): void {
    let placed = this.tree.place(accountId, details);
    if (!placed.ok && placed.failure.field === 'groupId') {
      // An owner is in the group that was stated last, with all accounts.
      const { parentAccountId, ownerId, groupId } = details;
      const inherited = parentAccountId === '' ? accountId : this.tree.pathOf(parentAccountId)[2];
      this.tree.moveOwner(ownerId === '' ? inherited : ownerId, groupId);
      placed = this.tree.place(accountId, details);
    }
    if (placed.ok) {
      this.#refused.delete(accountId);
      return;
    }
    if (!this.tree.has(accountId)) this.tree.place(accountId, ALONE);
    this.#refused.add(accountId);
    this.parts.onRefused(accountId, placed.failure);
  }

  #placeAgain(accountId: string): void {
    const account = this.#accounts.get(accountId);
    if (account !== undefined && this.tree.place(accountId, account.details).ok)
      this.#refused.delete(accountId);
  }
}

const ALONE = { parentAccountId: '', ownerId: '', groupId: '' };
