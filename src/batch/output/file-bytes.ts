/** The bytes of a file as it grows, in memory that the next file takes again. */
export class FileBytes {
  #memory = Buffer.allocUnsafe(1 << 20);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  push(...pieces: readonly Uint8Array[]): void {
    const length = pieces.reduce((sum, piece) => sum + piece.byteLength, this.#length);
    if (length > this.#memory.length) {
      const grown = Buffer.allocUnsafe(2 * length);
      this.#memory.copy(grown, 0, 0, this.#length);
      this.#memory = grown;
    }
    for (const piece of pieces) {
      this.#memory.set(piece, this.#length);
      this.#length += piece.byteLength;
    }
  }

  /** All bytes so far; they are over with the next `push` or `clear`. */
  content(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}
