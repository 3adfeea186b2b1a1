import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { expected, failure } from '../../domain/outcome.js';
import { ownEntry } from '../shared/own-entry.js';
import { between, parseWith } from '../parameter-schema.js';

/** Rates and losses, cash asset: wide enough for any contract, narrow enough that sums do not overflow. */
const AMOUNT_MAX = 1e12;
const RISK_ARRAY_LENGTH = 16;
/** Spread rules of one combined commodity or file; the largest published files have a few thousand in all. */
const SPREADS_MAX = 10_000;

const amount = between(-AMOUNT_MAX, AMOUNT_MAX);
const rate = between(0, AMOUNT_MAX);
const ratio = z.number().gt(0).max(1e6);
const name = z.string().min(1);
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month like 2026-03');

const contract = z.strictObject({
  combinedCommodity: name,
  /** Contract month, `2026-03`. */
  month,
  /** Loss of one long contract in each of the 16 scenarios, cash asset, positive = loss, the cover of rows 15 and 16 included. */
  riskArray: z.array(amount).length(RISK_ARRAY_LENGTH),
  /** Of one long contract, in any unit that all contracts of the combined commodity share. */
  compositeDelta: between(-1e9, 1e9),
});

const combinedCommodity = z.strictObject({
  /** How arrays are built for contracts without one; contracts of other underlyings need an array of their own. */
  ranges: z
    .strictObject({
      /** Underlying of the market whose contracts belong here. */
      underlying: name,
      priceScanRange: z.discriminatedUnion('unit', [
        /** Quote currency per coin. */
        z.strictObject({ unit: z.literal('PRICE'), value: z.number().gt(0).max(AMOUNT_MAX) }),
        /** Share of each contract's own price. */
        z.strictObject({ unit: z.literal('FRACTION'), value: z.number().gt(0).lt(1) }),
      ]),
      /** Annualised volatility, absolute: 0.05 is five points. */
      volatilityScanRange: between(0, 10),
    })
    .optional(),
  /** Contract months that spreads treat alike, first and last month included; open ends when absent. */
  tiers: z
    .array(z.strictObject({ name, firstMonth: month.optional(), lastMonth: month.optional() }))
    .max(SPREADS_MAX),
  /** In order of priority; `rate` per spread of `ratio` deltas on either leg. */
  interMonthSpreads: z
    .array(
      z.strictObject({
        legs: z.tuple([z.strictObject({ tier: name, ratio }), z.strictObject({ tier: name, ratio })]),
        rate,
      }),
    )
    .max(SPREADS_MAX),
  /** Per delta of a delivery month, in inter-month spreads and outright. */
  deliveryMonths: z.array(z.strictObject({ month, spreadRate: rate, outrightRate: rate })).max(SPREADS_MAX),
  shortOptionMinimum: z
    .strictObject({
      rate,
      /** What the rate is paid for: a contract, or a unit of its contract size. */
      per: z.enum(['CONTRACT', 'UNIT']),
      /** Short calls and short puts added, or the larger of the two. */
      count: z.enum(['SUM', 'LARGER']),
    })
    .optional(),
  /** Share of the notional of futures at their mark and short options at the index, charged on top (NSE exposure margin). */
  exposureRate: between(0, 1),
});

const interCommoditySpread = z.strictObject({
  /** Legs of side A offset legs of side B when their net deltas have opposite signs. */
  legs: z.array(z.strictObject({ combinedCommodity: name, ratio, side: z.enum(['A', 'B']) })).min(2),
  /** Share of the weighted price risk that is credited on each leg. */
  creditRate: between(0, 1),
});

/** A risk-array set: docs/span-files.md. Percentages are fractions. */
const schema = z
  .strictObject({
    cashAsset: name,
    /** Initial margin over maintenance margin, applied to all but exposure and net option value. */
    initialFactor: between(1, 10),
    /** Days that pass before the scenarios strike in arrays built from ranges; arrays of the file contain theirs. */
    lookAheadDays: between(0, 30),
    combinedCommodities: z.record(name, combinedCommodity),
    /** In order of priority. */
    interCommoditySpreads: z.array(interCommoditySpread).max(SPREADS_MAX),
    /** By instrument name. */
    contracts: z.record(name, contract),
  })
  .readonly();

export type SpanParameters = z.infer<typeof schema>;
export type SpanCommodity = SpanParameters['combinedCommodities'][string];
export type SpanRanges = NonNullable<SpanCommodity['ranges']>;
export type InterCommoditySpread = SpanParameters['interCommoditySpreads'][number];

/** Checks types and ranges, and that every name that is used is defined. */
export function parseSpanParameters(value: unknown): Outcome<SpanParameters> {
  const parsed = parseWith(schema, value);
  if (!parsed.ok) return parsed;
  const undefinedName = firstUndefinedName(parsed.value);
  if (undefinedName === undefined) return parsed;
  const { field, wanted, received } = undefinedName;
  return failure('INVALID_PARAMETER', field, expected(wanted, field, received));
}

interface UndefinedName {
  readonly field: string;
  readonly wanted: string;
  readonly received: string;
}

function firstUndefinedName(parameters: SpanParameters): UndefinedName | undefined {
  const { combinedCommodities, interCommoditySpreads, contracts } = parameters;
  const commodity = (field: string, received: string): UndefinedName | undefined =>
    ownEntry(combinedCommodities, received) === undefined
      ? { field, wanted: 'a name of parameters.combinedCommodities', received }
      : undefined;
  for (const [instrument, one] of Object.entries(contracts)) {
    const wrong = commodity(`parameters.contracts.${instrument}.combinedCommodity`, one.combinedCommodity);
    if (wrong !== undefined) return wrong;
  }
  for (const [index, { legs }] of interCommoditySpreads.entries()) {
    for (const [leg, one] of legs.entries()) {
      const field = `parameters.interCommoditySpreads.${String(index)}.legs.${String(leg)}.combinedCommodity`;
      const wrong = commodity(field, one.combinedCommodity);
      if (wrong !== undefined) return wrong;
    }
  }
  const underlyings = new Set<string>();
  for (const [key, one] of Object.entries(combinedCommodities)) {
    const path = `parameters.combinedCommodities.${key}`;
    const tiers = new Set(one.tiers.map((tier) => tier.name));
    for (const [index, { legs }] of one.interMonthSpreads.entries()) {
      const leg = legs.findIndex(({ tier }) => !tiers.has(tier));
      if (leg < 0) continue;
      const field = `${path}.interMonthSpreads.${String(index)}.legs.${String(leg)}.tier`;
      return { field, wanted: `a name of ${path}.tiers`, received: legs[leg]?.tier ?? '' };
    }
    const underlying = one.ranges?.underlying;
    if (underlying === undefined) continue;
    if (underlyings.has(underlying)) {
      const wanted = 'an underlying that no other combined commodity has';
      return { field: `${path}.ranges.underlying`, wanted, received: underlying };
    }
    underlyings.add(underlying);
  }
  return undefined;
}
