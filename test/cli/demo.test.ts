/** What `npm start` shows, and the sample files that it shows it on. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { MarginClient } from '../../src/client/index.js';
import { portfolioFromJson } from '../../src/wire/documents.js';
import { MARGINCUBE, margincube } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';
import { startServing } from '../support/serving-process.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-demo-'));
const SAMPLE_MARKET = path.join(REPOSITORY, 'examples/market.json');
const SAMPLE_BOOK = path.join(REPOSITORY, 'examples/portfolios.json');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** One margin of the sample straddle over gRPC. */
async function callOnce(address: string): Promise<string | undefined> {
  const { portfolios } = JSON.parse(readFileSync(SAMPLE_BOOK, 'utf8')) as { portfolios: unknown[] };
  const client = new MarginClient(address);
  try {
    const calculation = { model: { name: 'deribit-pm' } };
    const { report } = await client.calculateMargin(calculation, unwrap(portfolioFromJson(portfolios[0])));
    return report?.accountId;
  } finally {
    client.close();
  }
}

describe('the sample files', () => {
  it('are what their generator writes', () => {
    execFileSync(process.execPath, [path.join(REPOSITORY, 'examples/generate.mjs'), folder]);
    for (const name of ['market.json', 'portfolios.json']) {
      const written = readFileSync(path.join(folder, name), 'utf8');
      expect(written).toBe(readFileSync(path.join(REPOSITORY, 'examples', name), 'utf8'));
    }
  });

  it('are margined by the command', () => {
    const { code, stdout } = margincube([
      ...['margin', '--market', SAMPLE_MARKET, '--portfolio', SAMPLE_BOOK],
      ...['--model', 'deribit-pm', '--model', 'derive-pm2'],
    ]);
    expect(stdout).toMatch(/^straddle-perp-hedged +deribit-pm@/m);
    expect(stdout).toMatch(/^iron-condor-usdc +derive-pm2@/m);
    // Accounts in coins are no business of derive-pm2, those in dollars none of deribit-pm.
    expect(stdout).toMatch(/^straddle-perp-hedged +derive-pm2@\S+ +UNSUPPORTED/m);
    expect(code).toBe(1);
  });
});

describe('npm start', () => {
  it('shows every sample account, serves, and ends on a signal', async () => {
    const demo = await startServing([path.join(REPOSITORY, 'dist/main.js')]);
    const shown = demo.stdout();
    const { portfolios } = JSON.parse(readFileSync(SAMPLE_BOOK, 'utf8')) as {
      portfolios: { accountId: string }[];
    };
    for (const { accountId } of portfolios) expect(shown).toMatch(new RegExp(`^${accountId} `, 'm'));
    expect(shown).not.toContain('failed account');
    expect(await callOnce(demo.address)).toBe('straddle-perp-hedged');
    expect(await demo.stop()).toBe(0);
  });

  it('takes another port where its own is taken', async () => {
    const occupant = createServer();
    occupant.listen(50_051, '127.0.0.1');
    // Somebody else may hold the port already; then it is taken all the same.
    await Promise.race([once(occupant, 'listening'), once(occupant, 'error').catch(() => undefined)]);
    const demo = await startServing([MARGINCUBE, 'demo']);
    expect(demo.address).not.toBe('127.0.0.1:50051');
    expect(await demo.stop()).toBe(0);
    occupant.close();
  });
});

describe('serve', () => {
  const quick = ['--drain-notice-ms', '0', '--log-level', 'warn'];

  it('prints its address, answers, and drains on a signal', async () => {
    const server = await startServing([
      MARGINCUBE,
      'serve',
      '--insecure-loopback',
      '--market',
      SAMPLE_MARKET,
      '--port',
      '0',
      '--workers',
      '2',
      ...quick,
    ]);
    expect(server.stdout()).toContain('2 workers');
    expect(await callOnce(server.address)).toBe('straddle-perp-hedged');
    expect(await server.stop()).toBe(0);
  });

  it('exits with 2 when the port is taken, the market is bad or a setting is out of range', async () => {
    const occupant = createServer();
    occupant.listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const taken = await serveToEnd(['--market', SAMPLE_MARKET, '--port', String(port)]);
    occupant.close();
    expect(taken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`127.0.0.1:${String(port)}`) as string,
    });

    const bad = await serveToEnd(['--market', SAMPLE_BOOK]);
    expect(bad).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('portfolios.json: portfolios') as string,
    });
    const many = await serveToEnd(['--market', SAMPLE_MARKET, '--workers', '100000']);
    expect(many).toMatchObject({ code: 2, stderr: expect.stringContaining('workers') as string });
  });
});

/** For a server that is expected not to start. */
async function serveToEnd(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [MARGINCUBE, 'serve', '--insecure-loopback', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}
