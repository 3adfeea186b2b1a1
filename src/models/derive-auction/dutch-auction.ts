import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';

/**
 * Arithmetic of Derive's Dutch auction (margin-models.md 6; reproduced on six published simulations). Bidders buy a growing
 * share of an account at a falling share of its mark-to-market until its buffer margin is back at 0; what they paid is
 * reserved and not sold again. Everything is a pure function of amounts in cash units and seconds since the start.
 */
export interface AuctionRules {
  /** Share of mark-to-market asked at the start, in (0, 1]. */
  readonly startingShare: number;
  /** Share at which the fast part ends, in [0, startingShare]. */
  readonly cutoffShare: number;
  readonly fastSeconds: number;
  readonly slowSeconds: number;
  /** Time over which the payment of an insolvent auction grows to the whole maintenance shortfall. */
  readonly insolventSeconds: number;
  /** Share of the sold mark-to-market that the account pays when its auction starts. */
  readonly feeRate: number;
  /** Share of MM - MtM that must be regained beyond maintenance margin. */
  readonly bufferShare: number;
  /** Accounts worth less than this are sold as a whole. */
  readonly markToMarketCutoff: number;
}

/** Deployed numbers of derivexyz/v2-core@7736900d, scripts/config-mainnet.sol; the cutoff is 0 in every published case. */
export const DERIVE_MAINNET_AUCTION: AuctionRules = {
  startingShare: 0.95,
  cutoffShare: 0.7,
  fastSeconds: 900,
  slowSeconds: 43_200,
  insolventSeconds: 3_600,
  feeRate: 0.1,
  bufferShare: 0.15,
  markToMarketCutoff: 0,
};

/** An account at its worst scenario. */
export interface AuctionedAccount {
  /** Value of the account, cash and reserved cash included. */
  readonly markToMarket: number;
  /** In the excess convention: equity less requirement, < 0 short of it. */
  readonly maintenanceMargin: number;
  /** Cash that earlier bidders of this auction paid in, >= 0. */
  readonly reservedCash: number;
}

/** Share of mark-to-market asked at `seconds` since the start, >= 0; falls, in [0, startingShare]. */
export function auctionShare(rules: AuctionRules, seconds: number): number {
  const { startingShare, cutoffShare, fastSeconds, slowSeconds } = rules;
  if (seconds < fastSeconds) return startingShare - ((startingShare - cutoffShare) * seconds) / fastSeconds;
  const slow = seconds - fastSeconds;
  return slow < slowSeconds ? cutoffShare * (1 - slow / slowSeconds) : 0;
}

/** Margin that an auction restores to 0: MM + (MM - MtM) x buffer. */
export function bufferMargin(
  { maintenanceMargin, markToMarket }: Omit<AuctionedAccount, 'reservedCash'>,
  bufferShare: number,
): number {
  return maintenanceMargin + (maintenanceMargin - markToMarket) * bufferShare;
}

/** Largest share of the account that may be sold at `share` of its value, in [0, 1]; 0 once the buffer is restored. */
export function maximumFraction(account: AuctionedAccount, rules: AuctionRules, share: number): number {
  const short = Math.min(bufferMargin(account, rules.bufferShare), 0);
  return fractionToRestore(short, account, rules.markToMarketCutoff, share);
}

/** `maximumFraction` of a buffer margin that is already known. */
export function fractionToRestore(
  buffer: number,
  { markToMarket, reservedCash }: Omit<AuctionedAccount, 'maintenanceMargin'>,
  markToMarketCutoff: number,
  share: number,
): number {
  if (markToMarket < markToMarketCutoff) return 1;
  if (buffer >= 0) return 0;
  return buffer / (buffer - markToMarket * share - reservedCash * (1 - share));
}

export interface AuctionSale {
  /** Cash that the bidder pays into the account, >= 0. */
  readonly bid: number;
  readonly after: AuctionedAccount;
}

/** Sells `fraction` of a solvent account; fractions above the largest allowed are refused, not cut. */
export function sellFraction(
  account: AuctionedAccount,
  rules: AuctionRules,
  seconds: number,
  fraction: number,
): Outcome<AuctionSale> {
  const { markToMarket, maintenanceMargin, reservedCash } = account;
  if (!(reservedCash >= 0 && reservedCash <= markToMarket)) {
    const wanted = `an amount from 0 to the mark-to-market ${String(markToMarket)}`;
    return failure('INVALID_VALUE', 'reservedCash', expected(wanted, 'reservedCash', reservedCash));
  }
  const share = auctionShare(rules, seconds);
  const most = maximumFraction(account, rules, share);
  if (!(fraction > 0 && fraction <= most)) {
    return failure(
      'INVALID_VALUE',
      'fraction',
      expected(`a number > 0 and <= ${String(most)}`, 'fraction', fraction),
    );
  }
  const bid = (markToMarket - reservedCash) * share * fraction;
  const left = (value: number): number => reservedCash + (value - reservedCash) * (1 - fraction) + bid;
  return success({
    bid,
    after: {
      markToMarket: left(markToMarket),
      maintenanceMargin: left(maintenanceMargin),
      reservedCash: reservedCash + bid,
    },
  });
}

/**
 * What a bidder pays for the whole of an insolvent account, <= 0: the security module pays the bidder, from the negative
 * mark-to-market at the start to the whole maintenance shortfall at `insolventSeconds`.
 */
export function insolventBid(
  { markToMarket, maintenanceMargin }: Omit<AuctionedAccount, 'reservedCash'>,
  insolventSeconds: number,
  seconds: number,
): number {
  if (maintenanceMargin >= 0) return 0;
  const start = Math.min(markToMarket, 0);
  return start + (maintenanceMargin - start) * Math.min(seconds / insolventSeconds, 1);
}

/** Fee that the account pays when its auction starts: on what must be sold without a discount. */
export function auctionFee(account: Omit<AuctionedAccount, 'reservedCash'>, rules: AuctionRules): number {
  const fraction = maximumFraction({ ...account, reservedCash: 0 }, rules, 1);
  return rules.feeRate * Math.abs(account.markToMarket) * fraction;
}
