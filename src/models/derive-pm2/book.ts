import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { ModelInput } from '../model.js';
import {
  arrangeAccount,
  type CollateralLeg,
  type ExpiryLeg,
  type PerpetualLeg,
} from '../shared/derive-account.js';
import { ownEntry } from '../shared/own-entry.js';
import type { DerivePm2Parameters } from './parameters.js';
import { staticDiscount, type StaticDiscount } from './static-discount.js';

/** One underlying, one stable cash balance, a perpetual, options by expiry, collateral with its haircuts. */
export interface DerivePm2Book {
  readonly spot: number;
  readonly spotConfidence: number;
  readonly stablePrice: number;
  readonly cash: number;
  readonly perpetual: PerpetualLeg | undefined;
  readonly expiries: readonly DerivePm2Expiry[];
  readonly collateral: readonly DerivePm2Collateral[];
}

export interface DerivePm2Expiry extends ExpiryLeg {
  readonly discount: StaticDiscount;
  /** Lowest of the forward's, the rate's and every held strike's. */
  readonly confidence: number;
}

export interface DerivePm2Collateral extends CollateralLeg {
  readonly maintenanceHaircut: number;
  readonly initialHaircut: number;
  readonly riskCancelling: boolean;
}

export function arrangeBook(input: ModelInput<DerivePm2Parameters>): Outcome<DerivePm2Book> {
  const { parameters } = input;
  const account = arrangeAccount(input, {
    model: 'derive-pm2',
    cashAsset: parameters.cashAsset,
    underlyings: parameters.underlyings,
    severalUnderlyings: false,
    needsRate: true,
    isCollateral: (asset) => ownEntry(parameters.collateral, asset) !== undefined,
  });
  if (!account.ok) return account;
  const { cash, stablePrice, markets, collateral } = account.value;
  const market = markets[0];
  const expiries: DerivePm2Expiry[] = [];
  for (const leg of market?.expiries ?? []) expiries.push(withDiscount(leg, parameters));
  return success({
    cash,
    stablePrice,
    spot: market?.spot ?? 0,
    spotConfidence: market?.spotConfidence ?? leastCertainIndex(input),
    perpetual: market?.perpetual,
    expiries,
    collateral: collateral.flatMap((leg) => {
      const rule = ownEntry(parameters.collateral, leg.asset);
      return rule === undefined ? [] : [{ ...leg, ...rule }];
    }),
  });
}

/** A book of collateral alone may name no underlying: the least certain index of the market then stands for it. */
function leastCertainIndex({ market }: ModelInput<DerivePm2Parameters>): number {
  return Math.min(1, ...market.columns.indexConfidence);
}

/** Field by field: spreading a leg of every expiry of every book costs more than the formulas. */
function withDiscount(leg: ExpiryLeg, parameters: DerivePm2Parameters): DerivePm2Expiry {
  return {
    group: leg.group,
    row: leg.row,
    timeToExpiryYears: leg.timeToExpiryYears,
    rate: leg.rate,
    forward: leg.forward,
    value: leg.value,
    grossContracts: leg.grossContracts,
    forwardConfidence: leg.forwardConfidence,
    rateConfidence: leg.rateConfidence,
    volatilityConfidence: leg.volatilityConfidence,
    discount: staticDiscount(parameters.staticDiscount, leg.timeToExpiryYears, leg.rate),
    confidence: Math.min(leg.forwardConfidence, leg.rateConfidence, leg.volatilityConfidence),
  };
}
