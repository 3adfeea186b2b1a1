/**
 * Builds what is missing or stale, and nothing else: `npm start`, `test`, `run bench` and `run conformance` call it first,
 * so that they work right after `npm ci`. Quiet when there is nothing to do. Parts by name as in `build.mjs`.
 */
import { PART_NAMES, inputHash, isFresh, markFresh } from './build-stamps.mjs';

const parts = process.argv.length > 2 ? process.argv.slice(2) : PART_NAMES;

try {
  if (!parts.every(isFresh)) await buildStale();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function buildStale() {
  const { withBuildLock } = await import('./build-lock.mjs');
  await withBuildLock(async () => {
    // Another process may have built it while this one waited.
    for (const part of parts.filter((name) => !isFresh(name))) {
      process.stderr.write(`building ${part === 'native' ? 'the native kernels' : 'dist'} ...\n`);
      const hash = inputHash(part);
      if (part === 'native') await (await import('./native-build.mjs')).buildNative({ quiet: true });
      else (await import('./ts-build.mjs')).buildTypeScript();
      markFresh(part, hash);
    }
  });
}
