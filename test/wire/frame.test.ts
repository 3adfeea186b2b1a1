/** The framing of encoded parts against the schema's twins. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameChunk, frameOutcomePart } from '../../src/wire/direct/frame.js';
import { batchRequestTwin, batchResponseTwin, portfolioChunkTwin } from '../../src/wire/twin.js';

const RUNS = { seed: 20261128, numRuns: 200 };

/** Lengths around those at which the length of a field takes one byte more. */
const part = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(127, 128, 16_383, 16_384))
  .chain((length) => fc.nat({ max: 255 }).map((fill) => Buffer.alloc(length, fill)));
const parts = fc.array(part, { maxLength: 6 });

describe('framing', () => {
  it('frames a chunk as the twin does', () => {
    fc.assert(
      fc.property(parts, (portfolios) => {
        const chunk = portfolioChunkTwin.encode({ portfolios });
        expect(frameChunk(portfolios).equals(batchRequestTwin.encode({ header: null, chunk }))).toBe(true);
      }),
      RUNS,
    );
  });

  it('frames outcomes as the twin does', () => {
    fc.assert(
      fc.property(parts, part, (outcomes, timing) => {
        const framed = frameOutcomePart(outcomes, timing);
        expect(Buffer.from(framed).equals(batchResponseTwin.encode({ outcomes, timing }))).toBe(true);
        expect(framed.buffer.byteLength).toBe(framed.length);
      }),
      RUNS,
    );
  });
});
