/** End-of-day runs from end to end: files in, real threads, tables out; the command itself where it is what is tested. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { decimalAmount } from '../../src/batch/decimal-amount.js';
import type { RunRequest } from '../../src/batch/prepare.js';
import type * as Steps from '../../src/batch/steps.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { readMarket } from '../../src/cli/market-file.js';
import { ensureBuilt } from '../support/built.js';
import { margincube, MARGINCUBE, type CommandResult } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-eod-'));
const inFolder = (name: string): string => path.join(folder, name);
const MARKET = path.join(REPOSITORY, 'examples/market.json');
const ACCOUNTS = Number(process.env.MARGINCUBE_EOD_ACCOUNTS ?? 400);
const KILLS = Number(process.env.MARGINCUBE_EOD_KILLS ?? 2);
const SHARDS = Number(process.env.MARGINCUBE_EOD_SHARDS ?? 2);
const OVERRIDES = { draws: { count: 1_000 } };

const market = readMarket(MARKET);
const books = randomAccounts(ACCOUNTS);

/** The compiled steps, whose threads have a compiled entry; in this process, which has the market already. */
let steps: typeof Steps;

beforeAll(async () => {
  ensureBuilt();
  steps = (await import(path.join(REPOSITORY, 'dist/batch/steps.js'))) as typeof Steps;
  writeFileSync(inFolder('params.json'), JSON.stringify(OVERRIDES));
  writeFileSync(inFolder('book.csv'), csvOf(books));
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Books over all settlements of the market, some of one instrument, some of none, some hedged; in the order of no account. */
function randomAccounts(count: number): Portfolio[] {
  const uniform = uniformGenerator(20_261);
  const names = market.table.instruments.filter(({ kind }) => kind !== 'SPOT').map(({ name }) => name);
  return Array.from({ length: count }, (_, index) => {
    const size = index % 97 === 0 ? 0 : Math.ceil(uniform() * 24);
    const held = new Set(
      Array.from({ length: size }, () => names[Math.floor(uniform() * names.length)] ?? ''),
    );
    return {
      accountId: `account-${String(index).padStart(5, '0')}`,
      positions: [...held].map((instrument) => ({
        instrument,
        quantity: Math.round((uniform() - 0.5) * 200) / 10 || 0.1,
      })),
      balances: [
        decimalAmount('USDC', Math.round(uniform() * 1e9) / 1e3),
        decimalAmount('BTC', uniform() - 0.2),
      ],
      openOrders: [],
      mmpGroups: [],
    };
  });
}

function csvOf(portfolios: readonly Portfolio[]): string {
  const rows = portfolios.flatMap(({ accountId, positions, balances }) => [
    ...positions.map(
      ({ instrument, quantity }) => `${accountId},position,${instrument},${String(quantity)},,`,
    ),
    ...balances.map(
      ({ asset, units, decimals }) =>
        `${accountId},collateral,,,${asset},${String(Number(`${units}e-${String(decimals)}`))}`,
    ),
  ]);
  // Rows of an account do not stand together.
  const mixed = rows.filter((_, at) => at % 2 === 0).concat(rows.filter((_, at) => at % 2 === 1));
  return `account_id,kind,instrument,quantity,asset,amount\n${mixed.join('\n')}\n`;
}

function arguments_(out: string, ...more: string[]): string[] {
  return ['--market', MARKET, '--portfolios', inFolder('book.csv'), '--out', inFolder(out), ...more];
}

const ES = ['--model', 'es', '--params'];

function eod(out: string, ...more: string[]): CommandResult {
  return margincube(['eod', ...arguments_(out, ...ES, inFolder('params.json'), ...more)]);
}

/** What `eod(out)` asks of a run. */
function request(out: string, more: Partial<RunRequest> = {}): RunRequest {
  return {
    market,
    models: [unwrap(resolveModel({ name: 'es', overrides: OVERRIDES }))],
    files: { portfolios: inFolder('book.csv') },
    out: inFolder(out),
    workers: 1,
    isa: loadKernels().isa,
    topPositions: 10,
    includeVectors: false,
    allowApproximations: false,
    precision: 'single',
    version: 'test',
    onProgress: () => undefined,
    ...more,
  };
}

function hashes(out: string): Record<string, string> {
  const manifest = JSON.parse(readFileSync(path.join(inFolder(out), 'manifest.json'), 'utf8')) as {
    tables: Record<string, { rows: number; resultHash: string }>;
  };
  return Object.fromEntries(
    Object.entries(manifest.tables).map(([table, { rows, resultHash }]) => [
      table,
      `${String(rows)} ${resultHash}`,
    ]),
  );
}

async function rowsOf(out: string, table: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_parquet('${path.join(inFolder(out), `${table}.parquet`)}')`,
  );
  return reader.getRowObjectsJS();
}

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
    },
  );

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
        await steps.mergeParts(merging, { allowMixedIsa: false, keepParts: false });
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

  it('continues after a kill and gives the same rows', { timeout: 300_000 }, async () => {
    const uniform = uniformGenerator(4);
    for (let kill = 0; kill < KILLS; kill += 1)
      await killed(
        ['eod', ...arguments_('killed', ...ES, inFolder('params.json'), '--of', '5', '--resume')],
        400 + 2_000 * uniform(),
      );
    await steps.runToEnd(request('killed'), true, 5);
    expect(hashes('killed')).toEqual(hashes('one'));
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
        { allowMixedIsa: false, keepParts: false },
      );
      expect(hashes('jobs')).toEqual(hashes('one'));
    },
  );

  it('can be verified, and what was changed is found', { timeout: 120_000 }, () => {
    expect(margincube(['eod', '--verify', inFolder('one')]).code).toBe(0);
    const file = path.join(inFolder('two'), 'accounts.parquet');
    writeFileSync(file, readFileSync(file).subarray(0, 1_000));
    const broken = margincube(['eod', '--verify', inFolder('two')]);
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('accounts.parquet')]);
  });
});

function canMount(): boolean {
  const folderOfMount = mkdtempSync(path.join(tmpdir(), 'margincube-mount-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folderOfMount]).status === 0;
  if (isMounted) spawnSync('umount', [folderOfMount]);
  rmSync(folderOfMount, { recursive: true });
  return isMounted;
}

async function refusal(work: Promise<unknown>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Runs the command and kills it after a while. */
async function killed(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [MARGINCUBE, ...args], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await new Promise((resolve) => child.on('exit', resolve));
  clearTimeout(timer);
}

describe('bad input', () => {
  const good = 'account_id,instrument,quantity\na,BTC-PERPETUAL,1\n';
  it.each([
    [
      'a column is missing',
      'book1.csv',
      'account_id,name,quantity\na,b,1\n',
      /expected the columns account_id, instrument, quantity/,
    ],
    ['a number is none', 'book2.csv', `${good}b,BTC-PERPETUAL,many\n`, /many/],
    [
      'bytes are no UTF-8',
      'book3.csv',
      Buffer.concat([Buffer.from(good), Buffer.from([0x62, 0xff, 0xfe, 0x2c])]),
      /book3\.csv/,
    ],
    ['a Parquet file is cut off', 'book4.parquet', Buffer.from('PAR1 and then nothing'), /book4\.parquet/],
    ['an account has no name', 'book5.csv', `${good},BTC-PERPETUAL,1\n`, /row 2: expected an account_id/],
    ['there are no rows', 'book6.csv', 'account_id,instrument,quantity\n', /at least one account/],
    ['the ending is unknown', 'book7.txt', good, /expected a file named/],
  ])('%s', { timeout: 60_000 }, async (_, name, content, message) => {
    writeFileSync(inFolder(name), content);
    const bad = request(`bad-${name}`, { files: { portfolios: inFolder(name) } });
    const refused = steps.runToEnd(bad, false);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(inFolder(name));
    await expect(refused).rejects.toHaveProperty('name', 'BatchInputError');
  });

  it.each([
    ['cut off in its rows', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['cut off in its footer', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
    ['damaged in its rows', (bytes: Buffer) => Buffer.from(bytes).fill(0xa5, 4, bytes.length >> 1)],
  ])('a Parquet file of positions is %s', { timeout: 60_000 }, async (what, damage) => {
    const connection = await (await DuckDBInstance.create()).connect();
    const [whole, file] = [inFolder('whole.parquet'), inFolder(`${what}.parquet`)];
    await connection.run(
      `COPY (SELECT * FROM read_csv('${inFolder('book.csv')}')) TO '${whole}' (FORMAT parquet)`,
    );
    writeFileSync(file, damage(readFileSync(whole)));
    const problem = await refusal(
      steps.runToEnd(request(`of ${what}`, { files: { portfolios: file } }), false),
    );
    expect([problem?.name, problem?.message]).toEqual(['BatchInputError', expect.stringContaining(file)]);
    expect(readdirSync(inFolder(`of ${what}`)).filter((name) => name.endsWith('.parquet'))).toEqual([]);
  });

  it('ends the command with code 2 and leaves no table', { timeout: 60_000 }, () => {
    const file = inFolder('book-bad.csv');
    writeFileSync(file, 'account_id,name,quantity\na,b,1\n');
    const run = ['--market', MARKET, '--portfolios', file, '--model', 'es', '--out', inFolder('bad')];
    const result = margincube(['eod', ...run]);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(file)]);
    expect(existsSync(path.join(inFolder('bad'), 'accounts.parquet'))).toBe(false);
  });

  it(
    'says that the disk is full, leaves nothing half-written, and finishes when there is room',
    {
      timeout: 120_000,
    },
    async () => {
      // A limit on the size of files stands for the disk: writing beyond it fails as on a full one.
      const command = ['eod', ...arguments_('full', ...ES, inFolder('params.json'), '--of', '2')];
      const limited = spawnSync(
        'bash',
        ['-c', 'trap "" XFSZ; ulimit -f 24; exec "$@"', 'bash', process.execPath, MARGINCUBE, ...command],
        { encoding: 'utf8' },
      );
      expect([limited.status, limited.stderr]).toEqual([1, expect.stringContaining('--resume')]);
      expect(readdirSync(inFolder('full')).filter((name) => name.endsWith('.parquet'))).toEqual([]);
      await steps.runToEnd(request('full'), true);
      expect(hashes('full')).toEqual(hashes('one'));
    },
  );

  it.skipIf(!canMount())(
    'finishes on a disk that is full again and again, whatever is written at the time',
    { timeout: 300_000 },
    async () => {
      const disk = inFolder('disk');
      const stopped: string[] = [];
      mkdirSync(disk);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
      try {
        for (let kibibytes = 16; ; kibibytes += 24) {
          spawnSync('mount', ['-o', `remount,size=${String(kibibytes)}k`, disk]);
          const isBegun = existsSync(inFolder('disk/run/plan.json'));
          const problem = await refusal(steps.runToEnd(request('disk/run'), isBegun, 5));
          if (problem === undefined) break;
          stopped.push(problem.message);
          expect(problem.name).toBe('BatchRunError');
          expect(problem.message).toMatch(/disk\/run\/.*no space left.*--resume/i);
          const names = readdirSync(inFolder('disk/run'));
          expect(names).not.toContain('manifest.json');
          // A table that has its name is whole.
          for (const table of names.flatMap((name) => /^(\w+)\.parquet$/.exec(name)?.[1] ?? []))
            expect(await rowsOf('disk/run', table)).toEqual(await rowsOf('one', table));
        }
        expect(hashes('disk/run')).toEqual(hashes('one'));
        expect(readdirSync(inFolder('disk/run')).filter((name) => name.includes('tmp'))).toEqual([]);
      } finally {
        spawnSync('umount', [disk]);
      }
      // Parts and tables were both among what did not fit.
      expect(stopped.filter((message) => message.includes('/parts/')).length).toBeGreaterThan(0);
      expect(stopped.filter((message) => !message.includes('/parts/')).length).toBeGreaterThan(0);
    },
  );

  it('fails single accounts with the row of the file', { timeout: 120_000 }, async () => {
    const rows = [
      'a,BTC-PERPETUAL,1',
      'b,BTC-PERPETUALL,1',
      'c,BTC-PERPETUAL,1',
      'c,BTC-PERPETUAL,2',
      'd,BTC-PERPETUAL,',
    ];
    writeFileSync(inFolder('odd.csv'), `account_id,instrument,quantity\n${rows.join('\n')}\n`);
    const run = [
      'eod',
      '--market',
      MARKET,
      '--portfolios',
      inFolder('odd.csv'),
      '--model',
      'es',
      '--out',
      inFolder('odd'),
    ];
    expect(margincube([...run, '--params', inFolder('params.json'), '--strict']).code).toBe(1);
    const failures = await rowsOf('odd', 'failures');
    expect(failures.map((row) => [row.account_id, Number(row.row_number), row.reason])).toEqual([
      ['b', 2, 'UNKNOWN_INSTRUMENT'],
      ['c', 4, 'DUPLICATE'],
      ['d', 5, 'INVALID_VALUE'],
    ]);
    expect((await rowsOf('odd', 'accounts')).map((row) => row.account_id)).toEqual(['a']);
  });
});
