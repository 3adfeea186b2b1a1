import { expected, failure, success, type Outcome } from '../domain/outcome.js';

/** What is summed up, from the smallest to everything. Every level divides the venue: its sums add up to the venue's. */
export const AGGREGATION_LEVELS = ['SUB_ACCOUNT', 'ACCOUNT', 'OWNER', 'GROUP', 'VENUE'] as const;
export type AggregationLevel = (typeof AGGREGATION_LEVELS)[number];

/** Where an account says that it belongs; empty where nobody said. */
export interface AccountPlace {
  /** Empty for a main account. */
  readonly parentAccountId: string;
  readonly ownerId: string;
  readonly groupId: string;
}

/** Its name at every level, in the order of `AGGREGATION_LEVELS`; the venue has none. */
export type AccountPath = readonly [account: string, main: string, owner: string, group: string, venue: ''];

/**
 * Who belongs to whom. An account without an owner is its own owner, an owner without a group is a group of its own. A refused
 * change leaves everything as it was.
 */
export class AccountTree {
  readonly #parents = new Map<string, string>();
  /** By main account. */
  readonly #owners = new Map<string, string>();
  /** By owner. */
  readonly #groups = new Map<string, string>();

  has(accountId: string): boolean {
    return this.#parents.has(accountId);
  }

  /** The account must have been placed. */
  pathOf(accountId: string): AccountPath {
    const main = this.#mainOf(accountId);
    const owner = this.#owners.get(main) ?? main;
    return [accountId, main, owner, this.#groups.get(owner) ?? owner, ''];
  }

  /** The account and all accounts below it. */
  subtree(accountId: string): readonly string[] {
    return [...this.#parents.keys()].filter((one) => this.#isAtOrBelow(one, accountId));
  }

  /** All accounts of an owner. */
  ownedBy(ownerId: string): readonly string[] {
    return [...this.#parents.keys()].filter((one) => this.pathOf(one)[2] === ownerId);
  }

  /** Puts a new account into the tree, or a known one with all below it somewhere else. Failures name fields of the place. */
  place(accountId: string, place: AccountPlace): Outcome<AccountPath> {
    const owner = this.check(accountId, place);
    if (!owner.ok) return owner;
    const { parentAccountId, groupId } = place;
    this.#parents.set(accountId, parentAccountId);
    if (parentAccountId === '') this.#owners.set(accountId, owner.value);
    else this.#owners.delete(accountId);
    if (groupId !== '') this.#groups.set(owner.value, groupId);
    return success(this.pathOf(accountId));
  }

  /** The owner that the account would have there, or why it cannot be there; changes nothing. */
  check(accountId: string, { parentAccountId, ownerId, groupId }: AccountPlace): Outcome<string> {
    if (accountId === '')
      return failure('INVALID_VALUE', 'accountId', expected('a name', 'accountId', accountId));
    if (parentAccountId !== '') {
      const field = 'parentAccountId';
      if (parentAccountId === accountId || this.#isAtOrBelow(parentAccountId, accountId)) {
        const wanted = `an account that is not below ${accountId} itself`;
        return failure('INVALID_VALUE', field, expected(wanted, field, parentAccountId));
      }
      if (!this.has(parentAccountId))
        return failure('UNKNOWN_ACCOUNT', field, expected('a known account', field, parentAccountId));
      const inherited = this.pathOf(parentAccountId)[2];
      if (ownerId !== '' && ownerId !== inherited)
        return refused('ownerId', `${inherited}, the owner of ${parentAccountId},`, ownerId);
    }
    const main = parentAccountId === '' ? accountId : this.#mainOf(parentAccountId);
    const owner = parentAccountId !== '' ? this.pathOf(parentAccountId)[2] : ownerId === '' ? main : ownerId;
    const group = this.#groups.get(owner);
    if (groupId !== '' && group !== undefined && group !== groupId && this.#hasOthers(owner, accountId))
      return refused('groupId', `${group}, the group of ${owner},`, groupId);
    return success(owner);
  }

  /** Puts an owner with all accounts into another group. */
  moveOwner(ownerId: string, groupId: string): void {
    this.#groups.set(ownerId, groupId);
  }

  #hasOthers(ownerId: string, accountId: string): boolean {
    return this.ownedBy(ownerId).some((one) => !this.#isAtOrBelow(one, accountId));
  }

  #mainOf(accountId: string): string {
    let main = accountId;
    for (let parent = this.#parents.get(main) ?? ''; parent !== ''; parent = this.#parents.get(main) ?? '')
      main = parent;
    return main;
  }

  #isAtOrBelow(accountId: string, ancestor: string): boolean {
    for (let one = accountId; one !== ''; one = this.#parents.get(one) ?? '')
      if (one === ancestor) return true;
    return false;
  }
}

function refused(field: string, wanted: string, received: string): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(wanted, field, received));
}
