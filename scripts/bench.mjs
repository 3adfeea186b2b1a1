/** `npm run bench -- SUITE...`: compiles the suites (`bench-build.mjs`) and runs them. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('scripts/bench-build.mjs');
run('--expose-gc', 'build/bench/bench/run.js', ...process.argv.slice(2));
