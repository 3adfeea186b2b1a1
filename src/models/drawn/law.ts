import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { SCENARIOS_MAX } from '../../limits.js';
import { between } from '../parameter-schema.js';
import { ownEntry } from '../shared/own-entry.js';
import { frozenDraws } from './frozen-draws.js';

/** Fewest draws whose tail has more than a dozen of them at 97.5 %. */
const DRAWS_MIN = 500;

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

/** Refinement of a schema with these fields: tenors in order, one number per tenor. */
export function checkTenors({ tenorsDays: tenors, underlyings }: DrawnLaw, context: z.RefinementCtx): void {
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

/** Parameters whose joint law can be drawn; correlations that are no correlations are refused by name. */
export function checkDraws<P extends DrawnLaw>(parsed: Outcome<P>): Outcome<P> {
  if (!parsed.ok) return parsed;
  const drawn = frozenDraws(parsed.value);
  if (drawn.ok) return parsed;
  return { ok: false, failure: { ...drawn.failure, field: `parameters.draws.${drawn.failure.field}` } };
}

/** Parameters of an underlying: its own, or those of `*`. */
export function underlyingRules<Rules>(
  { underlyings }: { readonly underlyings: Readonly<Record<string, Rules>> },
  name: string,
): Rules | undefined {
  return ownEntry(underlyings, name) ?? ownEntry(underlyings, '*');
}
