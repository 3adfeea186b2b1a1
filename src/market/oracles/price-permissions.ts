/** What each status of a price allows. Source: market-and-risk.md 1.2, the table below step 7. */
import type { BreakerState } from './deviation-breaker.js';
import type { PriceStatus } from './price-status.js';

/** `LAST_WIDENED`: last price, its confidence widened by age. `NEVER_LOWER`: the higher of the last margin and the new one. */
export type InitialMarginUse = 'CURRENT' | 'LAST_WIDENED' | 'WITH_CONTINGENCY' | 'NEVER_LOWER' | 'FROZEN';

/** `IN_FAVOUR_OF_ACCOUNT`: price + confidence for a long account, price - confidence for a short one. */
export type MaintenanceMarginUse =
  'CURRENT' | 'IN_FAVOUR_OF_ACCOUNT' | 'IF_SECONDARY_SOURCE_AGREES' | 'REFUSED';

export interface PricePermissions {
  readonly mayOpenRisk: boolean;
  /** Orders that only reduce; where this is false an order may still be cancelled. */
  readonly mayReduce: boolean;
  readonly initialMargin: InitialMarginUse;
  /** Maintenance margin and liquidation. */
  readonly maintenanceMargin: MaintenanceMarginUse;
  readonly mayWithdraw: boolean;
  readonly mark: 'CURRENT' | 'FLAGGED' | 'FROZEN';
}

const FROZEN: PricePermissions = {
  mayOpenRisk: false,
  mayReduce: false,
  initialMargin: 'FROZEN',
  maintenanceMargin: 'REFUSED',
  mayWithdraw: false,
  mark: 'FROZEN',
};

const WIDENED: PricePermissions = {
  mayOpenRisk: false,
  mayReduce: true,
  initialMargin: 'LAST_WIDENED',
  maintenanceMargin: 'CURRENT',
  mayWithdraw: false,
  mark: 'CURRENT',
};

export const PERMISSIONS: Readonly<Record<PriceStatus, PricePermissions>> = {
  Valid: {
    mayOpenRisk: true,
    mayReduce: true,
    initialMargin: 'CURRENT',
    maintenanceMargin: 'CURRENT',
    mayWithdraw: true,
    mark: 'CURRENT',
  },
  StaleForTrading: WIDENED,
  InsufficientDataPoints: WIDENED,
  StaleForMargin: {
    mayOpenRisk: false,
    mayReduce: true,
    initialMargin: 'NEVER_LOWER',
    maintenanceMargin: 'IF_SECONDARY_SOURCE_AGREES',
    mayWithdraw: false,
    mark: 'FLAGGED',
  },
  TooUncertain: {
    mayOpenRisk: false,
    mayReduce: true,
    initialMargin: 'WITH_CONTINGENCY',
    maintenanceMargin: 'IN_FAVOUR_OF_ACCOUNT',
    mayWithdraw: false,
    mark: 'CURRENT',
  },
  TooVolatile: FROZEN,
  NonPositive: FROZEN,
};

/** What a price allows: its status, `HALT` as for `TooVolatile`, `CAUTIOUS` without new risk and withdrawals, no price nothing. */
export function permissionsOf(price: {
  readonly value: number | null;
  readonly status: PriceStatus;
  readonly breaker: BreakerState;
}): PricePermissions {
  if (price.value === null) return PERMISSIONS.NonPositive;
  const permissions = PERMISSIONS[price.status];
  if (price.breaker === 'NORMAL') return permissions;
  if (price.breaker === 'CAUTIOUS') return { ...permissions, mayOpenRisk: false, mayWithdraw: false };
  return FROZEN;
}
