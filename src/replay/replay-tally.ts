import { CODE, type HealthCode } from '../live/state/ladder.js';
import type { ReplayAccount } from './replay-terms.js';
import { POOLS, usdOf, type Pool, type VenueLedger } from './venue-ledger.js';

/** What became of one account. Dollars. */
export interface AccountOutcome {
  readonly accountId: string;
  readonly groupId: string;
  /** Brought before the first minute, beside what it had. */
  readonly openingDepositUsd: number;
  readonly calls: number;
  readonly calledUsd: number;
  readonly paidUsd: number;
  /** Funding of perpetuals; negative where it was received. */
  readonly fundingPaidUsd: number;
  readonly belowMaintenanceMinutes: number;
  readonly plans: number;
  readonly liquidatedNotionalUsd: number;
  /** Against the marks after the trades. */
  readonly liquidationCostUsd: number;
  /** What others paid for it. */
  readonly deficitUsd: number;
  /** Given up in auto-deleveraging. */
  readonly deleveragedUsd: number;
  readonly deleveragings: number;
}

/** One step. Dollars. */
export interface ReplayMinute {
  readonly timeMs: number;
  /** By underlying, with the impact of the liquidations. */
  readonly spotUsd: readonly number[];
  /** Accounts in a call or further down, and in liquidation or further down. */
  readonly called: number;
  readonly liquidated: number;
  readonly liquidatedNotionalUsd: number;
  readonly fundUsd: number;
  readonly venueLossUsd: number;
  readonly deleveragedUsd: number;
  /** Everything that everybody has, in the smallest unit: 0 at every step. */
  readonly totalUnits: bigint;
}

export interface ReplayTotals {
  /** First and second loss used, and what nobody covered. */
  readonly venueLossUsd: number;
  readonly uncoveredUsd: number;
  readonly fundDrawUsd: number;
  readonly deleveragedUsd: number;
  readonly openingDepositUsd: number;
  readonly calls: number;
  readonly calledUsd: number;
  readonly paidUsd: number;
  /** Funding that the accounts paid to the makers, net. */
  readonly fundingPaidUsd: number;
  readonly liquidatedNotionalUsd: number;
  readonly liquidationCostUsd: number;
  readonly belowMaintenanceMinutes: number;
  readonly defaultedAccounts: number;
}

export interface ReplayResult {
  readonly parameters: string;
  readonly underlyings: readonly string[];
  readonly minutes: readonly ReplayMinute[];
  readonly accounts: readonly AccountOutcome[];
  /** Makers together: their part of auto-deleveraging. */
  readonly makersDeleveragedUsd: number;
  readonly totals: ReplayTotals;
}

interface Sums {
  opening: bigint;
  calls: number;
  called: bigint;
  isCalled: boolean;
  paid: bigint;
  funding: bigint;
  belowMinutes: number;
  plans: number;
  notionalUsd: number;
  cost: bigint;
  deficit: bigint;
  deleveraged: bigint;
  deleveragings: number;
}

/** Adds up what happens in a replay. Money comes in the units of the ledger. */
export class ReplayTally {
  readonly #sums: Sums[];
  readonly #minutes: ReplayMinute[] = [];
  readonly #drawn = new Map<Pool, bigint>(POOLS.map((pool) => [pool, 0n]));
  #makersDeleveraged = 0n;

  constructor(
    private readonly parameters: string,
    private readonly accounts: readonly ReplayAccount[],
    private readonly underlyings: readonly string[],
  ) {
    this.#sums = accounts.map(() => ({
      opening: 0n,
      calls: 0,
      called: 0n,
      isCalled: false,
      paid: 0n,
      funding: 0n,
      belowMinutes: 0,
      plans: 0,
      notionalUsd: 0,
      cost: 0n,
      deficit: 0n,
      deleveraged: 0n,
      deleveragings: 0,
    }));
  }

  opening(account: number, money: bigint): void {
    this.#of(account).opening += money;
  }

  /** Whether the call is new: an account is called once on its way down. */
  call(account: number, money: bigint): boolean {
    const sums = this.#of(account);
    if (sums.isCalled) return false;
    sums.isCalled = true;
    sums.calls += 1;
    sums.called += money;
    return true;
  }

  recovered(account: number): void {
    this.#of(account).isCalled = false;
  }

  paid(account: number, money: bigint): void {
    const sums = this.#of(account);
    sums.paid += money;
    // Who has paid and is still short is called again.
    sums.isCalled = false;
  }

  /** A row above the clients' is a maker's. */
  funding(party: number, money: bigint): void {
    const sums = this.#sums[party];
    if (sums !== undefined) sums.funding += money;
  }

  belowMaintenance(account: number, minutes: number): void {
    this.#of(account).belowMinutes += minutes;
  }

  planned(account: number): void {
    this.#of(account).plans += 1;
  }

  /** `gain` is what the trade earned against the mark, <= 0 for a cost. */
  liquidated(account: number, notionalUsd: number, gain: bigint): void {
    const sums = this.#of(account);
    sums.notionalUsd += notionalUsd;
    sums.cost += gain;
  }

  drawn(account: number, pool: Pool, money: bigint): void {
    this.#of(account).deficit += money;
    this.#drawn.set(pool, (this.#drawn.get(pool) ?? 0n) + money);
  }

  /** Winners bore this part of what the account owed. */
  borne(account: number, money: bigint): void {
    this.#of(account).deficit += money;
  }

  /** A row above the clients' is a maker's. */
  deleveraged(party: number, loss: bigint): void {
    const sums = this.#sums[party];
    if (sums === undefined) {
      this.#makersDeleveraged += loss;
      return;
    }
    sums.deleveraged += loss;
    sums.deleveragings += 1;
  }

  minute(
    timeMs: number,
    spotUsd: Float64Array,
    ledger: VenueLedger,
    marks: readonly bigint[],
    steps: readonly HealthCode[],
  ): void {
    const countFrom = (code: HealthCode): number => steps.filter((step) => step >= code).length;
    this.#minutes.push({
      timeMs,
      spotUsd: [...spotUsd],
      called: countFrom(CODE.CALL),
      liquidated: countFrom(CODE.LIQUIDATE),
      liquidatedNotionalUsd: this.#sums.reduce((sum, { notionalUsd }) => sum + notionalUsd, 0),
      fundUsd: usdOf(ledger.pools.fund),
      venueLossUsd: usdOf(this.#venueLoss()),
      deleveragedUsd: usdOf(this.#deleveraged()),
      totalUnits: ledger.total(marks),
    });
  }

  result(ledger: VenueLedger): ReplayResult {
    if (this.#minutes.some(({ totalUnits }) => totalUnits !== 0n))
      throw new Error(`money was made or lost: ${String(ledger.pools.outside)}`);
    const sum = (of: (sums: Sums) => bigint): number =>
      usdOf(this.#sums.reduce((total, one) => total + of(one), 0n));
    const count = (of: (sums: Sums) => number): number =>
      this.#sums.reduce((total, one) => total + of(one), 0);
    return {
      parameters: this.parameters,
      underlyings: this.underlyings,
      minutes: this.#minutes,
      accounts: this.#sums.map((sums, at) => outcomeOf(this.accounts[at], sums)),
      makersDeleveragedUsd: usdOf(this.#makersDeleveraged),
      totals: {
        venueLossUsd: usdOf(this.#venueLoss()),
        uncoveredUsd: usdOf(this.#drawn.get('uncovered') ?? 0n),
        fundDrawUsd: usdOf(this.#drawn.get('fund') ?? 0n),
        deleveragedUsd: usdOf(this.#deleveraged()),
        openingDepositUsd: sum(({ opening }) => opening),
        calls: count(({ calls }) => calls),
        calledUsd: sum(({ called }) => called),
        paidUsd: sum(({ paid }) => paid),
        fundingPaidUsd: sum(({ funding }) => funding),
        liquidatedNotionalUsd: count(({ notionalUsd }) => notionalUsd),
        liquidationCostUsd: -sum(({ cost }) => cost),
        belowMaintenanceMinutes: count(({ belowMinutes }) => belowMinutes),
        defaultedAccounts: count(({ deficit }) => (deficit > 0n ? 1 : 0)),
      },
    };
  }

  #venueLoss(): bigint {
    const of = (pool: Pool): bigint => this.#drawn.get(pool) ?? 0n;
    return of('firstLoss') + of('secondLoss') + of('uncovered');
  }

  #deleveraged(): bigint {
    return this.#sums.reduce((sum, { deleveraged }) => sum + deleveraged, this.#makersDeleveraged);
  }

  #of(account: number): Sums {
    const sums = this.#sums[account];
    if (sums === undefined) throw new RangeError(`no account ${String(account)}`);
    return sums;
  }
}

function outcomeOf(account: ReplayAccount | undefined, sums: Sums): AccountOutcome {
  return {
    accountId: account?.accountId ?? '',
    groupId: account?.groupId ?? '',
    openingDepositUsd: usdOf(sums.opening),
    calls: sums.calls,
    calledUsd: usdOf(sums.called),
    paidUsd: usdOf(sums.paid),
    fundingPaidUsd: usdOf(sums.funding),
    belowMaintenanceMinutes: sums.belowMinutes,
    plans: sums.plans,
    liquidatedNotionalUsd: sums.notionalUsd,
    liquidationCostUsd: -usdOf(sums.cost),
    deficitUsd: usdOf(sums.deficit),
    deleveragedUsd: usdOf(sums.deleveraged),
    deleveragings: sums.deleveragings,
  };
}
