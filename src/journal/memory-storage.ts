/** A storage that lasts as long as its process: for servers without a journal directory, and for tests. */
import type { JournalStorage, StoredFrame } from './storage.js';

export class MemoryStorage implements JournalStorage {
  #meta: Uint8Array | undefined;
  /** Ascending by first sequence. */
  readonly #frames: StoredFrame[] = [];
  readonly #snapshots = new Map<number, Uint8Array>();

  meta(): Uint8Array | undefined {
    return this.#meta;
  }

  putMeta(bytes: Uint8Array): Promise<void> {
    this.#meta = bytes.slice();
    return Promise.resolve();
  }

  putFrame(firstSequence: number, bytes: Uint8Array): Promise<void> {
    this.#frames.push({ firstSequence, bytes: bytes.slice() });
    return Promise.resolve();
  }

  frameAtOrBefore(sequence: number): StoredFrame | undefined {
    return this.#frames[this.#countUpTo(sequence) - 1];
  }

  frameAfter(sequence: number): StoredFrame | undefined {
    return this.#frames[this.#countUpTo(sequence)];
  }

  removeFramesBefore(sequence: number, limit: number): Promise<number> {
    const count = Math.min(limit, this.#countUpTo(sequence - 1));
    this.#frames.splice(0, count);
    return Promise.resolve(count);
  }

  snapshots(): Promise<number[]> {
    return Promise.resolve([...this.#snapshots.keys()].sort((a, b) => a - b));
  }

  snapshot(sequence: number): Promise<Uint8Array> {
    const bytes = this.#snapshots.get(sequence);
    if (bytes === undefined) return Promise.reject(new Error(`There is no snapshot ${sequence}`));
    return Promise.resolve(bytes);
  }

  putSnapshot(sequence: number, parts: readonly Uint8Array[]): Promise<void> {
    this.#snapshots.set(sequence, Buffer.concat(parts));
    return Promise.resolve();
  }

  removeSnapshot(sequence: number): Promise<void> {
    this.#snapshots.delete(sequence);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many frames begin at or below `sequence`. */
  #countUpTo(sequence: number): number {
    let low = 0;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#frames[middle]?.firstSequence ?? Infinity) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
