import type { Portfolio } from '../../domain/portfolio.js';
import type { PricePermissions } from '../../market/oracles/price-permissions.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ChangeLog } from '../state/change-log.js';
import type { StateChange } from '../state/enforcement.js';
import { enforcementId, ruleOf } from '../state/enforcement.js';
import { CODE, MARGIN_HEALTHS, nextStep, type HealthCode, type MarginHealth } from '../state/ladder.js';
import type { MarginedEpoch } from './live-margins.js';

/** What a run found for one account. */
export interface FoundMargin {
  readonly isMargined: boolean;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** How likely a breach of maintenance margin is within the horizon of `breachProbability`. */
export interface BreachProjection {
  /** Sequence number of the book it was made for; of no use for a later one. */
  readonly seq: number;
  /** In [0, 1]; absent where the volatility of an underlying is not known. */
  readonly breachProbability?: number;
  /** Likely enough, or certain after a shock of volatility or depth, for a call. */
  readonly isWarned: boolean;
}

/** The newest margin of one account and where it stands; changed in place at every epoch. */
export class AccountMargin {
  equity = NaN;
  /** What is enforced: while a price may not lower margins, never below what it was for the same book. */
  initialMargin = NaN;
  maintenanceMargin = NaN;
  /** Sequence number of the book it was calculated for; -1 before the first margin. */
  seq = -1;
  epoch = 0;
  /** The account has no margin at the newest epoch; the numbers are those of the last it had. */
  isStale = true;
  step: HealthCode = CODE.OK;
  /** When the step began, milliseconds since 1970. */
  sinceMs = 0;
  /** What was last projected for it; undefined where nothing was. */
  projection: BreachProjection | undefined;
  /** Id of the enforcement that the step began with. */
  callId: string | undefined;
  #underlyings: readonly string[] = [];
  #underlyingsSeq = -1;

  constructor(
    readonly accountId: string,
    readonly partition: number,
  ) {}

  get health(): MarginHealth {
    return MARGIN_HEALTHS[this.step] ?? 'INSOLVENT';
  }

  /**
   * Goes on from the last change of an earlier process: the step, when it began, and its call. The numbers are those of that change
   * until the account is margined.
   */
  resume({ health, timeMs, enforcementId: callId, epoch, ...change }: StateChange): void {
    this.step = MARGIN_HEALTHS.indexOf(health);
    this.sinceMs = timeMs;
    this.callId = callId;
    this.epoch = epoch;
    this.equity = change.equity;
    this.initialMargin = change.initialMargin;
    this.maintenanceMargin = change.maintenanceMargin;
  }

  take(
    epoch: MarginedEpoch,
    book: { readonly portfolio: Portfolio; readonly seq: number },
    found: FoundMargin,
    nowMs: number,
    changes: ChangeLog,
  ): void {
    const { market, permissions } = epoch;
    this.isStale = !found.isMargined;
    if (!found.isMargined) return;
    const rules = permissions === undefined ? NO_RULES : this.#rules(book, market, permissions);
    const keepsFloor = rules.isDoubtful && book.seq === this.seq;
    this.equity = found.equity;
    this.initialMargin = keepsFloor ? Math.max(found.initialMargin, this.initialMargin) : found.initialMargin;
    this.maintenanceMargin = found.maintenanceMargin;
    this.seq = book.seq;
    this.epoch = market.epoch;
    if (!rules.mayEnforce) return;
    const { equity, initialMargin, maintenanceMargin } = this;
    const step = nextStep(this.step, equity, initialMargin, maintenanceMargin, this.#isWarned);
    if (step !== this.step) this.#change(step, market, nowMs, changes);
  }

  get #isWarned(): boolean {
    return this.projection?.seq === this.seq && this.projection.isWarned;
  }

  /** Probability of a breach soon, 1 for an account in breach; undefined for one that is OK and where nobody has looked yet. */
  get breachProbability(): number | undefined {
    if (this.step === CODE.OK) return undefined;
    if (this.equity < this.maintenanceMargin) return 1;
    return this.projection?.seq === this.seq ? this.projection.breachProbability : undefined;
  }

  #change(step: HealthCode, { epoch }: Market, nowMs: number, changes: ChangeLog): void {
    const { accountId, partition, equity, initialMargin, maintenanceMargin, health: previous } = this;
    const rule = step > this.step ? ruleOf(step) : undefined;
    this.step = step;
    this.sinceMs = nowMs;
    this.callId = rule === undefined ? undefined : enforcementId(accountId, rule, epoch);
    changes.append({
      accountId,
      partition,
      accountSeq: this.seq,
      epoch,
      timeMs: nowMs,
      previous,
      health: this.health,
      equity,
      initialMargin,
      maintenanceMargin,
      ...(this.callId === undefined ? {} : { enforcementId: this.callId }),
    });
  }

  /** What the prices behind the book allow. */
  #rules(
    { portfolio, seq }: { readonly portfolio: Portfolio; readonly seq: number },
    { table }: Market,
    permissions: ReadonlyMap<string, PricePermissions>,
  ): typeof NO_RULES {
    if (this.#underlyingsSeq !== seq) {
      this.#underlyingsSeq = seq;
      this.#underlyings = namesBehind(portfolio, table);
    }
    let isDoubtful = false;
    let mayEnforce = true;
    for (const name of this.#underlyings) {
      const allowed = permissions.get(name);
      if (allowed === undefined) continue;
      if (allowed.initialMargin !== 'CURRENT') isDoubtful = true;
      const { maintenanceMargin } = allowed;
      // There is no second feed to agree with: who cannot be priced is not closed out.
      if (maintenanceMargin === 'REFUSED' || maintenanceMargin === 'IF_SECONDARY_SOURCE_AGREES')
        mayEnforce = false;
    }
    return { isDoubtful, mayEnforce };
  }
}

const NO_RULES = { isDoubtful: false, mayEnforce: true };

/** Underlyings of the positions and assets of the balances. */
function namesBehind(
  { positions, balances }: Portfolio,
  { instruments, instrumentIndex }: Market['table'],
): string[] {
  const names = new Set(balances.map(({ asset }) => asset));
  for (const { instrument } of positions) {
    const terms = instruments[instrumentIndex.get(instrument) ?? -1];
    if (terms !== undefined) names.add(terms.underlying);
  }
  return [...names];
}
