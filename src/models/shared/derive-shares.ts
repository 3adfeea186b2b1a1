import { NONE } from '../../domain/codes.js';
import { BASIS_ROWS } from '../charges/basis.js';
import type { ComponentShares, ModelInput } from '../model.js';
import type { ExpiryLeg, PerpetualLeg } from './derive-account.js';
import { groupPnl } from './group-pnl.js';
import { groupOfPosition, nakedShortShares, sharesOf } from './shares.js';
import type { Worst } from './worst.js';

/** How one of Derive's portfolio managers turns an expiry's value into P&L. */
export interface DeriveScenarioRule<Expiry extends ExpiryLeg> {
  readonly scenarioCount: number;
  dampening(scenario: number): number;
  spotMove(scenario: number): number;
  /** Factor on the shocked value of an expiry. */
  discount(expiry: Expiry, shockedValue: number): number;
  /** A skew scenario counts every change as a loss. */
  isSkew(scenario: number): boolean;
  readonly basis: { readonly addFactor: number; readonly multFactor: number };
}

interface Legs<Expiry> {
  readonly expiries: readonly Expiry[];
  readonly perpetual: PerpetualLeg | undefined;
}

type Input = ModelInput<unknown>;

/** What each position loses in the binding scenario, or in the basis contingency where that binds. */
export function scenarioLossShares<Expiry extends ExpiryLeg>(
  input: Input,
  { expiries, perpetual }: Legs<Expiry>,
  worst: Worst,
  rule: DeriveScenarioRule<Expiry>,
): ComponentShares {
  const byGroup = new Map(expiries.map((expiry) => [expiry.row, expiry]));
  const groups = groupOfPosition(input);
  return sharesOf(input, -worst.pnl, ({ instrument, quantity }, at) => {
    const expiry = byGroup.get(groups[at] ?? 0);
    const unitPnl = (scenario: number): number => input.unitPnl(instrument, scenario);
    if (worst.index >= rule.scenarioCount) {
      return expiry === undefined
        ? 0
        : -quantity * basisMove(input, expiry, unitPnl) * basisScale(expiry, rule.basis);
    }
    const dampening = rule.dampening(worst.index);
    if (expiry === undefined) {
      if (input.groups[groups[at] ?? 0]?.expiry !== NONE || perpetual === undefined) return 0;
      return -dampening * perpetual.contracts * rule.spotMove(worst.index) * perpetual.price;
    }
    const shocked = expiry.value + groupPnl(input, expiry.row, worst.index);
    const discount = rule.discount(expiry, shocked);
    const change = discount * shocked - expiry.value;
    const sign = rule.isSkew(worst.index) && change > 0 ? -1 : 1;
    const unitValue = input.unitValue[instrument] ?? NaN;
    return -sign * dampening * quantity * (discount * (unitValue + unitPnl(worst.index)) - unitValue);
  });
}

function basisMove(input: Input, expiry: ExpiryLeg, unitPnl: (scenario: number) => number): number {
  const up = input.scenarios.labels.length - BASIS_ROWS;
  const groupUp = groupPnl(input, expiry.row, up);
  const groupDown = groupPnl(input, expiry.row, up + 1);
  if (Math.min(groupUp, groupDown) >= 0) return 0;
  return unitPnl(groupUp <= groupDown ? up : up + 1);
}

function basisScale(
  expiry: ExpiryLeg,
  { addFactor, multFactor }: { readonly addFactor: number; readonly multFactor: number },
): number {
  return addFactor + multFactor * expiry.timeToExpiryYears;
}

/** Shares of naked short options; covering legs at the same strike count against. */
export function nakedShares(input: Input, expiries: readonly ExpiryLeg[], total: number): ComponentShares {
  const groups = expiries.map(({ group }) => group);
  return { total, byPosition: nakedShortShares(input, groups, () => 1) };
}

/** The perpetual alone, of one underlying where there are several. */
export function perpetualShares(input: Input, underlying?: number): ComponentShares {
  const groups = groupOfPosition(input);
  return sharesOf(input, 1, (_, at) => {
    const group = input.groups[groups[at] ?? 0];
    const isOwn = underlying === undefined || group?.underlying === underlying;
    return isOwn && group?.expiry === NONE ? 1 : 0;
  });
}

/** A charge per contract of each expiry, and one on the perpetual; what belongs to collateral is left over. */
export function confidenceShares<Expiry extends ExpiryLeg>(
  input: Input,
  expiries: readonly Expiry[],
  total: number,
  onExpiry: (expiry: Expiry) => number,
  onPerpetual: number,
): ComponentShares {
  const byGroup = new Map(expiries.map((expiry) => [expiry.row, expiry]));
  const groups = groupOfPosition(input);
  const { contractSize } = input.market.columns;
  return sharesOf(input, total, ({ instrument, quantity }, at) => {
    const expiry = byGroup.get(groups[at] ?? 0);
    if (expiry === undefined) return onPerpetual;
    const contracts = Math.abs(quantity) * (contractSize[instrument] ?? NaN);
    return (onExpiry(expiry) * contracts) / expiry.grossContracts;
  });
}
