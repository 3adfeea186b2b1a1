/**
 * `npm run bench -- SUITE...`: runs suites one after the other, prints value, baseline and ratio measured in the same run,
 * and writes `bench/results/<suite>.json`, or into the folder `MARGINCUBE_BENCH_RESULTS`. A missed target is shown, and is no
 * error: machines differ.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatSignificant } from '../src/cli/format.js';
import { renderTable } from '../src/cli/table.js';
import type { Column } from '../src/cli/table.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { compareResults, renderChanges } from './lib/compare.js';
import { describeCommit, describeMachine, describeVectorUnits } from './lib/machine.js';
import { meetsTarget } from './lib/result.js';
import type { BenchFile, BenchResult, BenchSuite } from './lib/result.js';

/** The command starts in the root of the repository (`scripts/bench.mjs`). */
const ROOT = process.cwd();
const RESULTS = process.env.MARGINCUBE_BENCH_RESULTS ?? path.join(ROOT, 'bench/results');

async function main(names: readonly string[]): Promise<void> {
  const [first, before, after] = names;
  if (first === '--compare') {
    compare(before, after);
    return;
  }
  const known = suiteNames();
  const unknown = names.filter((name) => !known.includes(name));
  if (names.length === 0 || unknown.length > 0) {
    const problem = unknown.length > 0 ? `No suite ${unknown.join(', ')}. ` : '';
    process.stderr.write(
      `${problem}Usage: npm run bench -- SUITE... | --compare OLD.json NEW.json   suites: ${known.join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  for (const name of names) report(await runSuite(name));
}

/** Prints what changed between two result files; code 1 where something became worse beyond noise. */
function compare(before: string | undefined, after: string | undefined): void {
  if (before === undefined || after === undefined) {
    process.stderr.write('Usage: npm run bench -- --compare OLD.json NEW.json\n');
    process.exitCode = 2;
    return;
  }
  const [old, now] = [readFile(before), readFile(after)];
  const changes = compareResults(old, now);
  process.stdout.write(`${renderChanges(old, now, changes)}\n`);
  if (changes.some(({ verdict: change }) => change === 'worse')) process.exitCode = 1;
}

function readFile(file: string): BenchFile {
  return JSON.parse(readFileSync(file, 'utf8')) as BenchFile;
}

/** Every module beside this one is a suite. */
function suiteNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.js') && file !== path.basename(import.meta.filename))
    .map((file) => file.replace(/\.js$/, ''))
    .sort();
}

async function runSuite(name: string): Promise<BenchFile> {
  const module: unknown = await import(pathToFileURL(path.join(import.meta.dirname, `${name}.js`)).href);
  if (!isSuite(module)) throw new TypeError(`bench/${name}.ts exports no function run()`);
  return {
    suite: name,
    machine: `${describeMachine()}, ${describeVectorUnits()}`,
    isa: loadKernels().isa,
    commit: describeCommit(ROOT),
    results: await module.run(),
  };
}

function isSuite(module: unknown): module is BenchSuite {
  return typeof module === 'object' && module !== null && 'run' in module && typeof module.run === 'function';
}

const COLUMNS: readonly Column<BenchResult>[] = [
  { title: 'id', align: 'left', cell: ({ id }) => id },
  { title: 'value', align: 'right', cell: ({ value }) => formatSignificant(value, 4) },
  { title: 'unit', align: 'left', cell: ({ unit }) => unit },
  { title: 'baseline', align: 'left', cell: ({ baseline }) => baseline ?? '-' },
  { title: 'baseline value', align: 'right', cell: ({ baselineValue }) => optional(baselineValue) },
  { title: 'ratio', align: 'right', cell: ({ ratio }) => optional(ratio) },
  { title: 'target', align: 'left', cell: ({ target }) => target ?? '-' },
  { title: 'met', align: 'left', cell: (result) => verdict(meetsTarget(result)) },
];

function report(file: BenchFile): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path.join(RESULTS, `${file.suite}.json`), `${JSON.stringify(file, null, 2)}\n`);
  process.stdout.write(
    [
      '',
      `suite ${file.suite} on ${file.machine}`,
      `kernels ${file.isa}, commit ${file.commit}`,
      '',
      renderTable(COLUMNS, file.results),
      '',
    ].join('\n'),
  );
}

function optional(value: number | null): string {
  return value === null ? '-' : formatSignificant(value, 4);
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return '-';
  return met ? 'yes' : 'no';
}

await main(process.argv.slice(2));
