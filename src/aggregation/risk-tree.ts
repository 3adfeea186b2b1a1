import { expected, failure, success, type Failure, type Outcome } from '../domain/outcome.js';
import {
  AccountTree,
  AGGREGATION_LEVELS,
  type AccountPath,
  type AccountPlace,
  type AggregationLevel,
} from './account-tree.js';
import { changeOf, RiskNode } from './risk-node.js';

/** What an account holds now. */
export interface HoldingsUpdate {
  readonly accountId: string;
  /** Grows with every change of the account. */
  readonly seq: number;
  /** Group that the sender believes the account to be in; absent is any. */
  readonly groupId?: string;
  /** Instrument and contracts in 10^-18, signed; what is not named is 0. */
  readonly positions: Iterable<readonly [instrument: string, units: bigint]>;
}

interface HeldAccount {
  seq: number;
  positions: Map<string, bigint>;
}

/** Drift above which a self-check fails (market-and-risk.md 9). */
export const DRIFT_MAX = 1e-9;

/** The result of a self-check. */
export interface TreeCheck {
  /** Nodes whose quantities are not the exact sum of the accounts below them; 0 unless there is a defect. */
  readonly wrongNodes: number;
  /** Largest drift of a sum, relative. */
  readonly drift: number;
  readonly isSound: boolean;
}

/**
 * Quantities of every account, summed up to sub-account, account, owner, group and venue, changed in O(levels). A refused update
 * changes nothing. Risk is asked of the nodes, at any prices.
 */
export class RiskTree {
  readonly #tree = new AccountTree();
  readonly #accounts = new Map<string, HeldAccount>();
  /** Until the next change of the tree. */
  readonly #members = new Map<AggregationLevel, ReadonlyMap<string, readonly string[]>>();
  readonly #nodes: Readonly<Record<AggregationLevel, Map<string, RiskNode>>> = {
    SUB_ACCOUNT: new Map(),
    ACCOUNT: new Map(),
    OWNER: new Map(),
    GROUP: new Map(),
    VENUE: new Map(),
  };

  get size(): number {
    return this.#accounts.size;
  }

  has(accountId: string): boolean {
    return this.#accounts.has(accountId);
  }

  pathOf(accountId: string): AccountPath {
    return this.#tree.pathOf(accountId);
  }

  node(level: AggregationLevel, key: string): RiskNode | undefined {
    return this.#nodes[level].get(key);
  }

  accountIds(): IterableIterator<string> {
    return this.#accounts.keys();
  }

  /** Accounts by the name that they have at a level. */
  members(level: AggregationLevel): ReadonlyMap<string, readonly string[]> {
    const known = this.#members.get(level);
    if (known !== undefined) return known;
    const at = AGGREGATION_LEVELS.indexOf(level);
    const members = new Map<string, string[]>();
    for (const accountId of this.#accounts.keys()) {
      const key = this.#tree.pathOf(accountId)[at] ?? '';
      const list = members.get(key);
      if (list === undefined) members.set(key, [accountId]);
      else list.push(accountId);
    }
    this.#members.set(level, members);
    return members;
  }

  /** Sequence number of the newest holdings of the account; -1 before the first. */
  seqOf(accountId: string): number {
    return this.#accounts.get(accountId)?.seq ?? -1;
  }

  /** Contracts of the account by instrument, 10^-18. */
  positionsOf(accountId: string): ReadonlyMap<string, bigint> {
    return this.#accounts.get(accountId)?.positions ?? NOTHING;
  }

  /** Why an account cannot be put somewhere; changes nothing. */
  refusalOf(accountId: string, place: AccountPlace): Failure | undefined {
    const checked = this.#tree.check(accountId, place);
    return checked.ok ? undefined : checked.failure;
  }

  /** Puts an account into the tree, or one that is there with all below it somewhere else; what it holds goes along. */
  place(accountId: string, place: AccountPlace): Outcome<AccountPath> {
    const moved = this.#tree.has(accountId) ? this.#tree.subtree(accountId) : [];
    const before = moved.map((one) => this.#tree.pathOf(one));
    const placed = this.#tree.place(accountId, place);
    if (!placed.ok) return placed;
    if (!this.#accounts.has(accountId)) this.#accounts.set(accountId, { seq: -1, positions: new Map() });
    this.#relocate(moved, before);
    this.#members.clear();
    // The nodes of an account that holds nothing exist as well.
    this.#along(placed.value, () => undefined);
    return placed;
  }

  /** Puts an owner with all accounts into another group. */
  moveOwner(ownerId: string, groupId: string): void {
    const moved = this.#tree.ownedBy(ownerId);
    const before = moved.map((one) => this.#tree.pathOf(one));
    this.#tree.moveOwner(ownerId, groupId);
    this.#relocate(moved, before);
    this.#members.clear();
    for (const one of moved) this.#along(this.#tree.pathOf(one), () => undefined);
  }

  /** Takes what an account holds in the place of what it held. Failures name fields of the update. */
  update({ accountId, seq, groupId, positions }: HoldingsUpdate): Outcome<undefined> {
    const found = this.#next(accountId, seq);
    if (!found.ok) return found;
    const account = found.value;
    const path = this.#tree.pathOf(accountId);
    if (groupId !== undefined && groupId !== path[3]) {
      const wanted = `${path[3]}, the group that the account is in,`;
      return failure('SEQUENCE_CONFLICT', 'groupId', expected(wanted, 'groupId', groupId));
    }
    const after = new Map<string, bigint>();
    for (const [instrument, units] of positions) {
      if (after.has(instrument))
        return failure('DUPLICATE', 'positions', `Expected each once but ${instrument} stands twice`);
      if (units !== 0n) after.set(instrument, units);
    }
    for (const [instrument, units] of after) {
      const before = account.positions.get(instrument) ?? 0n;
      if (before !== units) this.#change(path, instrument, before, units);
    }
    for (const [instrument, units] of account.positions)
      if (!after.has(instrument)) this.#change(path, instrument, units, 0n);
    account.positions = after;
    account.seq = seq;
    return success(undefined);
  }

  /** As `update`, of some instruments: the rest stays. */
  setPositions(
    accountId: string,
    seq: number,
    changes: Iterable<readonly [instrument: string, units: bigint]>,
  ): Outcome<undefined> {
    const found = this.#next(accountId, seq);
    if (!found.ok) return found;
    const { positions } = found.value;
    const path = this.#tree.pathOf(accountId);
    for (const [instrument, units] of changes) {
      const before = positions.get(instrument) ?? 0n;
      if (before !== units) this.#change(path, instrument, before, units);
      if (units === 0n) positions.delete(instrument);
      else positions.set(instrument, units);
    }
    found.value.seq = seq;
    return success(undefined);
  }

  /** The account, where this is news of it. */
  #next(accountId: string, seq: number): Outcome<HeldAccount> {
    const account = this.#accounts.get(accountId);
    if (account === undefined)
      return failure('UNKNOWN_ACCOUNT', 'accountId', expected('a placed account', 'accountId', accountId));
    if (Number.isSafeInteger(seq) && seq > account.seq) return success(account);
    const wanted = `a sequence number above ${String(account.seq)}`;
    return failure('SEQUENCE_CONFLICT', 'seq', expected(wanted, 'seq', seq));
  }

  /** Compares every node with the sum of its accounts, and every sum of risk with one made anew. */
  check(): TreeCheck {
    const sums = new Map<string, bigint>();
    for (const [accountId, { positions }] of this.#accounts)
      this.#tree.pathOf(accountId).forEach((key, at) => {
        for (const [instrument, units] of positions) {
          const name = `${String(at)} ${key} ${instrument}`;
          sums.set(name, (sums.get(name) ?? 0n) + units);
        }
      });
    let wrongNodes = 0;
    let drift = 0;
    AGGREGATION_LEVELS.forEach((level, at) => {
      for (const [key, node] of this.#nodes[level]) {
        drift = Math.max(drift, node.check(), node.driftMax);
        let isWrong = false;
        for (const [instrument, { long, short }] of node.held) {
          const name = `${String(at)} ${key} ${instrument}`;
          if (long - short !== (sums.get(name) ?? 0n) || long < 0n || short < 0n) isWrong = true;
          sums.delete(name);
        }
        if (isWrong) wrongNodes += 1;
      }
    });
    // What no node holds must have added up to nothing.
    for (const units of sums.values()) if (units !== 0n) wrongNodes += 1;
    return { wrongNodes, drift, isSound: wrongNodes === 0 && drift <= DRIFT_MAX };
  }

  /** What the accounts hold goes from their paths before to those that they have now. */
  #relocate(accountIds: readonly string[], before: readonly AccountPath[]): void {
    if (accountIds.length === 0) return;
    accountIds.forEach((accountId, at) => {
      const from = before[at];
      const to = this.#tree.pathOf(accountId);
      if (from === undefined || from.every((key, level) => key === to[level])) return;
      for (const [instrument, units] of this.positionsOf(accountId)) {
        this.#change(from, instrument, units, 0n);
        this.#change(to, instrument, 0n, units);
      }
    });
    for (const level of ['ACCOUNT', 'OWNER', 'GROUP'] as const) this.#forgetEmpty(level);
  }

  /** Nodes that no account belongs to any more. */
  #forgetEmpty(level: 'ACCOUNT' | 'OWNER' | 'GROUP'): void {
    const at = AGGREGATION_LEVELS.indexOf(level);
    const inUse = new Set([...this.#accounts.keys()].map((accountId) => this.#tree.pathOf(accountId)[at]));
    for (const key of this.#nodes[level].keys()) if (!inUse.has(key)) this.#nodes[level].delete(key);
  }

  #change(path: AccountPath, instrument: string, before: bigint, after: bigint): void {
    const quantities = changeOf(before, after);
    this.#along(path, (node) => {
      node.change(instrument, before, after, quantities);
    });
  }

  #along(path: AccountPath, visit: (node: RiskNode) => void): void {
    for (let at = 0; at < AGGREGATION_LEVELS.length; at += 1) {
      const nodes = this.#nodes[AGGREGATION_LEVELS[at] ?? 'VENUE'];
      const key = path[at] ?? '';
      let node = nodes.get(key);
      if (node === undefined) {
        node = new RiskNode();
        nodes.set(key, node);
      }
      visit(node);
    }
  }
}

const NOTHING: ReadonlyMap<string, bigint> = new Map();

/** What of a book is not as it was. Most changes of an account are a fill of one instrument, or of none: nothing is copied for the rest. */
export function changedPositions<Held>(
  before: ReadonlyMap<string, bigint>,
  after: ReadonlyMap<string, Held>,
  unitsOf: (held: Held) => bigint,
): (readonly [instrument: string, units: bigint])[] {
  const changes: (readonly [string, bigint])[] = [];
  for (const [instrument, held] of after) {
    const units = unitsOf(held);
    if ((before.get(instrument) ?? 0n) !== units) changes.push([instrument, units]);
  }
  for (const instrument of before.keys()) if (!after.has(instrument)) changes.push([instrument, 0n]);
  return changes;
}
