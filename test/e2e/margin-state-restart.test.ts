/** Where an account stands on the ladder of margin states, through a restart of a real server on a journal. */
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MarginCall__Output as MarginCall } from '../../src/gen/margincube/v1/MarginCall.js';
import { call, PERPETUAL } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { startJournaledServer } from '../support/journaled-server.js';
import { cash, NOW_MS } from '../support/sample-market.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { MODEL } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const ACCOUNT = 'alice';
const RICH = 1_000_000;
const folder = path.join(temporaryFolder('margin-state-restart'), 'journal');
let nowMs = NOW_MS;
let server: TestServer;
let client: Client;

async function start(): Promise<void> {
  ({ server, client } = await startJournaledServer(folder, () => nowMs));
}

beforeAll(async () => {
  ensureBuilt();
  await start();
}, 300_000);
afterAll(async () => {
  client.close();
  await server.stop();
});

/** One perpetual and that many dollars, margined. */
async function hold(usd: number): Promise<void> {
  await call(
    client,
    'PortfolioService/PutPortfolio',
    'margincube.v1.PutPortfolioRequest',
    {
      portfolio: {
        accountId: ACCOUNT,
        positions: [{ instrument: PERPETUAL, quantity: 1 }],
        balances: [cash('USDC', usd)],
      },
      details: { model: MODEL, ownerId: 'desk' },
    },
    'margincube.v1.PutPortfolioResponse',
  );
  await server.margins.settled();
}

async function calls(): Promise<MarginCall[]> {
  const answer = await call(
    client,
    'MarginService/ListCalls',
    'margincube.v1.ListCallsRequest',
    {},
    'margincube.v1.ListCallsResponse',
  );
  return answer.calls;
}

it('stays on its step with its call and its time, and leaves it where it would have', async () => {
  await hold(RICH);
  const rich = server.margins.get(ACCOUNT);
  const { equity = NaN, maintenanceMargin = NaN } = rich ?? {};
  expect(maintenanceMargin).toBeGreaterThan(0);
  /** Dollars with which equity is that multiple of the maintenance margin. */
  const dollarsFor = (multiple: number): number => Math.round(multiple * maintenanceMargin - (equity - RICH));

  nowMs += 1_000;
  await hold(dollarsFor(0.9));
  const [called] = await calls();
  expect(called?.state?.health).toBe('MARGIN_HEALTH_LIQUIDATE');
  expect(called?.callId).toMatch(/^[0-9a-f]{64}$/);

  // Above its maintenance margin again, and below 1.15 times: only an account that comes from above would not be liquidated.
  nowMs += 1_000;
  await hold(dollarsFor(1.1));
  expect(await calls()).toMatchObject([{ callId: called?.callId, since: called?.since }]);
  client.close();
  await server.stop();
  nowMs += 1_000;
  await start();
  await server.margins.settled();
  expect(await calls()).toMatchObject([
    {
      accountId: ACCOUNT,
      callId: called?.callId,
      since: called?.since,
      state: { health: 'MARGIN_HEALTH_LIQUIDATE', maintenanceMargin },
    },
  ]);
  await hold(dollarsFor(1.2));
  const [left] = await calls();
  expect(left?.state?.health).not.toBe('MARGIN_HEALTH_LIQUIDATE');
  expect(left?.since).not.toEqual(called?.since);
});
