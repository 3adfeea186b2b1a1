/**
 * Frames in LMDB, snapshots in files. Writes are asynchronous puts, whose promises resolve after the sync: with
 * `overlappingSync` off a commit is a sync of the data, then of the page that names it, and LMDB's copy on write never
 * touches what the last durable page refers to. Synchronous transactions would hold the event loop for a whole sync.
 *
 * After a write that fails the library's own reads may be stale or hang, and its error path can abort the process (`npm run
 * crash` counts how often). So the environment is not touched again: a copy of its file is opened for reading, and the lock of
 * the directory is kept until the process ends.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import type { DirectoryLock } from './directory-lock.js';
import { durablePut } from './lmdb-put.js';
import { SnapshotDirectory } from './snapshot-directory.js';
import { syncDirectory } from './sync-directory.js';
import type { JournalStorage, StoredFrame } from './storage.js';

const META_KEY = 'meta';
const DATA_FILE = 'data.mdb';

interface Environment {
  readonly root: RootDatabase<Buffer, string>;
  readonly meta: Database<Buffer, string>;
  readonly frames: Database<Buffer, number>;
}

function openEnvironment(directory: string, readOnly: boolean): Environment {
  const root = open<Buffer, string>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    readOnly,
    overlappingSync: false,
    // Batching by turns makes a promise of its own that nobody can handle when a commit fails; a frame is one put anyway.
    eventTurnBatching: false,
  });
  return {
    root,
    meta: root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary' }),
    frames: root.openDB<Buffer, number>({ name: 'frames', encoding: 'binary' }),
  };
}

export class LmdbStorage implements JournalStorage {
  readonly #directory: string;
  readonly #snapshots: SnapshotDirectory;
  readonly #lock: DirectoryLock;
  readonly #writing: Environment;
  /** Where reads go; undefined when a write failed and the copy cannot be read either. */
  #reading: Environment | undefined;
  #failure: Promise<void> | undefined;
  #copyDirectory: string | undefined;

  private constructor(directory: string, snapshots: SnapshotDirectory, lock: DirectoryLock) {
    this.#directory = directory;
    this.#snapshots = snapshots;
    this.#lock = lock;
    this.#writing = openEnvironment(directory, false);
    this.#reading = this.#writing;
  }

  /** Opens or makes the log of a directory that exists. The lock is released when the storage is closed. */
  static async open(directory: string, lock: DirectoryLock): Promise<LmdbStorage> {
    const snapshots = await SnapshotDirectory.open(path.join(directory, 'snapshots'));
    const log = path.join(directory, 'log');
    const storage = new LmdbStorage(log, snapshots, lock);
    for (const made of [log, directory, path.dirname(directory)]) await syncDirectory(made);
    return storage;
  }

  meta(): Uint8Array | undefined {
    return this.#readable().meta.get(META_KEY);
  }

  putMeta(bytes: Uint8Array): Promise<void> {
    return this.#put(() => this.#writing.meta.put(META_KEY, Buffer.from(bytes)));
  }

  putFrame(firstSequence: number, bytes: Uint8Array): Promise<void> {
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#put(() => this.#writing.frames.put(firstSequence, value));
  }

  frameAtOrBefore(sequence: number): StoredFrame | undefined {
    const range = { start: sequence, reverse: true, limit: 1 };
    for (const { key, value } of this.#readable().frames.getRange(range))
      return { firstSequence: key, bytes: value };
    return undefined;
  }

  frameAfter(sequence: number): StoredFrame | undefined {
    const range = { start: sequence + 1, limit: 1 };
    for (const { key, value } of this.#readable().frames.getRange(range))
      return { firstSequence: key, bytes: value };
    return undefined;
  }

  async removeFramesBefore(sequence: number, limit: number): Promise<number> {
    const keys = [...this.#readable().frames.getKeys({ end: sequence, limit })];
    await Promise.all(keys.map((key) => this.#put(() => this.#writing.frames.remove(key))));
    return keys.length;
  }

  snapshots(): Promise<number[]> {
    return this.#snapshots.sequences();
  }

  snapshot(sequence: number): Promise<Uint8Array> {
    return this.#snapshots.read(sequence);
  }

  putSnapshot(sequence: number, parts: readonly Uint8Array[]): Promise<void> {
    return this.#snapshots.write(sequence, parts);
  }

  removeSnapshot(sequence: number): Promise<void> {
    return this.#snapshots.remove(sequence);
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      await this.#writing.root.close();
      this.#lock.release();
      return;
    }
    await this.#failure;
    await this.#reading?.root.close();
    if (this.#copyDirectory !== undefined) await rm(this.#copyDirectory, { recursive: true, force: true });
  }

  async #put(put: () => Promise<boolean>): Promise<void> {
    try {
      if (this.#hasFailed()) throw new Error('An earlier write failed');
      await durablePut(put());
      // The copy that is read since the failure may not have this one.
      if (this.#hasFailed()) throw new Error('A write beside this one failed');
    } catch (error) {
      this.#failure ??= this.#readFromCopy();
      await this.#failure;
      throw error;
    }
  }

  #hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  async #readFromCopy(): Promise<void> {
    this.#reading = undefined;
    try {
      this.#copyDirectory = await mkdtemp(path.join(os.tmpdir(), 'margincube-journal-'));
      await copyFile(path.join(this.#directory, DATA_FILE), path.join(this.#copyDirectory, DATA_FILE));
      this.#reading = openEnvironment(this.#copyDirectory, true);
    } catch {
      // Then nothing is read until the process starts again; `#readable` says so.
    }
  }

  #readable(): Environment {
    if (this.#reading !== undefined) return this.#reading;
    throw new Error('A write failed, and the log could not be opened again for reading');
  }
}
