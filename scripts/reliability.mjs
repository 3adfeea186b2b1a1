/** `npm run reliability [-- NAME …]`: the tests of the service at full size, one after the other; some hours. Names are those below. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const RUNS = {
  load: ['test/e2e/load-suites.test.ts', '-t', 'suite (load|overload)'],
  soak: ['test/e2e/load-suites.test.ts', '-t', 'suite soak'],
  overload: ['test/e2e/overload.test.ts'],
  readers: ['test/e2e/stream-readers.test.ts'],
  losses: ['test/e2e/service-losses.test.ts'],
  security: ['security', 'account-walking', 'method-roles'].map((name) => `test/e2e/${name}.test.ts`),
  epochs: ['test/e2e/epoch-swaps.test.ts'],
  fuzz: ['test/e2e/fuzz.test.ts'],
};

const root = path.resolve(import.meta.dirname, '..');
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
const env = {
  ...process.env,
  MARGINCUBE_SERVICE: 'full',
  MARGINCUBE_EPOCH_SWAPS: 'full',
  MARGINCUBE_FUZZ: 'full',
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(RUNS, name));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(', ')}; expected of ${Object.keys(RUNS).join(', ')}\n`);
  process.exit(2);
}
const failed = [];
for (const [name, args] of Object.entries(RUNS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
