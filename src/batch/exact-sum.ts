/** Each part is at most half a unit in the last place of the next: of 2,098 binary places in all every one takes at least 53. */
const PARTS_MAX = 48;

/**
 * The sum of doubles without rounding until it is read: the same whatever their order and number of threads (Shewchuk, "Adaptive
 * precision floating-point arithmetic", 1997).
 */
export class ExactSum {
  /** Parts that do not overlap, smallest first; their exact sum is that of all that was added. */
  readonly #parts = new Float64Array(PARTS_MAX);
  #count = 0;
  /** What is not finite adds up by itself: infinity, or NaN. */
  #beyond = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#beyond += value;
      return;
    }
    const parts = this.#parts;
    const count = this.#count;
    let rest = value;
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      const part = parts[at] ?? 0;
      const sum = rest + part;
      const ofPart = sum - rest;
      const error = rest - (sum - ofPart) + (part - ofPart);
      if (error !== 0) parts[kept++] = error;
      rest = sum;
    }
    parts[kept] = rest;
    this.#count = kept + 1;
  }

  /** Adds the first `count` of `values`. */
  addAll(values: Float64Array, count: number): void {
    for (let at = 0; at < count; at += 1) this.add(values[at] ?? 0);
  }

  /** The exact sum, rounded once to the nearest double, a tie to even. */
  get value(): number {
    if (this.#beyond !== 0) return this.#beyond;
    const parts = this.#parts;
    let at = Math.max(0, this.#count - 1);
    let sum = parts[at] ?? 0;
    let error = 0;
    while (at > 0 && error === 0) {
      at -= 1;
      const before = sum;
      const part = parts[at] ?? 0;
      sum = before + part;
      error = part - (sum - before);
    }
    // Half an ulp is left over exactly: the parts below decide to which side the tie falls.
    const next = parts[at - 1] ?? 0;
    if (error * next > 0) {
      const doubled = 2 * error;
      const moved = sum + doubled;
      if (doubled === moved - sum) return moved;
    }
    return sum + 0;
  }
}
