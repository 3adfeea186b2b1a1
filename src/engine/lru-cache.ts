/** What entries weigh together is bounded too; the one used last is always kept. */
export interface EntryWeight<Value> {
  of(value: Value): number;
  readonly max: number;
}

/** Keeps the `capacity` entries used last, fewer where they are heavy. */
export class LruCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #capacity: number;
  readonly #weight: EntryWeight<Value> | undefined;
  #total = 0;
  /** Key of the entry used last, which needs no moving. */
  #newest: string | undefined;

  constructor(capacity: number, weight?: EntryWeight<Value>) {
    this.#capacity = capacity;
    this.#weight = weight;
  }

  /** The entry of the key, computed when absent. */
  getOrAdd(key: string, compute: () => Value): Value {
    const known = this.#entries.get(key);
    if (known !== undefined && key === this.#newest) return known;
    const value = known ?? compute();
    if (known === undefined) this.#total += this.#weight?.of(value) ?? 0;
    this.#newest = key;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    while (this.#isOver()) this.#dropOldest();
    return value;
  }

  /** The entry of the key, without using it. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** Replaces the entry of the key. */
  set(key: string, value: Value): void {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#total -= this.#weight?.of(known) ?? 0;
    this.#entries.delete(key);
    this.#newest = undefined;
    this.getOrAdd(key, () => value);
  }

  #isOver(): boolean {
    if (this.#entries.size <= 1) return false;
    return this.#entries.size > this.#capacity || this.#total > (this.#weight?.max ?? Infinity);
  }

  #dropOldest(): void {
    const oldest = this.#entries.entries().next();
    if (oldest.done === true) return;
    const [key, value] = oldest.value;
    this.#entries.delete(key);
    this.#total -= this.#weight?.of(value) ?? 0;
  }
}
