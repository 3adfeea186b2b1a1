/** What end-of-day runs refuse, and what stops them: bad files, bad rows, full disks. */
import { spawnSync } from 'node:child_process';
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
import type * as Steps from '../../src/batch/steps.js';
import { margincube, MARGINCUBE } from '../support/command.js';
import {
  arguments_,
  eod,
  ES,
  hashes,
  inFolder,
  MARKET,
  openSteps,
  removeFiles,
  request,
  rowsOf,
} from '../support/eod-venue.js';

let steps: typeof Steps;

beforeAll(async () => {
  steps = await openSteps();
  await steps.runToEnd(request('one'), false);
}, 300_000);

afterAll(removeFiles);

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
    [
      'an account has no name',
      'book5.csv',
      `${good},BTC-PERPETUAL,1\n`,
      /row 2 \(line 3\): expected 1 to 128 characters for the column account_id/,
    ],
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
    expect(existsSync(inFolder(`of ${what}`))).toBe(false);
  });

  it.each([
    ['a run', () => steps.runToEnd(request('mended'), false)],
    ['a run that resumes what there is', () => steps.runToEnd(request('mended'), true)],
  ])('leaves nothing in the folder of %s', { timeout: 60_000 }, async (_, again) => {
    // The reader meets the amount behind the plan: accounts are numbered by their names alone.
    const collateral = inFolder('cash.csv');
    const bad = request('mended', { files: { portfolios: inFolder('book.csv'), collateral } });
    writeFileSync(collateral, 'account_id,asset,amount\na,BTC,lots\n');
    const refused = await refusal(steps.runToEnd(bad, false));
    expect(refused?.message).toBe(
      `${collateral}: row 1 (line 2): expected a number for the column amount but received "lots"`,
    );
    expect(existsSync(bad.out)).toBe(false);
    mkdirSync(bad.out);
    writeFileSync(path.join(bad.out, 'note.txt'), 'of somebody else');
    expect((await refusal(steps.runToEnd(bad, true)))?.name).toBe('BatchInputError');
    expect(readdirSync(bad.out)).toEqual(['note.txt']);
    await again();
    expect(hashes('mended')).toEqual(hashes('one'));
    rmSync(bad.out, { recursive: true });
  });

  it('ends the command with code 2 and leaves no table', { timeout: 60_000 }, () => {
    const file = inFolder('book-bad.csv');
    writeFileSync(file, 'account_id,name,quantity\na,b,1\n');
    const run = ['--market', MARKET, '--portfolios', file, '--model', 'es', '--out', inFolder('bad')];
    const result = margincube(['eod', ...run]);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(file)]);
    expect(existsSync(path.join(inFolder('bad'), 'accounts.parquet'))).toBe(false);
  });

  it.each([
    ['a file stands where the folder should', 'note', [], /note: cannot make the folder: .*\n$/],
    ['a file stands above the folder', 'note/out', [], /out: cannot make the folder: .*\n$/],
    [
      'a run should have no shards',
      'none',
      ['--of', '0'],
      /^margincube: --of: expected at least 1 but received 0\n$/,
    ],
    [
      'a run should have more threads than a machine',
      'none',
      ['--workers', '9999'],
      /^margincube: --workers: expected 1 to 256 but received 9999\n$/,
    ],
  ])('%s', { timeout: 60_000 }, (_, out, more, message) => {
    writeFileSync(inFolder('note'), 'of somebody else');
    const result = eod(out, ...more);
    expect([result.code, result.stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(readFileSync(inFolder('note'), 'utf8')).toBe('of somebody else');
    expect(existsSync(inFolder('none'))).toBe(false);
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

  it.each(['csv', 'json', 'parquet'])(
    'fails single accounts with the file of the row, collateral from %s',
    { timeout: 120_000 },
    async (format) => {
      const name = `rows-of-${format}`;
      const portfolios = inFolder(`${name}.csv`);
      const positions = [
        'a,position,BTC-PERPETUAL,1,,',
        'b,position,BTC-PERPETUALL,1,,',
        'c,collateral,,,BTC,1',
      ];
      writeFileSync(
        portfolios,
        `account_id,kind,instrument,quantity,asset,amount\n${positions.join('\n')}\n`,
      );
      const connection = await (await DuckDBInstance.create()).connect();
      const collateral = inFolder(`${name}-cash.${format}`);
      await connection.run(
        `COPY (SELECT * FROM (VALUES ('d', 'BTC', 1), ('c', 'BTC', 2), ('d', 'USDC', 1), ('d', 'BTC', 3)) t(account_id, asset, amount))
         TO '${collateral}' (FORMAT ${format})`,
      );
      await steps.runToEnd(request(name, { files: { portfolios, collateral } }), false);
      const failures = await rowsOf(name, 'failures');
      expect(
        failures.map((row) => [row.account_id, row.file, Number(row.row_number), row.field, row.reason]),
      ).toEqual([
        ['b', 'portfolios', 2, 'positions[0].instrument', 'UNKNOWN_INSTRUMENT'],
        ['c', 'collateral', 2, 'balances[1].asset', 'DUPLICATE'],
        ['d', 'collateral', 4, 'balances[2].asset', 'DUPLICATE'],
      ]);
    },
  );
});
