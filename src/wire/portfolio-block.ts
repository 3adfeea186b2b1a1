/** Encoded portfolios inside one block of memory, whatever else stands between them: no object per portfolio is needed. */
export interface PortfolioBlock<Memory extends ArrayBufferLike = ArrayBufferLike> {
  readonly bytes: Uint8Array<Memory>;
  /** Portfolio n is `bytes` from `bounds[2 n]` to `bounds[2 n + 1]`; the numbers rise. */
  readonly bounds: Uint32Array<Memory>;
}

/** Copies portfolios into one block. */
export function blockOf(portfolios: readonly Uint8Array[]): PortfolioBlock<ArrayBuffer> {
  const bounds = new Uint32Array(2 * portfolios.length);
  let end = 0;
  for (const [n, { length }] of portfolios.entries()) {
    bounds[2 * n] = end;
    end += length;
    bounds[2 * n + 1] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [n, portfolio] of portfolios.entries()) bytes.set(portfolio, bounds[2 * n]);
  return { bytes, bounds };
}

/** Bytes of each portfolio. */
export function byteLengthsOf({ bounds }: PortfolioBlock): Uint32Array {
  const lengths = new Uint32Array(bounds.length / 2);
  for (let n = 0; n < lengths.length; n++) lengths[n] = (bounds[2 * n + 1] ?? 0) - (bounds[2 * n] ?? 0);
  return lengths;
}

/** Portfolios `first` to `first + count - 1` in memory of their own, which may be transferred. */
export function copyPart(block: PortfolioBlock, first: number, count: number): PortfolioBlock<ArrayBuffer> {
  const bounds = new Uint32Array(2 * count);
  bounds.set(block.bounds.subarray(2 * first, 2 * (first + count)));
  const [from = 0] = bounds;
  const bytes = new Uint8Array((bounds.at(-1) ?? from) - from);
  bytes.set(block.bytes.subarray(from, from + bytes.length));
  for (let n = 0; n < bounds.length; n++) bounds[n] = (bounds[n] ?? 0) - from;
  return { bytes, bounds };
}
