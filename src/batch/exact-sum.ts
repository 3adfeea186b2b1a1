/**
 * The sum of doubles without rounding until it is read: the same whatever their order and number of threads (Shewchuk, "Adaptive
 * precision floating-point arithmetic", 1997).
 */
export class ExactSum {
  /** Parts that do not overlap, smallest first; their exact sum is that of all that was added. */
  readonly #parts: number[] = [];
  /** What is not finite adds up by itself: infinity, or NaN. */
  #beyond = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) {
      this.#beyond += value;
      return;
    }
    const parts = this.#parts;
    let rest = value;
    let kept = 0;
    for (const part of parts) {
      const sum = rest + part;
      const ofPart = sum - rest;
      const error = rest - (sum - ofPart) + (part - ofPart);
      if (error !== 0) parts[kept++] = error;
      rest = sum;
    }
    parts[kept] = rest;
    parts.length = kept + 1;
  }

  /** The exact sum, rounded once to the nearest double, a tie to even. */
  get value(): number {
    if (this.#beyond !== 0) return this.#beyond;
    const parts = this.#parts;
    let at = parts.length - 1;
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
