/** The direct reader of a batch's chunks against the schema's twins. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitUsualChunk } from '../../src/wire/direct/split-chunk.js';
import type { PortfolioBlock } from '../../src/wire/portfolio-block.js';
import { blockOf, byteLengthsOf, copyPart } from '../../src/wire/portfolio-block.js';
import { batchRequestTwin, portfolioChunkTwin } from '../../src/wire/twin.js';

const RUNS = { seed: 20261128, numRuns: 200 };

/** Lengths around that at which the length of a field takes one byte more. */
const part = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 127, 128))
  .chain((length) => fc.nat({ max: 255 }).map((fill) => Buffer.alloc(length, fill)));
const parts = fc.array(part, { maxLength: 8 });

function requestOf(portfolios: readonly Uint8Array[]): Buffer {
  return Buffer.from(batchRequestTwin.encode({ chunk: portfolioChunkTwin.encode({ portfolios }) }));
}

function portfoliosOf({ bytes, bounds }: PortfolioBlock): string[] {
  return Array.from({ length: bounds.length / 2 }, (_, n) =>
    Buffer.from(bytes.subarray(bounds[2 * n], bounds[2 * n + 1])).toString('hex'),
  );
}

const hex = (portfolios: readonly Buffer[]): string[] => portfolios.map((bytes) => bytes.toString('hex'));

describe('splitUsualChunk', () => {
  it('finds every portfolio of a chunk, as does a block of copies', () => {
    fc.assert(
      fc.property(parts, (portfolios) => {
        const split = splitUsualChunk(requestOf(portfolios)) ?? blockOf([Buffer.from('nothing')]);
        expect(portfoliosOf(split)).toEqual(hex(portfolios));
        expect(portfoliosOf(blockOf(portfolios))).toEqual(hex(portfolios));
        expect([...byteLengthsOf(split)]).toEqual(portfolios.map(({ length }) => length));
      }),
      RUNS,
    );
  });

  it('copies any part into memory of its own', () => {
    fc.assert(
      fc.property(parts, fc.nat({ max: 8 }), fc.nat({ max: 8 }), (portfolios, from, to) => {
        const [first, last] = [
          Math.min(from, to, portfolios.length),
          Math.min(Math.max(from, to), portfolios.length),
        ];
        const split = splitUsualChunk(requestOf(portfolios)) ?? blockOf([]);
        const copy = copyPart(split, first, last - first);
        expect(portfoliosOf(copy)).toEqual(hex(portfolios.slice(first, last)));
        expect(copy.bytes.buffer.byteLength).toBe(copy.bytes.length);
      }),
      RUNS,
    );
  });

  it('answers no bytes that the twins read otherwise', () => {
    fc.assert(
      fc.property(parts, fc.uint8Array({ maxLength: 12 }), fc.nat(), (portfolios, junk, place) => {
        const request = requestOf(portfolios);
        const at = place % (request.length + 1);
        const bytes = Buffer.concat([request.subarray(0, at), junk, request.subarray(at)]);
        const split = splitUsualChunk(bytes);
        if (split === undefined) return;
        const { header, chunk } = batchRequestTwin.decode(bytes);
        expect(header).toBeNull();
        const read = portfolioChunkTwin.decode(chunk ?? Buffer.alloc(0)).portfolios;
        expect(portfoliosOf(split)).toEqual(read.map((one) => Buffer.from(one).toString('hex')));
      }),
      { ...RUNS, numRuns: 2_000 },
    );
  });

  it.each([
    ['nothing', []],
    ['a header', [0x0a, 0x00]],
    ['an unknown field in the chunk', [0x12, 0x02, 0x12, 0x00]],
    ['two chunks', [0x12, 0x00, 0x12, 0x00]],
    ['a portfolio that ends beyond the bytes', [0x12, 0x02, 0x0a, 0x01]],
  ])('leaves %s to the twins', (_, bytes) => {
    expect(splitUsualChunk(Buffer.from(bytes))).toBeUndefined();
  });
});
