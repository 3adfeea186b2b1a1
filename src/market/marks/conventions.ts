/** Numbers of the mark-to-market rules, each with its source (market-and-risk.md: section). */

/** Deribit's funding leaves premia inside this band unpaid (Deribit, "Perpetual funding"; section 4). */
export const DERIBIT_FUNDING_DAMPER = 0.00025;

/** Deribit states funding rates for eight hours. */
export const DERIBIT_FUNDING_PERIOD_SECONDS = 28_800;

/** Derive spreads a premium over eight hours and states rates for one (derivexyz/v2-core, PerpAsset; section 4). */
export const DERIVE_FUNDING_CONVERGENCE_HOURS = 8;
export const DERIVE_FUNDING_PERIOD_SECONDS = 3_600;

/** Derive's deployed static rate and cap, per hour (section 4). */
export const DERIVE_FUNDING_STATIC_RATE = 0.0000125;
export const DERIVE_FUNDING_CAP = 0.004;

/** A funding rate accrues for at most this long after its update: a longer silence is a gap, not a rate (section 4). */
export const FUNDING_INTERVAL_MS_MAX = 3_600_000;

/** Decimals of the cumulative funding index: a unit times the largest position stays far below a ledger unit. */
export const FUNDING_INDEX_DECIMALS = 36;

/** Time constant of the average of (price - index) in a futures mark (section 4). */
export const MARK_BASIS_TIME_CONSTANT_SECONDS = 30;

/** Half-widths of the volatility band of a guarded value, in volatility confidences (section 4). */
export const GUARDED_BAND_CONFIDENCES = 2;

/** Unaffiliated quoters that an expiry needs before its marks count as independent (section 4). */
export const INDEPENDENT_QUOTERS_MIN = 2;

/** Share of the open interest above which a group is guarded leg by leg and its credit is scaled down (section 4). */
export const GUARDED_OPEN_INTEREST_SHARE = 0.1;

/** Bids this far below the mark still count as what a position could be sold for (section 4). */
export const CREDIT_DEPTH_WITHIN = 0.05;

/** Share of 24 hours' traded volume that counts as depth (phi of section 11). */
export const CREDIT_VOLUME_SHARE = 0.1;

/** A Taylor explanation whose residual exceeds this share of the change is replaced by a step-wise one (section 4). */
export const EXPLAIN_RESIDUAL_SHARE = 0.05;
