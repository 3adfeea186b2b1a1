/** Keeps the `capacity` entries used last. */
export class LruCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #capacity: number;
  /** Key of the entry used last, which needs no moving. */
  #newest: string | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The entry of the key, computed when absent. */
  getOrAdd(key: string, compute: () => Value): Value {
    const known = this.#entries.get(key);
    if (known !== undefined && key === this.#newest) return known;
    this.#newest = key;
    const value = known ?? compute();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    return value;
  }
}
