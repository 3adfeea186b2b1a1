/** Gives items that arrive in any order back in the order of their index, as soon as there is no gap. */
export class InOrder<Item> {
  readonly #early = new Map<number, Item>();
  #next = 0;

  /** Index that is waited for. */
  get next(): number {
    return this.#next;
  }

  /** Items that came and wait for an earlier one. */
  get waiting(): number {
    return this.#early.size;
  }

  /** The items that are due now. Throws for an index that was there before. */
  *add(index: number, item: Item): Generator<Item, void> {
    if (index < this.#next || this.#early.has(index))
      throw new RangeError(`index ${String(index)} came twice`);
    this.#early.set(index, item);
    for (let due = this.#early.get(this.#next); due !== undefined; due = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#next++;
      yield due;
    }
  }
}
