/** One process per journal directory: a lock that the kernel drops when the process ends, however it ends. */
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { packageRoot } from '../package-root.js';

interface FileLockAddon {
  /** True when this process holds the lock now, false when another open file holds it. */
  tryLock(fd: number): boolean;
}

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock of a directory; undefined when somebody holds it, be it this process.
 *
 * @throws {Error} when the lock file cannot be opened, or the native library is not built (`npm run build:native`).
 */
export function lockDirectory(directory: string): DirectoryLock | undefined {
  const library = path.join(packageRoot(), 'build/Release/file_lock.node');
  const addon = createRequire(import.meta.url)(library) as FileLockAddon;
  const fd = openSync(path.join(directory, 'lock'), 'a');
  try {
    if (addon.tryLock(fd)) {
      return {
        release: () => {
          closeSync(fd);
        },
      };
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}
