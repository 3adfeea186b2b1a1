/**
 * `node scripts/readme-output.mjs [--benchmarks] [--check]`: puts what the command prints below every `<!-- output: ARGUMENTS -->`
 * line of the README, and the results of the benchmarks below `<!-- benchmarks -->`; with `--benchmarks` only those. With `--check`
 * it writes nothing and fails when the README says something else.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withBenchmarkTables } from './readme-benchmarks.mjs';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'README.md');

/** A marker line, then the block that was put there before. */
const OUTPUT = /^<!-- output: (.*?) -->\n(?:\n```\n[\s\S]*?\n```\n)?/gm;

function commandOutput(args) {
  const { stdout } = spawnSync(process.execPath, ['dist/cli/margincube.js', ...args.split(' ')], {
    cwd: root,
    encoding: 'utf8',
  });
  // Accounts of the other venue are failed rows; the table says enough.
  const [shown] = stdout.trimEnd().split('\n\nfailed account');
  return `\n\`\`\`\n$ margincube ${args}\n${shown}\n\`\`\`\n`;
}

const before = readFileSync(file, 'utf8');
const isOnlyTables = process.argv.includes('--benchmarks');
const shown = isOnlyTables
  ? before
  : before.replace(OUTPUT, (_block, args) => `<!-- output: ${args} -->\n${commandOutput(args)}`);
const after = withBenchmarkTables(shown);
if (!process.argv.includes('--check')) writeFileSync(file, after);
else if (after !== before) {
  console.error('README.md shows other output than the commands print; run node scripts/readme-output.mjs');
  process.exitCode = 1;
}
