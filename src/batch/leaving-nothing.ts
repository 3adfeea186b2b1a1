import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { BatchInputError } from './batch-error.js';
import { spillFolder } from './duck.js';
import { partsFolder } from './parts.js';

/**
 * Removes what a run has put into its folder where its input turns out to be bad, so that the mended input finds the folder as it
 * was. Nothing is removed that was there before.
 */
export async function leavingNothing<T>(out: string, run: () => Promise<T>): Promise<T> {
  const wasThere = existsSync(out);
  const own = [path.join(out, 'plan.json'), partsFolder(out), spillFolder(out)].filter(
    (item) => !existsSync(item),
  );
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof BatchInputError)) throw error;
    // What cannot be removed, as below a file that stands where the folder should, does not hide what is wrong.
    for (const item of own) await rm(item, { recursive: true, force: true }).catch(() => undefined);
    // A folder that somebody else has put something into stays.
    if (!wasThere) await rmdir(out).catch(() => undefined);
    throw error;
  }
}
