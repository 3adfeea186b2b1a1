/** A client that is not ours and has no proto files: `buf curl` learns the contract by reflection. */
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.js';
import { REPOSITORY } from '../support/folders.js';
import type { TestServer } from '../support/test-server.js';
import { MODEL, startTestServer } from '../support/test-server.js';

const run = promisify(execFile);
const BUF = path.join(REPOSITORY, 'node_modules/.bin/buf');

let server: TestServer;

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer({ workers: 1 });
});

afterAll(async () => {
  await server.stop();
});

/** Runs away from the repository, where buf would take the local proto files. */
async function call(method: string, request: unknown): Promise<unknown> {
  const url = `http://${server.address}/${method}`;
  const args = [
    'curl',
    '--protocol',
    'grpc',
    '--http2-prior-knowledge',
    '--data',
    JSON.stringify(request),
    url,
  ];
  const { stdout } = await run(BUF, args, { cwd: os.tmpdir() });
  return JSON.parse(stdout) as unknown;
}

describe('a standard client', () => {
  it('calculates a margin', async () => {
    const portfolio = {
      accountId: 'me',
      positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1 }],
      balances: [{ asset: 'USDC', units: '20000000000', decimals: 6 }],
    };
    const request = { calculation: { model: { name: MODEL } }, portfolio };
    const answer = await call('margincube.v1.MarginService/CalculateMargin', request);
    expect(answer).toMatchObject({
      report: {
        accountId: 'me',
        currency: 'USDC',
        quality: 'QUALITY_EXACT',
        initialMargin: expect.any(Number) as number,
      },
    });
  });

  it('sees the optional fields of the market', async () => {
    const answer = await call('margincube.v1.MarketDataService/GetSnapshot', {});
    expect(answer).toMatchObject({ snapshot: { instruments: expect.any(Array) as unknown[] } });
  });
});
