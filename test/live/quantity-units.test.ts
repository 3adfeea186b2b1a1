import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkQuantity, quantityUnits } from '../../src/live/book/ledger.js';
import { QUANTITY_MAX } from '../../src/limits.js';

it('says of every quantity whether there are units of it, as reading its digits does', () => {
  const around = [1e-18, 0.0099, 0.01, 0.010000000000000002, 0.1, 1 / 3, 1, QUANTITY_MAX].flatMap<[number]>(
    (value) => [[value], [value * (1 + Number.EPSILON)], [value * (1 - Number.EPSILON)]],
  );
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.double({ min: 0, max: 1 })), (quantity) => {
      const fits = quantityUnits(quantity, 'quantity').ok;
      seen.add(fits);
      expect(checkQuantity(quantity, 'quantity').ok).toBe(fits);
    }),
    { seed: 71, numRuns: 2_000, examples: around },
  );
  expect(seen).toEqual(new Set([true, false]));
});
