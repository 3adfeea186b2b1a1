import type { AccountBook } from '../book/account-book.js';
import type { AccountView } from '../book/account.js';

/** The accounts of one group, or of one owner without a group, found without looking through the book. */
export class Affiliates {
  #members: Map<string, Map<string, AccountView>> | undefined;
  readonly #keys = new Map<string, string>();

  constructor(private readonly book: AccountBook) {}

  /** All accounts that count with this one, itself among them; an account without group and owner stands for itself. */
  of(account: AccountView): Iterable<AccountView> {
    const members = (this.#members ??= this.#readAll());
    return members.get(keyOf(account))?.values() ?? [account];
  }

  /** From the first question on, every change is followed. */
  #readAll(): Map<string, Map<string, AccountView>> {
    const members = new Map<string, Map<string, AccountView>>();
    for (const account of this.book.accounts()) this.#enter(members, account);
    this.book.onChange((account) => {
      this.#enter(members, account);
    });
    return members;
  }

  #enter(members: Map<string, Map<string, AccountView>>, account: AccountView): void {
    const { accountId } = account;
    const key = keyOf(account);
    const before = this.#keys.get(accountId);
    if (before !== undefined && before !== key) members.get(before)?.delete(accountId);
    this.#keys.set(accountId, key);
    let group = members.get(key);
    if (group === undefined) members.set(key, (group = new Map<string, AccountView>()));
    group.set(accountId, account);
  }
}

function keyOf({ accountId, details: { groupId, ownerId } }: AccountView): string {
  if (groupId !== '') return `group ${groupId}`;
  return ownerId !== '' ? `owner ${ownerId}` : `account ${accountId}`;
}
