import type { Portfolio } from '../domain/portfolio.js';
import { MESSAGE_BYTES_MAX } from '../limits.js';
import { encodePortfolio } from '../wire/direct/encode-portfolio.js';
import { frameChunk } from '../wire/direct/frame.js';

/** A chunk is sent when it has this many bytes: large enough to be cut into good shards, small enough to be early. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/** Tags and lengths around the portfolios of a chunk. */
const FRAMING_BYTES = 64;

/** A portfolio that fits into no message. */
export class PortfolioTooLargeError extends RangeError {
  override readonly name = 'PortfolioTooLargeError';
}

/** Encoded BatchCalculateMarginRequest messages with the portfolios in order, made one at a time as they are asked for. */
export function* chunkPortfolios(
  portfolios: Iterable<Portfolio>,
  chunkBytes = CHUNK_BYTES,
): Generator<Buffer, void> {
  let chunk: Buffer[] = [];
  let bytes = 0;
  for (const portfolio of portfolios) {
    const encoded = encodePortfolio(portfolio);
    if (encoded.length > MESSAGE_BYTES_MAX - FRAMING_BYTES) {
      const size = `${String(encoded.length)} bytes, more than a message of ${String(MESSAGE_BYTES_MAX)} holds`;
      throw new PortfolioTooLargeError(`portfolio ${portfolio.accountId} has ${size}`);
    }
    if (chunk.length > 0 && bytes + encoded.length > chunkBytes) {
      yield frameChunk(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(encoded);
    bytes += encoded.length;
  }
  if (chunk.length > 0) yield frameChunk(chunk);
}
