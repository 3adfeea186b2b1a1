/**
 * Compiles the suites of `bench` with the sources they measure into `build/bench`. Node 20 does not strip types, so that a suite must
 * be compiled like everything else; whether its types are right is for `npm run lint` to say.
 */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build/bench');

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('scripts/ensure-built.mjs');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json', '--noCheck');
// Data files beside the sources (parameter sets), and the contract beside `src`, where the compiled modules look for them.
cpSync(path.join(root, 'src'), path.join(out, 'src'), {
  recursive: true,
  filter: (source) => !source.endsWith('.ts') && !source.endsWith('.md'),
});
cpSync(path.join(root, 'proto'), path.join(out, 'proto'), { recursive: true });
