/**
 * `npm run crash [-- SEED]`: the crash tests of the journal in full size, and a table of what was tried and what was lost.
 * Another seed tries other moments.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-crash-report-'));
const report = path.join(folder, 'report.jsonl');
const seed = process.argv[2] ?? '1';

const build = spawnSync(process.execPath, [path.join(root, 'scripts/ensure-built.mjs')], {
  cwd: root,
  stdio: 'inherit',
});
const tests = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/journal/crash.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      MARGINCUBE_CRASH: 'full',
      MARGINCUBE_CRASH_SEED: seed,
      MARGINCUBE_CRASH_REPORT: report,
    },
  },
);

const COLUMNS = ['rounds', 'killed', 'stopped', 'aborted', 'notOpened', 'acknowledged', 'lost'];
console.log(`| seed ${seed} | ${COLUMNS.join(' | ')} | violations |`);
console.log(`| --- | ${COLUMNS.map(() => '--:').join(' | ')} | --: |`);
try {
  for (const line of readFileSync(report, 'utf8').trim().split('\n')) {
    const tally = JSON.parse(line);
    console.log(
      `| ${tally.what} | ${COLUMNS.map((name) => tally[name]).join(' | ')} | ${tally.violations.length} |`,
    );
  }
} catch {
  console.log('No test got as far as its report.');
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = build.status === 0 && tests.status === 0 ? 0 : 1;
