import type { Role } from './roles.js';

/** Somebody whose credentials were found good. */
export interface Caller {
  /** Of the policy; stands in logs. */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  /** Accounts that it may see and use; undefined for all. */
  readonly accounts: ReadonlySet<string> | undefined;
  /** When its credentials end, milliseconds since 1970; Infinity where the connection carries them. */
  readonly expiresAtMs: number;
}

/** Whoever reaches a server that asks nobody who he is: one on loopback, whose host is the boundary. */
export const LOCAL_CALLER: Caller = {
  name: 'local',
  roles: new Set<Role>(['admin']),
  accounts: undefined,
  expiresAtMs: Infinity,
};

/** Whether the caller may see the account, if there is one of that name. */
export function maySee(caller: Caller, accountId: string): boolean {
  return caller.accounts?.has(accountId) ?? true;
}
