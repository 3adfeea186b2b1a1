/**
 * Frames in LMDB, snapshots in files. Writes are asynchronous puts, whose promises resolve after the sync: with
 * `overlappingSync` off a commit is a sync of the data, then of the page that names it, and LMDB's copy on write never
 * touches what the last durable page refers to. Synchronous transactions would hold the event loop for a whole sync.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import { SnapshotDirectory } from './snapshot-directory.js';
import { syncDirectory } from './sync-directory.js';
import type { JournalStorage, StoredFrame } from './storage.js';

/** Versions whose durability was tested (`npm run crash`); two versions on one file abort the process. */
export const LMDB_VERSIONS: readonly string[] = ['3.5.6'];

const META_KEY = 'meta';

export class LmdbStorage implements JournalStorage {
  readonly #root: RootDatabase<Buffer, string>;
  readonly #meta: Database<Buffer, string>;
  readonly #frames: Database<Buffer, number>;
  readonly #snapshots: SnapshotDirectory;

  private constructor(root: RootDatabase<Buffer, string>, snapshots: SnapshotDirectory) {
    this.#root = root;
    this.#meta = root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary' });
    this.#frames = root.openDB<Buffer, number>({ name: 'frames', encoding: 'binary' });
    this.#snapshots = snapshots;
  }

  /** Opens or makes the log of a directory that exists and is locked by the caller. */
  static async open(directory: string): Promise<LmdbStorage> {
    const snapshots = await SnapshotDirectory.open(path.join(directory, 'snapshots'));
    const root = open<Buffer, string>({
      path: path.join(directory, 'log'),
      noSubdir: false,
      encoding: 'binary',
      overlappingSync: false,
    });
    const storage = new LmdbStorage(root, snapshots);
    for (const made of [path.join(directory, 'log'), directory, path.dirname(directory)])
      await syncDirectory(made);
    return storage;
  }

  meta(): Uint8Array | undefined {
    return this.#meta.get(META_KEY);
  }

  putMeta(bytes: Uint8Array): Promise<void> {
    return durable(this.#meta.put(META_KEY, Buffer.from(bytes)));
  }

  putFrame(firstSequence: number, bytes: Uint8Array): Promise<void> {
    return durable(
      this.#frames.put(firstSequence, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
    );
  }

  frameAtOrBefore(sequence: number): StoredFrame | undefined {
    for (const { key, value } of this.#frames.getRange({ start: sequence, reverse: true, limit: 1 }))
      return { firstSequence: key, bytes: value };
    return undefined;
  }

  frameAfter(sequence: number): StoredFrame | undefined {
    for (const { key, value } of this.#frames.getRange({ start: sequence + 1, limit: 1 }))
      return { firstSequence: key, bytes: value };
    return undefined;
  }

  async removeFramesBefore(sequence: number, limit: number): Promise<number> {
    const keys = [...this.#frames.getKeys({ end: sequence, limit })];
    await Promise.all(keys.map((key) => durable(this.#frames.remove(key))));
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

  close(): Promise<void> {
    return this.#root.close();
  }
}

/** The version of the LMDB library that this process loads. */
export function installedLmdbVersion(): string {
  const entry = createRequire(import.meta.url).resolve('lmdb');
  const manifest = path.join(path.dirname(entry), '../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** A write of LMDB with the cause of its failure. */
async function durable(write: Promise<boolean>): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw await causeOf(error);
  }
}

/** The library rejects a failed commit with an error that promises the cause; a cause that never comes is not waited for. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  const cause = Promise.resolve(error.commitError).catch((reason: unknown) => reason);
  const turn = new Promise((resolve) => setImmediate(resolve, error));
  return Promise.race([cause, turn]);
}
