import { z } from 'zod';
import { SCENARIOS_MAX } from '../../limits.js';
import { between } from '../parameter-schema.js';
import { ownEntry } from '../shared/own-entry.js';

/** Fewest draws whose tail has more than a dozen of them at 97.5 %. */
const DRAWS_MIN = 500;

/** Closes that a record needs at least: a filter starts in 48 returns. A tail of 50 days is their worst one: reports say how many. */
const RECORDED_CLOSES_MIN = 51;
/** Sixteen years of days: longer than any coin has traded. */
const RECORDED_CLOSES_MAX = 6_000;

/** Daily closes of a record, the same days for every underlying, without gaps, from the oldest. */
const priceRecord = z.strictObject({
  /** Where the closes come from, in words. */
  source: z.string().min(1).max(256),
  /** Dollars per coin. */
  closes: z.record(z.string(), z.array(z.number().gt(0)).min(RECORDED_CLOSES_MIN).max(RECORDED_CLOSES_MAX)),
});

export type PriceRecord = z.infer<typeof priceRecord>;

/** Joint law of one step. Draws are frozen: another version or count is another parameter set, never another epoch. */
export const drawParameters = z.strictObject({
  version: z.string().min(1).max(64),
  count: z.int().min(DRAWS_MIN).max(SCENARIOS_MAX),
  /** Of the Student-t copula. */
  degreesOfFreedom: z.number().gt(2).max(100),
  /** Correlation of the standardised factors, `BTC` for a price and `BTC.vol` for a volatility level; absent pairs are 0. */
  correlations: z.array(
    z.strictObject({ first: z.string(), second: z.string(), value: z.number().gt(-1).lt(1) }),
  ),
  /** Filtered history: where it is given, joint days of this record are drawn instead of the copula. */
  history: priceRecord.optional(),
});

/** Change of ln(volatility) over a day: constant + perReturn x r + perAbsoluteReturn x |r| + residual x z, by tenor. */
const volatilityAnswer = z.strictObject({
  constant: z.array(between(-1, 1)).min(1),
  perReturn: z.array(between(-10, 10)).min(1),
  perAbsoluteReturn: z.array(between(-10, 10)).min(1),
  /** Standard deviation of what the return does not explain. */
  residual: z.array(between(0, 2)).min(1),
});

/** Tenors of `volatilityAnswer`, ascending. */
export const tenorsDays = z.array(z.number().gt(0).max(1_000)).min(1).max(16);

/** Fields of one underlying. */
export const underlyingLaw = {
  /** Standard deviation of the daily log return now. */
  dailyVolatility: z.number().gt(0).max(1),
  /** Of the Student-t law of one daily return. */
  degreesOfFreedom: z.number().gt(2).max(100),
  volatility: volatilityAnswer,
};

export interface UnderlyingLaw {
  readonly dailyVolatility: number;
  readonly degreesOfFreedom: number;
  readonly volatility: z.infer<typeof volatilityAnswer>;
}

/** What drawn markets rest on: part of the parameters of every model that draws. */
export interface DrawnLaw {
  readonly draws: z.infer<typeof drawParameters>;
  readonly tenorsDays: readonly number[];
  readonly underlyings: Readonly<Record<string, UnderlyingLaw>>;
}

/** Refinement of a schema with these fields: tenors in order, one number per tenor, one close per day. */
export function checkTenors(
  { tenorsDays: tenors, underlyings, draws }: DrawnLaw,
  context: z.RefinementCtx,
): void {
  checkRecord(draws.history, context);
  tenors.forEach((days, at) => {
    if (at > 0 && !(days > (tenors[at - 1] ?? NaN)))
      context.addIssue({ code: 'custom', path: ['tenorsDays', at], message: 'tenors in ascending order' });
  });
  for (const [name, { volatility }] of Object.entries(underlyings)) {
    for (const [key, values] of Object.entries(volatility)) {
      if (values.length === tenors.length) continue;
      const path = ['underlyings', name, 'volatility', key];
      context.addIssue({ code: 'custom', path, message: `one number per tenor, ${String(tenors.length)}` });
    }
  }
}

function checkRecord(record: PriceRecord | undefined, context: z.RefinementCtx): void {
  if (record === undefined) return;
  const path = ['draws', 'history', 'closes'];
  const lengths = Object.values(record.closes).map(({ length }) => length);
  if (lengths.length === 0) context.addIssue({ code: 'custom', path, message: 'at least one underlying' });
  if (lengths.some((length) => length !== lengths[0]))
    context.addIssue({
      code: 'custom',
      path,
      message: `as many closes of every underlying (${lengths.join(', ')})`,
    });
}

/** What a report says of draws that are a record: how they come about, and what stands in for what it lacks. */
export function recordNotes({ draws: { history } }: DrawnLaw): readonly string[] {
  if (history === undefined) return [];
  const closes = Object.values(history.closes)[0]?.length ?? 0;
  return [
    `proxy: ${String(closes)} daily closes of ${history.source}, filtered; volatility beside them is drawn from 150 days of 2026`,
  ];
}

/** Whether the law moves an underlying: not one that a record lacks. */
export function isDrawn({ draws: { history } }: DrawnLaw, name: string): boolean {
  return history === undefined || Object.hasOwn(history.closes, name);
}

/** Parameters of an underlying: its own, or those of `*`. */
export function underlyingRules<Rules>(
  { underlyings }: { readonly underlyings: Readonly<Record<string, Rules>> },
  name: string,
): Rules | undefined {
  return ownEntry(underlyings, name) ?? ownEntry(underlyings, '*');
}
