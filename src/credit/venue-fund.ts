import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import { outermostGroups } from '../models/charges/credit/affiliated-groups.js';
import { sizeDefaultFund } from '../models/charges/credit/default-fund.js';
import { holdingPeriodHours } from '../models/charges/liquidity/holding-period.js';
import type { AccountCredit } from './account-credit.js';

/** Who belongs to whom: an account's group, and a group's own parent. */
export interface Affiliation {
  /** Accounts that are not named stand alone. */
  readonly groupOf: ReadonlyMap<string, string>;
  readonly parentOf: ReadonlyMap<string, string>;
}

/** Losses beyond collateral in one stress. US dollars. */
export interface FundStress {
  readonly stress: string;
  /** Groups that lose beyond their collateral, the largest first. */
  readonly shortfalls: readonly { readonly group: string; readonly loss: number }[];
  /** The two largest. */
  readonly cover2: number;
  readonly total: number;
}

export interface VenueFund {
  /** Close-out period that the unwind times of the accounts argue for (`charges/liquidity/holding-period`). */
  readonly closeOutHours: number;
  /** Largest cover-2 of all stresses. */
  readonly required: number;
  /** The stresses in which anybody loses beyond collateral, the worst first. */
  readonly stresses: readonly FundStress[];
}

/** The default fund that the accounts need: the two largest groups fail in the worst stress of the library. */
export function venueFund(
  accounts: readonly AccountCredit[],
  { groupOf, parentOf }: Affiliation,
): Outcome<VenueFund> {
  const outermost = outermostGroups(parentOf);
  if (!outermost.ok) return outermost;
  const names = accounts[0]?.stressPnl.map(({ label }) => label) ?? [];
  const sized = sizeDefaultFund(
    accounts.map(({ accountId, equity, stressPnl }) => {
      const own = groupOf.get(accountId) ?? accountId;
      return { group: outermost.value.get(own) ?? own, equity, stressPnl: stressPnl.map(({ pnl }) => pnl) };
    }),
    names.length,
  );
  if (!sized.ok) return sized;
  const stresses = sized.value.stresses.flatMap(({ byGroup, cover2, total }, at): FundStress[] => {
    const shortfalls = [...byGroup]
      .filter(([, loss]) => loss > 0)
      .map(([group, loss]) => ({ group, loss }))
      .sort((a, b) => b.loss - a.loss);
    return shortfalls.length === 0 ? [] : [{ stress: names[at] ?? '', shortfalls, cover2, total }];
  });
  const period = holdingPeriodHours(accounts.map(({ unwindHours }) => unwindHours));
  if (!period.ok) return period;
  return success({
    required: sized.value.required,
    closeOutHours: period.value,
    stresses: stresses.sort((a, b) => b.cover2 - a.cover2),
  });
}
