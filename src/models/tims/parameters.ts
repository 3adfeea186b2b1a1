import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { expected, failure } from '../../domain/outcome.js';
import { ownEntry } from '../shared/own-entry.js';
import { between, parseWith } from '../parameter-schema.js';

/** Percentages are fractions; only the count of valuation points is published (margin-models.md 13). */
const schema = z
  .strictObject({
    cashAsset: z.string().min(1),
    /** One class per underlying; `*` for every underlying without an entry of its own, each a class by itself. */
    classes: z.record(
      z.string().min(1),
      z.strictObject({
        /** Largest fall and rise of the underlying, relative. */
        rangeDown: z.number().gt(0).lt(1),
        rangeUp: z.number().gt(0).max(10),
        /** Classes that offset each other; alone when absent. */
        productGroup: z.string().min(1).optional(),
      }),
    ),
    productGroups: z.record(
      z.string().min(1),
      z.strictObject({
        /** Share of a class's gain that offsets losses of other classes of the group. */
        offset: between(0, 1),
        /** Product groups that offset each other; alone when absent. */
        classGroup: z.string().min(1).optional(),
      }),
    ),
    /** Share of a product group's gain that offsets losses of other groups of its class group. */
    classGroupOffset: between(0, 1),
    /** Least requirement per unit of every future, perpetual and option, cash asset (0.375 is 37.50 per 100 shares). */
    minimumPerUnit: between(0, 1e9),
  })
  .readonly();

export type TimsParameters = z.infer<typeof schema>;

export function parseTimsParameters(value: unknown): Outcome<TimsParameters> {
  const parsed = parseWith(schema, value);
  if (!parsed.ok) return parsed;
  const { classes, productGroups } = parsed.value;
  for (const [name, { productGroup }] of Object.entries(classes)) {
    if (productGroup === undefined || ownEntry(productGroups, productGroup) !== undefined) continue;
    const field = `parameters.classes.${name}.productGroup`;
    return failure(
      'INVALID_PARAMETER',
      field,
      expected('a name of parameters.productGroups', field, productGroup),
    );
  }
  return parsed;
}
