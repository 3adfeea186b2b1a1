import { describe, expect, it } from 'vitest';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { calculateSlice } from '../../src/pool/calculate-slices.js';
import { codec } from '../../src/wire/schema.js';
import { model } from '../support/margins.js';
import { sampleMarket } from '../support/sample-market.js';

const context = {
  calculator: new MarginEngine(createReferenceKernels()),
  market: sampleMarket(),
  model: model('derive-pm2'),
  options: DEFAULT_REPORT_OPTIONS,
};

describe('calculateSlice', () => {
  it.each([
    ['bytes that are no portfolio', Buffer.from([0xff]), 'portfolios[3]'],
    [
      'a position without quantity',
      codec('margincube.v1.Portfolio').encode({ positions: [{ instrument: 'a' }] }),
      'portfolios[3].positions[0].quantity',
    ],
  ])('names the place of %s', (_, slice, field) => {
    expect(calculateSlice(context, slice, 'portfolios[3]').outcome).toMatchObject({
      ok: false,
      failure: { field },
    });
  });
});
