import type { Amount } from './money.js';

/** One holding. Positive quantity is long, negative is short, in contracts. */
export interface Position {
  readonly instrument: string;
  readonly quantity: number;
  /** Quote currency per unit. With it, and without `unrealisedPnl`, the unrealised P&L of a future is derived from the mark. */
  readonly averageEntryPrice?: number;
  /** Settlement currency, signed; overrides the derivation from `averageEntryPrice`. */
  readonly unrealisedPnl?: number;
  /** Funding accrued and not yet paid, in the settlement currency; positive is owed to the account. */
  readonly unsettledFunding?: Amount;
}

export const ORDER_SIDES = ['BUY', 'SELL'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/** A resting order. `quantity` is what is still open, > 0, in contracts. */
export interface OpenOrder {
  readonly orderId: string;
  readonly instrument: string;
  readonly side: OrderSide;
  readonly quantity: number;
  /** Limit price in the instrument's quote unit; absent for a market order. */
  readonly limitPrice?: number;
  /** Market-maker protection group that bounds how much of the order can fill. */
  readonly mmpGroup?: string;
}

/** Bound of one market-maker protection group. */
export interface MmpGroup {
  readonly name: string;
  /** Underlying whose orders it protects. */
  readonly underlying: string;
  /** Contracts (coins) that may fill before the venue cancels the group's orders, > 0. */
  readonly quantityLimit: number;
}

export interface Portfolio {
  readonly accountId: string;
  readonly positions: readonly Position[];
  /**
   * What the account holds of each asset, signed (negative is borrowed). The model's cash asset counts one to one; other
   * assets are collateral, with the haircuts of the model.
   */
  readonly balances: readonly Amount[];
  readonly openOrders: readonly OpenOrder[];
  readonly mmpGroups: readonly MmpGroup[];
}
