import { mkdir } from 'node:fs/promises';
import { lockDirectory } from './directory-lock.js';
import type { DirectoryLock } from './directory-lock.js';
import { failed, refused } from './failed.js';
import type { Journal, JournalEnvironment, JournalOutcome } from './journal.js';
import { LmdbStorage } from './lmdb-storage.js';
import { LMDB_VERSIONS, installedLmdbVersion } from './lmdb-version.js';
import { openFramedJournal } from './open-framed.js';
import type { OpenOptions } from './open-framed.js';

/**
 * Opens the journal of a directory, or makes a new one. The directory holds `log` (LMDB), `snapshots` and `lock`; one process
 * at a time may have it open.
 */
export async function openDirectoryJournal(
  directory: string,
  environment: JournalEnvironment,
  options: OpenOptions = {},
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
    const storage = await LmdbStorage.open(directory, lock);
    return await openFramedJournal(storage, environment, options);
  } catch (error) {
    lock?.release();
    const message = error instanceof Error ? error.message : String(error);
    return failed({ reason: 'UNAVAILABLE', message: `${directory}: ${message}` });
  }
}
