/** Whom a change of parameters hits: every account under both sets, summed up as they come. */
import type { ImpactSummary } from '../governance/parameter-events.js';

/** One account under one set, in dollars; absent where it has no margin. */
export interface AccountMargins {
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** How accounts are judged; the ladder of live accounts. */
export interface HealthRule {
  readonly isCalled: (margins: AccountMargins) => boolean;
  readonly isLiquidated: (margins: AccountMargins) => boolean;
  /** What a called account must bring, >= 0. */
  readonly callAmount: (margins: AccountMargins) => number;
}

export interface AccountImpact {
  readonly accountId: string;
  readonly before: AccountMargins;
  readonly after: AccountMargins;
}

/** Sums over accounts, amounts in US dollars. */
export interface ParameterImpact {
  readonly accountCount: number;
  readonly initialMarginBefore: number;
  readonly initialMarginAfter: number;
  readonly maintenanceMarginBefore: number;
  readonly maintenanceMarginAfter: number;
  /** Accounts that would be called and are not, what they would have to bring, and their equity. */
  readonly newCalls: number;
  readonly newCallAmount: number;
  readonly newlyCalledEquity: number;
  /** Of all accounts that have any; negative equity counts as none. */
  readonly totalEquity: number;
  /** Accounts that would be liquidated and are not, if nothing phased the change in. */
  readonly newLiquidations: number;
  /** Without a margin under one of the sets. */
  readonly failedAccounts: number;
  /** Largest changes of initial margin, largest first. */
  readonly topMovers: readonly AccountImpact[];
}

/** Takes accounts one by one. */
export class ImpactTally {
  #sums: Omit<ParameterImpact, 'topMovers'> = {
    accountCount: 0,
    initialMarginBefore: 0,
    initialMarginAfter: 0,
    maintenanceMarginBefore: 0,
    maintenanceMarginAfter: 0,
    newCalls: 0,
    newCallAmount: 0,
    newlyCalledEquity: 0,
    totalEquity: 0,
    newLiquidations: 0,
    failedAccounts: 0,
  };
  #movers: AccountImpact[] = [];

  constructor(
    private readonly rule: HealthRule,
    private readonly topMovers: number,
  ) {}

  add(accountId: string, before: AccountMargins | undefined, after: AccountMargins | undefined): void {
    const sums = this.#sums;
    const accountCount = sums.accountCount + 1;
    if (before === undefined || after === undefined) {
      this.#sums = { ...sums, accountCount, failedAccounts: sums.failedAccounts + 1 };
      return;
    }
    const { isCalled, isLiquidated, callAmount } = this.rule;
    const isNewCall = isCalled(after) && !isCalled(before);
    const isNewLiquidation = isLiquidated(after) && !isLiquidated(before);
    const equity = Math.max(0, before.equity);
    this.#sums = {
      accountCount,
      initialMarginBefore: sums.initialMarginBefore + before.initialMargin,
      initialMarginAfter: sums.initialMarginAfter + after.initialMargin,
      maintenanceMarginBefore: sums.maintenanceMarginBefore + before.maintenanceMargin,
      maintenanceMarginAfter: sums.maintenanceMarginAfter + after.maintenanceMargin,
      newCalls: sums.newCalls + Number(isNewCall),
      newCallAmount: sums.newCallAmount + (isNewCall ? callAmount(after) : 0),
      newlyCalledEquity: sums.newlyCalledEquity + (isNewCall ? equity : 0),
      totalEquity: sums.totalEquity + equity,
      newLiquidations: sums.newLiquidations + Number(isNewLiquidation),
      failedAccounts: sums.failedAccounts,
    };
    this.#remember({ accountId, before, after });
  }

  get impact(): ParameterImpact {
    return { ...this.#sums, topMovers: this.#sorted() };
  }

  /** Keeps a few more than asked, so that it sorts seldom. */
  #remember(impact: AccountImpact): void {
    if (this.topMovers === 0) return;
    this.#movers.push(impact);
    if (this.#movers.length >= 2 * this.topMovers + 64) this.#movers = this.#sorted();
  }

  #sorted(): AccountImpact[] {
    return [...this.#movers]
      .sort((a, b) => change(b) - change(a) || (a.accountId < b.accountId ? -1 : 1))
      .slice(0, this.topMovers);
  }
}

function change({ before, after }: AccountImpact): number {
  return Math.abs(after.initialMargin - before.initialMargin);
}

/**
 * What the gate is judged by: equity newly called at most a share of all, and every account margined under both sets, because
 * whom nobody can margin may be hit too. Liquidations are phased in with everything else and are shown, not gated.
 */
export function impactSummary(impact: ParameterImpact, newlyCalledEquityShareMax: number): ImpactSummary {
  const { newlyCalledEquity, totalEquity, failedAccounts, newCalls } = impact;
  // Nobody's equity is no excuse for a call.
  const share = newCalls === 0 ? 0 : totalEquity > 0 ? newlyCalledEquity / totalEquity : 1;
  return {
    accountCount: impact.accountCount,
    newCalls,
    newCallAmountUsd: impact.newCallAmount,
    newLiquidations: impact.newLiquidations,
    newlyCalledEquityShare: share,
    failedAccounts,
    isWithinGate: share <= newlyCalledEquityShareMax && failedAccounts === 0,
  };
}
