import type { Caller } from '../access/caller.js';
import { maySee } from '../access/caller.js';
import { unknownAccount } from '../live/book/apply-event.js';
import { failed } from './errors.js';

/**
 * Throws for an account that is not the caller's what is thrown for one that does not exist, before anybody looks whether it does: the
 * caller does not learn of it, not even by the time that the answer takes.
 */
export function requireVisible(caller: Caller, accountId: string, field: string): void {
  if (!maySee(caller, accountId)) throw noSuchAccount(accountId, field);
}

/** The error of an account that does not exist. */
export function noSuchAccount(accountId: string, field: string): ReturnType<typeof failed> {
  return failed(unknownAccount(field, accountId).failure);
}
