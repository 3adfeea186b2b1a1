/** Builds the native libraries with the installed node-gyp; used by `build.mjs` and `ensure-built.mjs`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { ensureEigen } from './eigen.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** @param {{ quiet?: boolean }} [options] quiet: the compiler's output is shown only when it fails. */
export async function buildNative({ quiet = false } = {}) {
  const source = await ensureEigen();
  if (!quiet) console.log(`Eigen headers: ${source}`);
  const gyp = path.join(
    path.dirname(createRequire(import.meta.url).resolve('node-gyp/package.json')),
    'bin/node-gyp.js',
  );
  const args = [gyp, 'configure', 'build', `--jobs=${os.availableParallelism()}`];
  // Headers that lie beside the running Node spare a download and always fit.
  const prefix = path.resolve(process.execPath, '../..');
  if (existsSync(path.join(prefix, 'include/node/node_api.h'))) args.push(`--nodedir=${prefix}`);
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
  });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  throw new Error(
    'The native build failed. It needs a C++17 compiler (g++ >= 10 or clang >= 12), make and Python 3, ' +
      'for example: apt-get install g++ make python3',
  );
}
