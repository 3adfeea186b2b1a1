import { z } from 'zod';
import { between } from '../parameter-schema.js';

/** What Derive's two portfolio managers have alike, with the ranges of the venue's own setters (margin-models.md 3.5). */
export const derivePortfolioParameters = {
  basis: z.strictObject({
    spotFactorUp: z.number().gt(1).lt(3),
    spotFactorDown: z.number().gt(0).lt(1),
    addFactor: between(0, 20),
    multFactor: between(0, 20),
  }),
  peg: z.strictObject({ threshold: between(0, 100), lossFactor: between(0, 10) }),
  confidence: z.strictObject({ threshold: between(0, 1), margin: between(0, 20) }),
};
