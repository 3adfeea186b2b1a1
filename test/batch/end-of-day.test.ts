/** End-of-day runs from end to end: files in, real threads, tables out; the command itself where it is what is tested. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { NO_MIXTURES } from '../../src/batch/mixtures.js';
import { COLUMNS } from '../../src/batch/output/tables.js';
import type { Progress } from '../../src/batch/prepare.js';
import type * as Steps from '../../src/batch/steps.js';
import { unwrap } from '../../src/domain/outcome.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { margincube, MARGINCUBE } from '../support/command.js';
import {
  ACCOUNTS,
  arguments_,
  books,
  bytesOf,
  eod,
  ES,
  hashes,
  inFolder,
  market,
  openSteps,
  OVERRIDES,
  removeFiles,
  request,
  rowsOf,
} from '../support/eod-venue.js';
import { REPOSITORY } from '../support/folders.js';

const KILLS = Number(process.env.MARGINCUBE_EOD_KILLS ?? 2);
const SHARDS = Number(process.env.MARGINCUBE_EOD_SHARDS ?? 2);

let steps: typeof Steps;

beforeAll(async () => {
  steps = await openSteps();
}, 300_000);

afterAll(removeFiles);

describe('a run', () => {
  it('gives the bits of the engine', { timeout: 300_000 }, async () => {
    const result = eod('one', '--workers', '1');
    expect(result.stderr + result.stdout).toContain('0 failed');
    expect(result.code).toBe(0);
    const engine = new MarginEngine(loadKernels());
    const model = unwrap(resolveModel({ name: 'es', overrides: OVERRIDES }));
    const rows = new Map((await rowsOf('one', 'accounts')).map((row) => [row.account_id, row]));
    expect(rows.size).toBe(ACCOUNTS);
    const options = { ...DEFAULT_REPORT_OPTIONS, includeContributions: true };
    const outcomes = engine.calculate({ model, market, portfolios: books.slice(0, 200), options });
    for (const [index, outcome] of outcomes.entries()) {
      const report = unwrap(outcome);
      const row = rows.get(books[index]?.accountId);
      expect([
        ...[row?.equity, row?.mark_to_market, row?.initial_margin, row?.maintenance_margin],
        ...[row?.value_at_risk, row?.expected_shortfall],
        ...[row?.worst_scenario, row?.worst_scenario_pnl],
      ]).toEqual([
        ...[report.equity, report.markToMarket, report.initialMargin, report.maintenanceMargin],
        ...[report.tailStatistics?.valueAtRisk, report.tailStatistics?.expectedShortfall].map(
          (x) => (x ?? NaN) + 0,
        ),
        ...[report.bindingScenario?.label ?? null, report.bindingScenario?.pnl ?? null],
      ]);
    }
  });

  it(
    'gives the same rows for two workers, for double precision and for shards',
    { timeout: 300_000 },
    async () => {
      const expected = hashes('one');
      await steps.runToEnd(request('two', { workers: 2 }), false);
      expect(hashes('two')).toEqual(expected);
      expect(summaryOf('two')).toBe(summaryOf('one'));
      // One thread takes seven shards one after the other, in the memory of the one before.
      await steps.runToEnd(request('reused', { workers: 1 }), false, 7);
      expect(hashes('reused')).toEqual(expected);
      expect(summaryOf('reused')).toBe(summaryOf('one'));
      await steps.runToEnd(request('double', { precision: 'double', topPositions: 0 }), false);
      expect(hashes('double').components).toBe(expected.components);
      const shard = [...arguments_('array', ...ES, inFolder('params.json')), '--of', '3'];
      await steps.planRun(request('array'), 3);
      for (const index of [2, 0]) expect(await steps.runShard(request('array'), index, 3)).toBe(0);
      const early = margincube(['eod', 'merge', '--out', inFolder('array')]);
      expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('1 of 3 shards are missing')]);
      expect(margincube(['eod', 'shard', ...shard], { JOB_COMPLETION_INDEX: '1' }).code).toBe(0);
      expect(margincube(['eod', 'merge', '--out', inFolder('array')]).code).toBe(0);
      expect(hashes('array')).toEqual(expected);
      await expect(steps.planRun(request('array'), 4)).rejects.toThrow(
        'plan.json: expected 3 shards as planned but received 4',
      );
    },
  );

  it('reads and writes the files that are named, whatever their names', { timeout: 300_000 }, async () => {
    const portfolios = inFolder('book[1].csv');
    copyFileSync(inFolder('book.csv'), portfolios);
    // What the names would mean as patterns.
    writeFileSync(inFolder('book1.csv'), 'account_id,instrument,quantity\nother,BTC-PERP,1\n');
    cpSync(inFolder('one'), inFolder('run1'), { recursive: true });
    rmSync(inFolder('run1/accounts.parquet'));
    await steps.runToEnd(request('run[1]', { files: { portfolios } }), false);
    expect(hashes('run[1]')).toEqual(hashes('one'));
    expect(margincube(['eod', '--verify', inFolder('run[1]')]).code).toBe(0);
  });

  it(
    'gives the same rows for a file in the order of the accounts and for one that is not',
    { timeout: 300_000 },
    async () => {
      const connection = await (await DuckDBInstance.create()).connect();
      const csv = `read_csv('${inFolder('book.csv')}')`;
      for (const [name, order] of [
        ['sorted', 'account_id, row'],
        ['mixed', 'hash(account_id, instrument, asset)'],
        // In order but for the first row, which comes last.
        ['almost', 'row_number() OVER (ORDER BY account_id, row) = 1, account_id, row'],
      ] as const) {
        await connection.run(
          `COPY (SELECT * EXCLUDE (row) FROM (SELECT row_number() OVER () AS row, * FROM ${csv}) ORDER BY ${order})
         TO '${inFolder(`${name}.parquet`)}' (FORMAT parquet)`,
        );
        const files = { portfolios: inFolder(`${name}.parquet`) };
        await steps.planRun(request(name, { files }), 2);
        // One after the other: each reads its own accounts only.
        for (const index of [0, 1]) expect(await steps.runShard(request(name, { files }), index, 2)).toBe(0);
        const plan = steps.planOf(inFolder(name));
        const merging = { connection: await steps.openDuck(1, inFolder('spill')), out: inFolder(name), plan };
        await steps.mergeParts(merging, { allowed: NO_MIXTURES, keepParts: false });
        expect(hashes(name)).toEqual(hashes('one'));
      }
    },
  );

  it('writes the rows of several models by account, then by model', { timeout: 120_000 }, async () => {
    const models = ['bybit-pm', 'es'].map((name) => unwrap(resolveModel({ name })));
    await steps.runToEnd(
      request('models', { models, files: { portfolios: path.join(REPOSITORY, 'examples/end-of-day.csv') } }),
      false,
      2,
    );
    const key = (row: Record<string, unknown>): string => `${String(row.account_id)} ${String(row.model)}`;
    for (const table of ['accounts', 'components', 'contributions']) {
      const keys = (await rowsOf('models', table)).map(key);
      expect(new Set(keys).size).toBeGreaterThan(10);
      expect(keys).toEqual([...keys].sort());
    }
    const kinds = (await rowsOf('models', 'components')).map(({ kind }) => kind);
    expect(kinds).toEqual(kinds.map((_, at) => (at % 2 === 0 ? 'initial' : 'maintenance')));
  });

  it('says in every table what it is, and in which units', { timeout: 120_000 }, async () => {
    const { run_hash: runHash } = JSON.parse(summaryOf('one')) as { run_hash: string };
    const connection = await (await DuckDBInstance.create()).connect();
    for (const [table, columns] of Object.entries(COLUMNS)) {
      if (table === 'scenarios') continue;
      const file = path.join(inFolder('one'), `${table}.parquet`);
      const reader = await connection.runAndReadAll(
        `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}')`,
      );
      const said = Object.fromEntries(reader.getRowsJS().map(([key, value]) => [key, value])) as Record<
        string,
        string
      >;
      expect(said).toMatchObject({
        'margincube.table': table,
        'margincube.run_hash': runHash,
        'margincube.market_hash': market.hash,
        'margincube.epoch': String(market.epoch),
        'margincube.isa': request('one').isa,
      });
      expect(JSON.parse(said['margincube.models'] ?? '')).toMatchObject([{ label: 'es', id: 'es' }]);
      // Every column of numbers has a unit, and no other.
      const units = JSON.parse(said['margincube.units'] ?? '') as Record<string, string>;
      expect(Object.keys(units)).toEqual(
        columns.filter(([, type]) => type !== 'VARCHAR').map(([name]) => name),
      );
    }
  });

  it('tells progress and preselection of several models', { timeout: 120_000 }, async () => {
    const [one, two] = [1_000, 2_000].map((count) =>
      unwrap(resolveModel({ name: 'es', overrides: { draws: { count } } })),
    );
    if (one === undefined || two === undefined) throw new TypeError('expected two models');
    const told: Progress[] = [];
    const { preselection } = await steps.runToEnd(
      request('progress', {
        models: [one, { ...two, parameterSet: 'other' }],
        onProgress: (progress) => told.push(progress),
      }),
      false,
    );
    for (const stage of ['cube', 'margin'] as const) {
      const own = told.filter((progress) => progress.stage === stage);
      expect(own.map(({ done }) => done)).toEqual(own.map(({ done }) => done).sort((a, b) => a - b));
      expect(new Set(own.map(({ total }) => total)).size).toBe(1);
      expect(own.at(-1)?.done).toBe(own.at(-1)?.total);
      expect(own.filter(({ done, total }) => done === total).length).toBe(1);
    }
    expect(told.find(({ stage }) => stage === 'cube')?.total).toBe(2 * market.table.instruments.length);
    // The tails of 1,000 and 2,000 scenarios at 99 %, and what lies too near their ends to tell in single precision.
    const { accounts = 0, candidates = 0, largest = 0 } = preselection ?? {};
    expect(accounts).toBeGreaterThan(1.9 * ACCOUNTS);
    expect(accounts).toBeLessThanOrEqual(2 * ACCOUNTS);
    expect(candidates / accounts).toBeGreaterThanOrEqual((10 + 20) / 2);
    expect(candidates / accounts).toBeLessThan(20);
    expect(largest).toBeGreaterThanOrEqual(20);
    expect(JSON.parse(eod('as-json', '--json').stdout)).toMatchObject({
      preselection: { accounts: expect.any(Number) as number, candidates: expect.any(Number) as number },
    });
  });

  it('continues after a kill and gives the same files', { timeout: 300_000 }, async () => {
    const uniform = uniformGenerator(4);
    const command = ['eod', ...arguments_('killed', ...ES, inFolder('params.json'), '--of', '5', '--resume')];
    for (let kill = 0; kill < KILLS; kill += 1)
      await killed([...command, '--workers', String(1 + (kill % 3))], 400 + 2_000 * uniform());
    expect(margincube(command).code).toBe(0);
    expect(hashes('killed')).toEqual(hashes('one'));
    expect(eod('undisturbed', '--of', '5', '--workers', '1').code).toBe(0);
    expect(bytesOf('killed')).toEqual(bytesOf('undisturbed'));
    expect(Object.keys(bytesOf('killed'))).toEqual([
      ...['accounts.parquet', 'components.parquet', 'contributions.parquet', 'failures.parquet'],
      ...['manifest.json', 'plan.json', 'summary.json'],
    ]);
    await expect(steps.runToEnd(request('killed'), false)).rejects.toThrow(/--resume/);
  });

  // Skipped where GNU parallel is not installed.
  it.skipIf(spawnSync('parallel', ['--version']).status !== 0)(
    'divides among jobs of GNU parallel, the first of each shard killed on its way',
    { timeout: 300_000 },
    async () => {
      const uniform = uniformGenerator(7);
      await steps.planRun(request('jobs'), SHARDS);
      const shard = ['eod', 'shard', ...arguments_('jobs', ...ES, inFolder('params.json'))];
      const command = [process.execPath, MARGINCUBE, ...shard, '--of', String(SHARDS), '--index'];
      const afterSeconds = Array.from({ length: SHARDS }, () => (0.3 + 1.5 * uniform()).toFixed(2));
      const script = [
        `after=(${afterSeconds.join(' ')})`,
        `killed='${inFolder('killed-')}'$1`,
        `[ -e "$killed" ] || { touch "$killed"; exec timeout -s KILL "\${after[$1]}" ${command.join(' ')} "$1"; }`,
        `exec ${command.join(' ')} "$1"`,
      ];
      writeFileSync(inFolder('job.sh'), `${script.join('\n')}\n`);
      const jobs = ['--jobs', '2', '--retries', '3', 'bash', inFolder('job.sh'), '{}', ':::'];
      const ran = spawnSync('parallel', [...jobs, ...afterSeconds.keys()].map(String), { encoding: 'utf8' });
      expect([ran.status, ran.stderr.includes('margincube:')]).toEqual([0, false]);
      await steps.mergeParts(
        {
          connection: await steps.openDuck(1, inFolder('spill')),
          out: inFolder('jobs'),
          plan: steps.planOf(inFolder('jobs')),
        },
        { allowed: NO_MIXTURES, keepParts: false },
      );
      expect(hashes('jobs')).toEqual(hashes('one'));
    },
  );

  it('can be verified', { timeout: 120_000 }, () => {
    expect(margincube(['eod', '--verify', inFolder('one')]).code).toBe(0);
    const file = path.join(inFolder('two'), 'accounts.parquet');
    writeFileSync(file, readFileSync(file).subarray(0, 1_000));
    const broken = margincube(['eod', '--verify', inFolder('two')]);
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('accounts.parquet')]);
  });
});

const summaryOf = (out: string): string => readFileSync(inFolder(`${out}/summary.json`), 'utf8');

/** Runs the command and kills it after a while. */
async function killed(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [MARGINCUBE, ...args], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await new Promise((resolve) => child.on('exit', resolve));
  clearTimeout(timer);
}
