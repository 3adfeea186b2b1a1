/** Compiles `src` into `dist` and copies the data files that the compiled modules read; used by `build.mjs` and `ensure-built.mjs`. */
import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inputHash } from './build-stamps.mjs';

const root = path.resolve(import.meta.dirname, '..');

export function buildTypeScript() {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The TypeScript build failed');
  // Everything in `src` that is not TypeScript is data that lies beside its module.
  cpSync(path.join(root, 'src'), path.join(root, 'dist'), {
    recursive: true,
    filter: (source) => !source.endsWith('.ts') && !source.endsWith('.md'),
  });
  // What parts of an end-of-day run say of the program that calculated them.
  writeFileSync(path.join(root, 'dist/sources.sha256'), `${inputHash('ts')}\n`);
}
