/**
 * `npm run build`: the native libraries into `build/Release`, the TypeScript into `dist`. One part by name: `native` or
 * `ts`.
 */
import { withBuildLock } from './build-lock.mjs';
import { PART_NAMES, inputHash, markFresh } from './build-stamps.mjs';
import { buildNative } from './native-build.mjs';
import { buildTypeScript } from './ts-build.mjs';

const parts = process.argv.length > 2 ? process.argv.slice(2) : PART_NAMES;
const unknown = parts.find((part) => !PART_NAMES.includes(part));

try {
  if (unknown !== undefined) throw new Error(`Expected ${PART_NAMES.join(' or ')} but received "${unknown}"`);
  await withBuildLock(async () => {
    for (const part of parts) {
      const hash = inputHash(part);
      if (part === 'native') await buildNative();
      else buildTypeScript();
      markFresh(part, hash);
    }
  });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
