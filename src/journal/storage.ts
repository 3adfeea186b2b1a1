/**
 * What a log needs from a disk: frames by their first sequence number, one meta record, snapshots. Everything is bytes, and
 * every promise resolves when the bytes are durable. The simulations put their own disk here.
 */
export interface StoredFrame {
  readonly firstSequence: number;
  readonly bytes: Uint8Array;
}

export interface JournalStorage {
  /** The meta record; undefined in a new storage. */
  meta(): Uint8Array | undefined;
  putMeta(bytes: Uint8Array): Promise<void>;
  /** All of the frame or nothing of it. Frames arrive one at a time, in ascending order. */
  putFrame(firstSequence: number, bytes: Uint8Array): Promise<void>;
  /** The frame with the largest first sequence that is not above `sequence`. The bytes belong to the caller. */
  frameAtOrBefore(sequence: number): StoredFrame | undefined;
  /** The frame with the smallest first sequence that is above `sequence`. */
  frameAfter(sequence: number): StoredFrame | undefined;
  /** Removes frames whose first sequence is below; at most `limit` of them. Resolves to how many it removed. */
  removeFramesBefore(sequence: number, limit: number): Promise<number>;
  /** Sequences of the snapshots, ascending, intact or not. */
  snapshots(): Promise<number[]>;
  snapshot(sequence: number): Promise<Uint8Array>;
  /** All of the snapshot or nothing of it, given as parts that belong together. */
  putSnapshot(sequence: number, parts: readonly Uint8Array[]): Promise<void>;
  removeSnapshot(sequence: number): Promise<void>;
  close(): Promise<void>;
}
