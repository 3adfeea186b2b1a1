import { PARTITION_COUNT } from '../../domain/partition.js';
import { UPDATES_PER_BATCH_MAX } from '../../limits.js';
import type { StateChange } from '../state/enforcement.js';
import type { MarginHealth } from '../state/ladder.js';
import type { AccountMargin } from './account-margin.js';
import type { LiveMargins } from './live-margins.js';

/** Where a reader goes on in one partition. */
export interface ResumePoint {
  readonly partition: number;
  readonly sequence: number;
  readonly epoch: number;
}

export interface SubscriptionTerms {
  /** Accounts to follow; undefined for all. */
  readonly accountIds?: ReadonlySet<string>;
  /** Least move of an excess, as a share of its requirement. */
  readonly relativeChangeMin: number;
  readonly resume: readonly ResumePoint[];
}

/** What one account is told. */
export interface MarginUpdate {
  readonly accountId: string;
  readonly partition: number;
  readonly sequence: number;
  readonly accountSeq: number;
  readonly isInitial: boolean;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly health: MarginHealth;
  readonly previousHealth?: MarginHealth;
  readonly enforcementId?: string;
  readonly isStale: boolean;
  readonly breachProbability?: number;
}

/** One message: updates of one epoch, at most one per account. */
export interface MarginBatch {
  readonly epoch: number;
  readonly updates: readonly MarginUpdate[];
  readonly resume: readonly ResumePoint[];
}

interface Sent {
  equity: number;
  initialMargin: number;
  maintenanceMargin: number;
}

/**
 * One reader. Changes of state reach it all, in order; of margins it gets the latest that moved far enough. It is asked for
 * messages when it can take one, keeps three numbers per account, and holds up nobody.
 */
export class MarginSubscription {
  readonly #sent = new Map<string, Sent>();
  #place: number;
  #hasBegun: boolean;

  constructor(
    private readonly margins: Pick<LiveMargins, 'changes' | 'all' | 'get'>,
    private readonly terms: SubscriptionTerms,
  ) {
    const places = terms.resume.map(({ partition, sequence }) =>
      margins.changes.placeAfter(partition, sequence),
    );
    const known = places.flatMap((place) => place ?? []);
    // A point that is no longer kept leaves nothing to go on from but the present state, which leaves no gap.
    this.#hasBegun = terms.resume.length > 0 && known.length === places.length;
    this.#place = this.#hasBegun ? Math.min(...known) : margins.changes.end;
  }

  /** The messages that are due now, the oldest epoch first; nothing when nothing changed. */
  *due(): Generator<MarginBatch> {
    if (this.#place < this.margins.changes.begin) this.#hasBegun = false;
    if (!this.#hasBegun) {
      this.#place = this.margins.changes.end;
      this.#sent.clear();
    }
    yield* this.#changes();
    yield* this.#latest();
    this.#hasBegun = true;
  }

  *#changes(): Generator<MarginBatch> {
    const { changes } = this.margins;
    let updates: MarginUpdate[] = [];
    let epoch = 0;
    const inBatch = new Set<string>();
    while (this.#place < changes.end) {
      const change = changes.at(this.#place);
      if (change === undefined) return;
      const isFull = updates.length >= UPDATES_PER_BATCH_MAX || inBatch.has(change.accountId);
      if (updates.length > 0 && (change.epoch !== epoch || isFull)) {
        yield this.#batch(epoch, updates);
        updates = [];
        inBatch.clear();
      }
      this.#place += 1;
      if (!this.#follows(change.accountId) || this.#hasSeen(change)) continue;
      epoch = change.epoch;
      inBatch.add(change.accountId);
      updates.push(ofChange(change));
      this.#remember(change);
    }
    if (updates.length > 0) yield this.#batch(epoch, updates);
  }

  *#latest(): Generator<MarginBatch> {
    let updates: MarginUpdate[] = [];
    let epoch = 0;
    const accounts = [...this.#followed()].sort((a, b) => a.epoch - b.epoch || a.partition - b.partition);
    for (const account of accounts) {
      if (account.seq < 0 || !this.#hasMoved(account)) continue;
      if (updates.length > 0 && (account.epoch !== epoch || updates.length >= UPDATES_PER_BATCH_MAX)) {
        yield this.#batch(epoch, updates);
        updates = [];
      }
      epoch = account.epoch;
      updates.push(this.#ofAccount(account));
      this.#remember(account);
    }
    if (updates.length > 0) yield this.#batch(epoch, updates);
  }

  #batch(epoch: number, updates: readonly MarginUpdate[]): MarginBatch {
    const { changes } = this.margins;
    const last = new Map<number, number>();
    if (!this.#hasBegun)
      for (let partition = 0; partition < PARTITION_COUNT; partition += 1)
        last.set(partition, changes.sequenceOf(partition));
    else
      for (const { partition, sequence } of updates)
        last.set(partition, Math.max(sequence, last.get(partition) ?? 0));
    return {
      epoch,
      updates,
      resume: [...last].map(([partition, sequence]) => ({ partition, sequence, epoch })),
    };
  }

  #ofAccount(account: AccountMargin): MarginUpdate {
    const { accountId, partition, equity, initialMargin, maintenanceMargin, health, isStale } = account;
    return {
      accountId,
      partition,
      sequence: this.margins.changes.sequenceOf(partition),
      accountSeq: account.seq,
      isInitial: !this.#sent.has(accountId),
      equity,
      initialMargin,
      maintenanceMargin,
      health,
      ...(account.callId === undefined ? {} : { enforcementId: account.callId }),
      ...(account.breachProbability === undefined ? {} : { breachProbability: account.breachProbability }),
      isStale,
    };
  }

  #follows(accountId: string): boolean {
    return this.terms.accountIds?.has(accountId) ?? true;
  }

  *#followed(): Generator<AccountMargin> {
    const { accountIds } = this.terms;
    if (accountIds === undefined) yield* this.margins.all();
    else
      for (const accountId of accountIds) {
        const account = this.margins.get(accountId);
        if (account !== undefined) yield account;
      }
  }

  /** Partitions resume at places of their own: what one has seen comes again for the sake of another. */
  #hasSeen({ partition, sequence }: StateChange): boolean {
    const point = this.terms.resume.find((one) => one.partition === partition);
    return this.#hasBegun && point !== undefined && sequence <= point.sequence;
  }

  #hasMoved({ accountId, equity, initialMargin, maintenanceMargin }: AccountMargin): boolean {
    const sent = this.#sent.get(accountId);
    if (sent === undefined) return true;
    const least = this.terms.relativeChangeMin;
    // Who asks for every change gets also what the rounding of an excess hides.
    if (least === 0 && (initialMargin !== sent.initialMargin || maintenanceMargin !== sent.maintenanceMargin))
      return true;
    const moved = (now: number, before: number, requirement: number): boolean =>
      now !== before && Math.abs(now - before) >= least * Math.abs(requirement);
    return (
      moved(equity - initialMargin, sent.equity - sent.initialMargin, initialMargin) ||
      moved(equity - maintenanceMargin, sent.equity - sent.maintenanceMargin, maintenanceMargin)
    );
  }

  #remember({ accountId, equity, initialMargin, maintenanceMargin }: AccountMargin | StateChange): void {
    this.#sent.set(accountId, { equity, initialMargin, maintenanceMargin });
  }
}

function ofChange({ previous, timeMs: _timeMs, epoch: _epoch, ...change }: StateChange): MarginUpdate {
  return { ...change, previousHealth: previous, isInitial: false, isStale: false };
}
