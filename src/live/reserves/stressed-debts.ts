/**
 * What the two largest debtors would owe under each stress, asset by asset: what an account has in another asset is not sold for
 * it, as reserves in one asset do not cover another.
 */
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { decimalToNumber } from '../../market/marks/decimal.js';
import { outermostGroups } from '../../models/charges/credit/affiliated-groups.js';
import type { FundAccount } from '../../models/charges/credit/default-fund.js';
import { sizeDefaultFund } from '../../models/charges/credit/default-fund.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import { numberToAmount } from '../../domain/money.js';
import type { AccountView } from '../book/account.js';
import { LEDGER_DECIMALS, QUANTITY_DECIMALS } from '../book/ledger.js';
import type { StressedMarket } from './stressed-market.js';

/** One asset of an account that would owe it. */
interface Debtor extends Omit<FundAccount, 'group'> {
  readonly asset: number;
}

export class StressedDebts {
  /** Only of accounts that would owe something; all others lose nothing beyond what they have. */
  private readonly debtors = new Map<string, readonly Debtor[]>();
  private readonly above = new Map<string, string>();
  private unpriced: string | undefined;

  constructor(
    private readonly market: StressedMarket,
    private readonly assets: readonly AttestedAsset[],
  ) {}

  /** Takes an account as it is now, with its equity per asset in ledger units, in place of what was taken before. */
  put(account: AccountView, equity: ReadonlyMap<string, bigint>): void {
    const { accountId } = account;
    const group = groupAbove(account);
    if (group === undefined) this.above.delete(accountKey(accountId));
    else this.above.set(accountKey(accountId), group);
    const pnl = this.pnlByAsset(account);
    const debtors = this.assets.flatMap(({ asset: name }, asset): Debtor[] => {
      const units = equity.get(name) ?? 0n;
      const coins = decimalToNumber({ units, decimals: LEDGER_DECIMALS });
      const stressPnl = pnl.get(name) ?? new Float64Array(this.market.stressCount);
      return stressPnl.some((gain) => !(coins + gain >= 0)) ? [{ asset, equity: coins, stressPnl }] : [];
    });
    if (debtors.length === 0) this.debtors.delete(accountId);
    else this.debtors.set(accountId, debtors);
  }

  /**
   * Losses of the two largest debtor groups, `[stress][asset]` in smallest units of the attested assets, rounded up. Fails where an
   * account holds what cannot be repriced, or where accounts belong to each other in a cycle: no figure is better than one that is
   * too small.
   */
  coverTwoByStress(): Outcome<readonly (readonly bigint[])[]> {
    if (this.unpriced !== undefined)
      return failure('MISSING_MARKET_DATA', 'stress', `Expected to reprice ${this.unpriced} but cannot`);
    const outermost = outermostGroups(this.above);
    if (!outermost.ok) return outermost;
    const byAsset: (readonly bigint[])[] = [];
    for (const [asset, { decimals }] of this.assets.entries()) {
      const accounts = [...this.debtors].flatMap(([accountId, debtors]) => {
        const key = accountKey(accountId);
        const group = outermost.value.get(key) ?? key;
        return debtors.filter((debtor) => debtor.asset === asset).map((debtor) => ({ ...debtor, group }));
      });
      const sized = sizeDefaultFund(accounts, this.market.stressCount);
      if (!sized.ok) return sized;
      byAsset.push(sized.value.stresses.map(({ cover2 }) => unitsAbove(cover2, decimals)));
    }
    return success(
      Array.from({ length: this.market.stressCount }, (_, stress) =>
        byAsset.map((losses) => losses[stress] ?? 0n),
      ),
    );
  }

  /** Gains of the positions that settle in each asset. */
  private pnlByAsset({ positions }: AccountView): Map<string, Float64Array> {
    const pnl = new Map<string, Float64Array>();
    for (const { terms, ledger } of positions.values()) {
      const asset = terms.settlementCurrency;
      const target = pnl.get(asset) ?? new Float64Array(this.market.stressCount);
      pnl.set(asset, target);
      const quantity = decimalToNumber({ units: ledger.quantityUnits, decimals: QUANTITY_DECIMALS });
      if (!this.market.addPnl(terms.name, quantity, target)) this.unpriced = terms.name;
    }
    return pnl;
  }
}

/** Whom an account fails with: its group, else its owner, else the account that it is a part of. */
function groupAbove({ details: { groupId, ownerId, parentAccountId } }: AccountView): string | undefined {
  if (groupId !== '') return `group ${groupId}`;
  if (ownerId !== '') return `owner ${ownerId}`;
  return parentAccountId === '' ? undefined : accountKey(parentAccountId);
}

/** Accounts, owners and groups may have the same names. */
function accountKey(accountId: string): string {
  return `account ${accountId}`;
}

function unitsAbove(coins: number, decimals: number): bigint {
  return -BigInt(numberToAmount('', -coins, decimals).units);
}
