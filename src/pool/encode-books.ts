import type { Portfolio } from '../domain/portfolio.js';
import { portfolioToMessage } from '../wire/convert/portfolio.js';
import { codec } from '../wire/schema.js';

/** Wire bytes of portfolios in shared memory: portfolio n is `bytes` from `offsets[n]` to `offsets[n + 1]`. */
export interface EncodedBooks {
  readonly bytes: SharedArrayBuffer;
  readonly offsets: Uint32Array<SharedArrayBuffer>;
}

/** For books that a thread may have to margin one by one. */
export function encodeBooks(portfolios: readonly Portfolio[]): EncodedBooks {
  const { encode } = codec('margincube.v1.Portfolio');
  const encoded = portfolios.map((portfolio) => encode(portfolioToMessage(portfolio)));
  const offsets = new Uint32Array(
    new SharedArrayBuffer((portfolios.length + 1) * Uint32Array.BYTES_PER_ELEMENT),
  );
  encoded.forEach((one, at) => (offsets[at + 1] = (offsets[at] ?? 0) + one.length));
  const bytes = new SharedArrayBuffer(offsets[portfolios.length] ?? 0);
  const target = new Uint8Array(bytes);
  encoded.forEach((one, at) => {
    target.set(one, offsets[at]);
  });
  return { bytes, offsets };
}
