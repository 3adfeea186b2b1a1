import { mkdir } from 'node:fs/promises';
import { lockDirectory } from './directory-lock.js';
import type { DirectoryLock } from './directory-lock.js';
import { failed, refused } from './failed.js';
import type { Journal, JournalEnvironment, JournalOutcome } from './journal.js';
import { LMDB_VERSIONS, LmdbStorage, installedLmdbVersion } from './lmdb-storage.js';
import { openFramedJournal } from './open-framed.js';
import type { OpenOptions } from './open-framed.js';
import type { JournalStorage } from './storage.js';

/** Turns the storage of a directory into another one; tests inject faults here. */
export interface OpenDirectoryOptions extends OpenOptions {
  readonly wrapStorage?: (storage: JournalStorage) => JournalStorage;
}

/**
 * Opens the journal of a directory, or makes a new one. The directory holds `log` (LMDB), `snapshots` and `lock`; one process
 * at a time may have it open.
 */
export async function openDirectoryJournal(
  directory: string,
  environment: JournalEnvironment,
  options: OpenDirectoryOptions = {},
): Promise<JournalOutcome<Journal>> {
  const version = installedLmdbVersion();
  if (!LMDB_VERSIONS.includes(version))
    return refused('INCOMPATIBLE', `Expected lmdb ${LMDB_VERSIONS.join(' or ')} but ${version} is installed`);
  let lock: DirectoryLock | undefined;
  try {
    await mkdir(directory, { recursive: true });
    lock = lockDirectory(directory);
    if (lock === undefined)
      return refused('LOCKED', `Another process, or another journal of this one, has ${directory} open`);
    const storage = releasing(lock, await LmdbStorage.open(directory));
    const wrapped = options.wrapStorage?.(storage) ?? storage;
    return await openFramedJournal(wrapped, environment, options);
  } catch (error) {
    lock?.release();
    const message = error instanceof Error ? error.message : String(error);
    return failed({ reason: 'UNAVAILABLE', message: `${directory}: ${message}` });
  }
}

/** The same storage, which gives up the lock when it is closed. */
function releasing(lock: DirectoryLock, storage: LmdbStorage): JournalStorage {
  const close = storage.close.bind(storage);
  return Object.assign(storage, {
    close: async () => {
      await close();
      lock.release();
    },
  });
}
