import { createHash } from 'node:crypto';
import type { AccountView } from '../book/account.js';

/**
 * SHA-256 over `name long short` of every instrument with open positions, a line each, in the order of the names; quantities in
 * 10^-18 contracts. Undefined without positions. (`docs/reserve-audit.md`, section 4.)
 */
export function openInterestHash(accounts: Iterable<AccountView>): Buffer | undefined {
  const sums = new Map<string, { long: bigint; short: bigint }>();
  for (const { positions } of accounts) {
    for (const [name, { ledger }] of positions) {
      const sum = sums.get(name) ?? { long: 0n, short: 0n };
      sums.set(name, sum);
      if (ledger.quantityUnits > 0n) sum.long += ledger.quantityUnits;
      else sum.short -= ledger.quantityUnits;
    }
  }
  if (sums.size === 0) return undefined;
  const hash = createHash('sha256');
  for (const [name, { long, short }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${long} ${short}\n`);
  return hash.digest();
}
