import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { between, parseWith } from '../parameter-schema.js';
import { ownEntry } from '../shared/own-entry.js';

/** By underlying; `*` stands for every underlying without an entry. */
const byUnderlying = <Rule extends z.ZodType>(rule: Rule): z.ZodRecord<z.ZodString, Rule> =>
  z.record(z.string(), rule);

/** A fall of the whole price leaves nothing to reprice. */
const move = z.number().min(0).lt(1);

/** Values and what is known of them: margin-models.md 9. Moves and rates are fractions, amounts US dollars. */
const schema = z
  .strictObject({
    /** MR1: three moves of spot, taken up and down. */
    spotMoves: byUnderlying(z.array(move).length(3)),
    /** MR1: shock of volatility in points by tenor, up and down alike; empty where it is not known. */
    volatilityPoints: z
      .array(z.strictObject({ toDays: z.number().gt(0).max(10_000), points: between(0, 5) }))
      .max(64),
    /** MR2: time that passes. */
    thetaDays: between(0, 30),
    /** MR4: move of forwards against each other in a year. */
    annualisedMove: byUnderlying(between(0, 5)),
    /** MR4: move of a perpetual against spot, share of its cash delta; no entry where it is not known. */
    perpetualBasis: z.record(z.string(), between(0, 1)),
    /** MR6: extreme move of spot, up and down, and the share of its loss that counts. */
    extremeMove: byUnderlying(move),
    extremeLossShare: between(0, 1),
    /** MR7: raw charge as a share of absolute cash delta (no entry where it is not known), then multipliers on its bands. */
    minimumCharge: z.strictObject({
      rate: z.record(z.string(), between(0, 1)),
      /** Ascending; the last band has no end where the table is known to its end. */
      bands: z
        .array(z.strictObject({ toUsd: z.number().gt(0).optional(), multiplier: between(1, 100) }))
        .min(1)
        .max(32),
    }),
    /** MR8 by asset: share of the borrowed value; no entry where it is not known. */
    borrow: z.record(z.string(), z.strictObject({ initial: between(0, 1), maintenance: between(0, 1) })),
    /** IMR = factor x MMR. */
    initialFactor: between(1, 10),
  })
  .superRefine(({ minimumCharge, volatilityPoints }, context) => {
    const { bands } = minimumCharge;
    bands.forEach(({ toUsd }, index) => {
      const isLast = index === bands.length - 1;
      const rises = toUsd === undefined ? isLast : toUsd > (bands[index - 1]?.toUsd ?? 0);
      if (rises) return;
      const path = ['minimumCharge', 'bands', index, 'toUsd'];
      context.addIssue({ code: 'custom', path, message: 'an end above that of the band before' });
    });
    volatilityPoints.forEach(({ toDays }, index) => {
      if (toDays > (volatilityPoints[index - 1]?.toDays ?? 0)) return;
      const path = ['volatilityPoints', index, 'toDays'];
      context.addIssue({ code: 'custom', path, message: 'a tenor above the one before' });
    });
  })
  .readonly();

export type OkxPmParameters = z.infer<typeof schema>;

export function parseOkxPmParameters(value: unknown): Outcome<OkxPmParameters> {
  return parseWith(schema, value);
}

export function ruleOf<Rule>(rules: Readonly<Record<string, Rule>>, underlying: string): Rule | undefined {
  return ownEntry(rules, underlying) ?? ownEntry(rules, '*');
}
