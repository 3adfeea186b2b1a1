import type { Portfolio } from '../domain/portfolio.js';
import { portfolioToMessage } from '../wire/convert/portfolio.js';
import { codec } from '../wire/schema.js';

/** Wire bytes of portfolios in shared memory: portfolio n is `bytes` from `offsets[n]` to `offsets[n + 1]`. */
export interface EncodedBooks {
  readonly bytes: SharedArrayBuffer;
  readonly offsets: Uint32Array<SharedArrayBuffer>;
}

/** For a book that a thread may have to margin by itself. */
export function encodeBook(portfolio: Portfolio): Buffer {
  return codec('margincube.v1.Portfolio').encode(portfolioToMessage(portfolio));
}

export function shareBooks(encoded: readonly Buffer[]): EncodedBooks {
  const offsets = new Uint32Array(
    new SharedArrayBuffer((encoded.length + 1) * Uint32Array.BYTES_PER_ELEMENT),
  );
  encoded.forEach((one, at) => (offsets[at + 1] = (offsets[at] ?? 0) + one.length));
  const bytes = new SharedArrayBuffer(offsets[encoded.length] ?? 0);
  const target = new Uint8Array(bytes);
  encoded.forEach((one, at) => {
    target.set(one, offsets[at]);
  });
  return { bytes, offsets };
}
