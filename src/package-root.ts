/** Where this package stands on disk. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_NAME = 'margincube';

/**
 * Nearest folder above this module that holds the package: the same from `src`, from `dist` and from a build of a bench.
 *
 * @throws {Error} when the module was copied out of its package.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  for (;;) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) {
      const description: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const named = typeof description === 'object' && description !== null && 'name' in description;
      if (named && description.name === PACKAGE_NAME) return folder;
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json of ${PACKAGE_NAME} above ${import.meta.dirname}`);
    folder = parent;
  }
}
