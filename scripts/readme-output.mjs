/**
 * `node scripts/readme-output.mjs [--check]`: puts what the command prints below every `<!-- output: ARGUMENTS -->` line of
 * the README, and the results of the benchmarks below `<!-- benchmarks -->`. With `--check` it writes nothing and fails when
 * the README says something else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'README.md');
const results = path.join(root, 'bench/results');

/** A marker line, then the block that was put there before. */
const OUTPUT = /^<!-- output: (.*?) -->\n(?:\n```\n[\s\S]*?\n```\n)?/gm;
const BENCHMARKS = /^<!-- benchmarks -->\n[\s\S]*?(?=\n## )/m;

function commandOutput(args) {
  const { stdout } = spawnSync(process.execPath, ['dist/cli/margincube.js', ...args.split(' ')], {
    cwd: root,
    encoding: 'utf8',
  });
  // Accounts of the other venue are failed rows; the table says enough.
  const [shown] = stdout.trimEnd().split('\n\nfailed account');
  return `\n\`\`\`\n$ margincube ${args}\n${shown}\n\`\`\`\n`;
}

function benchmarkTables() {
  if (!existsSync(results)) return '';
  return readdirSync(results)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => benchmarkTable(JSON.parse(readFileSync(path.join(results, name), 'utf8'))))
    .join('');
}

function benchmarkTable({ suite, machine, isa, commit, results: rows }) {
  const lines = rows.map(
    (row) =>
      `| ${row.id} | ${number(row.value)} ${row.unit} | ${row.baseline ?? '-'} | ${number(row.baselineValue)} | ${number(row.ratio)} | ${row.target ?? '-'} |`,
  );
  const head = '| id | value | baseline | baseline value | ratio | target |\n|---|---|---|---|---|---|';
  return `\n*${suite}: ${machine}; kernels ${isa}, commit ${commit}*\n\n${head}\n${lines.join('\n')}\n`;
}

function number(value) {
  if (value === null) return '-';
  return value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(1)
    : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

const before = readFileSync(file, 'utf8');
const after = before
  .replace(OUTPUT, (_block, args) => `<!-- output: ${args} -->\n${commandOutput(args)}`)
  .replace(BENCHMARKS, () => `<!-- benchmarks -->\n${benchmarkTables()}`);
if (!process.argv.includes('--check')) writeFileSync(file, after);
else if (after !== before) {
  console.error('README.md shows other output than the commands print; run node scripts/readme-output.mjs');
  process.exitCode = 1;
}
