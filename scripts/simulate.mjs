/** `npm run simulate [-- SEEDS [FIRST_SEED]]`: the deterministic simulation, 10,000 seeds unless told otherwise. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [seeds = '10000', first = '1'] = process.argv.slice(2);
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/simulation'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MARGINCUBE_SIMULATE: seeds, MARGINCUBE_SIMULATE_SEED: first },
});
process.exitCode = status ?? 1;
