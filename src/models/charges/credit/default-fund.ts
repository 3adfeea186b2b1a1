/** Size of a default fund: the two largest groups fail together in every stress (market-and-risk.md 5.8). */
import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { numberToAmount } from '../../../domain/money.js';
import type { Amount } from '../../../domain/money.js';

export interface FundAccount {
  /** Affiliated group (outermost, `affiliated-groups.ts`). */
  readonly group: string;
  /** Equity before the stress. */
  readonly equity: number;
  /** P&L of each stress, gains positive. */
  readonly stressPnl: ArrayLike<number>;
}

export interface StressShortfall {
  /** Loss beyond collateral of every group, >= 0: an account's surplus never pays for another account. */
  readonly byGroup: ReadonlyMap<string, number>;
  /** The largest group, the two largest, and all. */
  readonly cover1: number;
  readonly cover2: number;
  readonly total: number;
}

export interface FundSizing {
  readonly stresses: readonly StressShortfall[];
  /** Largest cover-2 of all stresses. */
  readonly required: number;
  /** Index of the stress that decides; -1 without stresses. */
  readonly bindingStress: number;
}

export function sizeDefaultFund(accounts: readonly FundAccount[], stressCount: number): Outcome<FundSizing> {
  const stresses: StressShortfall[] = [];
  for (let stress = 0; stress < stressCount; stress += 1) {
    const byGroup = new Map<string, number>();
    for (const [index, { group, equity, stressPnl }] of accounts.entries()) {
      const after = equity + (stressPnl[stress] ?? NaN);
      if (!Number.isFinite(after)) {
        const field = `accounts[${index}]`;
        return failure('INVALID_VALUE', field, expected(`a finite equity in stress ${stress}`, field, after));
      }
      byGroup.set(group, (byGroup.get(group) ?? 0) + Math.max(0, -after));
    }
    stresses.push(shortfallOf(byGroup));
  }
  let bindingStress = -1;
  let required = 0;
  for (const [stress, { cover2 }] of stresses.entries()) {
    if (bindingStress < 0 || cover2 > required) {
      bindingStress = stress;
      required = cover2;
    }
  }
  return success({ stresses, required, bindingStress });
}

/** The required fund in ledger units, rounded up. */
export function requiredFund({ required }: FundSizing, asset: string, decimals: number): Amount {
  const owed = numberToAmount(asset, -required, decimals);
  return { ...owed, units: (-BigInt(owed.units)).toString() };
}

function shortfallOf(byGroup: ReadonlyMap<string, number>): StressShortfall {
  let first = 0;
  let second = 0;
  let total = 0;
  for (const loss of byGroup.values()) {
    total += loss;
    if (loss > first) {
      second = first;
      first = loss;
    } else second = Math.max(second, loss);
  }
  return { byGroup, cover1: first, cover2: first + second, total };
}
