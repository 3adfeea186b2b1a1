import type { PortfolioBlock } from '../portfolio-block.js';
import { FieldReader } from './field-reader.js';

/** Field number x 8 + wire type, as one byte of the wire. */
const CHUNK_TAG = 18;
const PORTFOLIO_TAG = 10;

/**
 * Where the portfolios of a margincube.v1.BatchCalculateMarginRequest lie in its bytes; undefined for anything but one chunk of
 * nothing but portfolios, which is the twins' to read.
 */
export function splitUsualChunk(bytes: Buffer): PortfolioBlock | undefined {
  const fields = new FieldReader(bytes);
  if (bytes[0] !== CHUNK_TAG || fields.endOf(0) !== bytes.length) return undefined;
  const bounds: number[] = [];
  let at = fields.start;
  while (at < bytes.length) {
    const end = fields.endOf(at);
    if (bytes[at] !== PORTFOLIO_TAG || end < 0) return undefined;
    bounds.push(fields.start, end);
    at = end;
  }
  return { bytes, bounds: Uint32Array.from(bounds) };
}
