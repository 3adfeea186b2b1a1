/** What the command says about values that it does not take: where they stood, what they were, what was expected. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { margincube } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const MARKET = path.join(REPOSITORY, 'examples/market.json');
const BOOK = path.join(REPOSITORY, 'examples/portfolios.json');
const MARGIN = ['margin', '--market', MARKET, '--portfolio', BOOK];

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-'))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('a refused value', () => {
  it.each([
    [
      ['serve', '--insecure-loopback', '--market', MARKET, '--port', '99999'],
      /port: .*65535 but received 99999/,
    ],
    [['serve', '--insecure-loopback', '--market', MARKET, '--workers', '0'], /\bworkers: .*1 but received 0/],
    [
      ['serve', '--check', '--insecure-loopback', '--certificate-check-ms', '5'],
      /certificateCheckMs: .*10 but received 5/,
    ],
    [
      ['serve', '--insecure-loopback', '--port', '0', '--calls-in-flight-max', '0'],
      /callsInFlightMax: .*1 but received 0/,
    ],
    [
      ['serve', '--insecure-loopback', '--port', '0', '--batches-in-flight-max', '17'],
      /batchesInFlightMax: .*16 but received 17/,
    ],
    [
      ['serve', '--insecure-loopback', '--port', '0', '--admitted-bytes-max', '0'],
      /admittedBytesMax: .*1 but received 0/,
    ],
    [
      ['serve', '--insecure-loopback', '--port', '0', '--max-epoch-age-ms', '86400001'],
      /maxEpochAgeMs: .*86400000 but received 86400001/,
    ],
    [['serve', '--insecure-loopback', '--port', '0', '--model', 'derive-pm9'], /model: .*derive-pm9/],
    [[...MARGIN, '--isa', 'v9'], /for isa but received "v9"/],
    [
      [...MARGIN, '--model', 'derive-pm9'],
      /--model: Expected a model .* received "derive-pm9".*closest: derive-pm/,
    ],
    [[...MARGIN, '--model', 'derive-pm2@x'], /closest: derive-pm2@btc-2026-08-20/],
  ])('of %j is named', async (args, message) => {
    const { code, stderr } = args[0] === 'serve' ? margincube(args) : await margincubeHere(args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('is the folder when it holds no chain', async () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    const { code, stderr } = await margincubeHere([
      'import',
      'deribit',
      empty,
      '--out',
      path.join(folder, 'out.json'),
    ]);
    expect(stderr).toContain(`${empty}: Expected .json or .csv files of a chain but received no file`);
    expect(code).toBe(2);
  });

  it('is a key that stands twice in a file', async () => {
    const book = fileOf('twice.json', '{"portfolios": [{"accountId": "a", "accountId": "b"}]}');
    const { code, stderr } = await margincubeHere(['margin', '--market', MARKET, '--portfolio', book]);
    expect(stderr).toContain(`${book}: portfolios[0].accountId: expected each key once`);
    expect(code).toBe(2);
  });

  it('is a parameter that the model does not have, with the closest one', async () => {
    const params = fileOf('params.json', '{"lossFacter": {"initial": 1}}');
    const { code, stderr } = await margincubeHere([...MARGIN, '--model', 'derive-pm2', '--params', params]);
    expect(stderr).toMatch(/parameters\.lossFacter: .*closest: lossFactor/);
    expect(code).toBe(2);
  });
});

describe('a file that is not UTF-8', () => {
  it('is refused: another account would be margined', async () => {
    const book = path.join(folder, 'latin.json');
    writeFileSync(book, Buffer.from('{"portfolios": [{"accountId": "M\xfcller"}]}', 'latin1'));
    const { code, stderr } = await margincubeHere(['margin', '--market', MARKET, '--portfolio', book]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/latin\.json: expected .* in UTF-8/) as string,
    });
  });
});

describe('a file with a byte order mark', () => {
  it('is read like one without', async () => {
    const market = fileOf('bom.json', `\uFEFF${readFileSync(MARKET, 'utf8')}`);
    const marked = await margincubeHere([
      'margin',
      '--market',
      market,
      '--portfolio',
      BOOK,
      '--model',
      'derive-pm2',
    ]);
    const plain = await margincubeHere([...MARGIN, '--model', 'derive-pm2']);
    expect(marked).toEqual(plain);
    expect(plain.stdout).toContain('iron-condor-usdc');
  });
});
