/**
 * KC: size charged as time. A position that takes n days to unwind at a share of the volume is at risk longer than the margin
 * period (market-and-risk.md 5.7):
 *
 *   KC = sum over underlyings of M_u x (sqrt((n+1)(2n+1)/(6n)) - 1)
 *
 * with M_u the 24-hour expected shortfall of the underlying and n the mean over its buckets, weighted by their expected
 * shortfall.
 */
import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

/** Share of the day's volume that an unwind may be (market-and-risk.md 11). */
export const PARTICIPATION = 0.1;

/** An unwind counts at most this many days, also where nothing trades: a year, in which most of a book expires. */
export const UNWIND_DAYS_MAX = 365;

/** Days to unwind `quantity` at a share of the volume. */
export function daysToUnwind(quantity: number, dailyVolume: number, participation = PARTICIPATION): number {
  return quantity === 0 ? 0 : Math.abs(quantity) / (participation * dailyVolume);
}

/** Risk of a linear unwind over n days relative to holding everything for one: sqrt((n+1)(2n+1)/(6n)), 1 up to a day. */
export function unwindScale(days: number): number {
  return days > 1 ? Math.sqrt(((days + 1) * (2 * days + 1)) / (6 * days)) : 1;
}

export interface ConcentrationBucket {
  /** Gross coins of delta, >= 0 (`BucketCharge.grossDelta`); for buckets of vega, gross vega. */
  readonly quantity: number;
  /** The same unit traded a day; 0 when nothing trades. */
  readonly dailyVolume: number;
  /** Expected shortfall of the bucket alone, >= 0: its weight. */
  readonly expectedShortfall: number;
}

export interface ConcentrationUnderlying {
  /** 24-hour expected shortfall of all its buckets together, >= 0. */
  readonly expectedShortfall: number;
  readonly buckets: readonly ConcentrationBucket[];
}

export interface ConcentrationCharge {
  /** Mean days to unwind and charge of each underlying. */
  readonly underlyings: readonly { readonly days: number; readonly charge: number }[];
  readonly total: number;
}

export function concentrationCharge(
  underlyings: readonly ConcentrationUnderlying[],
  participation = PARTICIPATION,
): Outcome<ConcentrationCharge> {
  if (!(participation > 0 && participation <= 1)) {
    const what = expected('a share above 0 and at most 1', 'participation', participation);
    return failure('INVALID_PARAMETER', 'participation', what);
  }
  const charges: { days: number; charge: number }[] = [];
  for (const [index, underlying] of underlyings.entries()) {
    const wrong = checkUnderlying(underlying, `underlyings[${index}]`);
    if (wrong !== undefined) return wrong;
    const days = meanDays(underlying.buckets, participation);
    charges.push({ days, charge: underlying.expectedShortfall * (unwindScale(days) - 1) });
  }
  return success({ underlyings: charges, total: charges.reduce((sum, { charge }) => sum + charge, 0) });
}

/** Weighted by expected shortfall; where no bucket has any, the slowest decides. */
function meanDays(buckets: readonly ConcentrationBucket[], participation: number): number {
  let weighted = 0;
  let weight = 0;
  let slowest = 0;
  for (const { quantity, dailyVolume, expectedShortfall } of buckets) {
    const days = Math.min(UNWIND_DAYS_MAX, daysToUnwind(quantity, dailyVolume, participation));
    weighted += days * expectedShortfall;
    weight += expectedShortfall;
    slowest = Math.max(slowest, days);
  }
  return weight > 0 ? weighted / weight : slowest;
}

function checkUnderlying(
  { expectedShortfall, buckets }: ConcentrationUnderlying,
  field: string,
): Outcome<never> | undefined {
  if (!isSize(expectedShortfall)) return invalid(`${field}.expectedShortfall`, expectedShortfall);
  for (const [index, bucket] of buckets.entries()) {
    for (const name of ['quantity', 'dailyVolume', 'expectedShortfall'] as const) {
      if (!isSize(bucket[name])) return invalid(`${field}.buckets[${index}].${name}`, bucket[name]);
    }
  }
  return undefined;
}

function isSize(value: number): boolean {
  return value >= 0 && value < Infinity;
}

function invalid(field: string, value: number): Outcome<never> {
  return failure('INVALID_VALUE', field, expected('a finite number of at least 0', field, value));
}

/** SIMM's factor: max(1, sqrt(|net sensitivity| / threshold)) (ISDA SIMM, concentration risk; plain form of presets). */
export function simmConcentrationFactor(netSensitivity: number, threshold: number): number {
  return Math.max(1, Math.sqrt(Math.abs(netSensitivity) / threshold));
}

/** Holding period stretched by size: h x max(1, |Q| / (p ADV)) (plain form of presets; market-and-risk.md 5.7). */
export function stretchedHoldingPeriod(holdingPeriod: number, days: number): number {
  return holdingPeriod * Math.max(1, days);
}
