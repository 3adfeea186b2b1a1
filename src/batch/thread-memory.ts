/**
 * Typed arrays of one thread that are used again from shard to shard: fresh memory costs as much as a pass over it, because the
 * system hands out every page of it zeroed. An array is at least as long as asked for and holds what was in it.
 */
export class ThreadMemory {
  readonly #doubles = new Map<string, Float64Array>();
  readonly #integers = new Map<string, Uint32Array>();
  readonly #bytes = new Map<string, Uint8Array>();

  /** @param use the same for the same array; its former content and readers are over once it is asked for again */
  doubles(use: string, length: number): Float64Array {
    return reserve(this.#doubles, use, length, (own) => new Float64Array(own));
  }

  integers(use: string, length: number): Uint32Array {
    return reserve(this.#integers, use, length, (own) => new Uint32Array(own));
  }

  bytes(use: string, length: number): Uint8Array {
    return reserve(this.#bytes, use, length, (own) => new Uint8Array(own));
  }
}

/** Room for shards that are a little larger than those before. */
const SPARE = 1.25;

function reserve<Values extends { readonly length: number }>(
  arrays: Map<string, Values>,
  use: string,
  length: number,
  create: (length: number) => Values,
): Values {
  const known = arrays.get(use);
  if (known !== undefined && known.length >= length) return known;
  const fresh = create(Math.ceil(SPARE * length));
  arrays.set(use, fresh);
  return fresh;
}
