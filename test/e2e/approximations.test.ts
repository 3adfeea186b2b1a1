/** Components whose rule is not public: a server says nothing with them unless it was told to, in every place that margins accounts. */
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buy, call, checks, event, events, GRID, order, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const ACCOUNT = 'alice';

describe.each([false, true])('a server that allows approximations: %s', (allowApproximations) => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ workers: 1, allowApproximations });
    client = rawClient(server.address);
    // Equity that covers neither margin, so that the account is called where it is margined at all.
    await put(client, ACCOUNT, 1_000, GRID);
    const recording = events(client);
    await recording.ask({ events: [event(ACCOUNT, buy(1, 97_000))] });
    recording.end();
    await server.margins.settled();
  }, 300_000);
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  it('margins and calls an account only where it does', async () => {
    expect(server.margins.get(ACCOUNT)!.isStale).toBe(!allowApproximations);
    const { calls } = await call(
      client,
      'MarginService/ListCalls',
      'margincube.v1.ListCallsRequest',
      { curesMax: 20 },
      'margincube.v1.ListCallsResponse',
    );
    expect(calls).toHaveLength(allowApproximations ? 1 : 0);
  });

  it('passes an order through its gate only where it does', async () => {
    await put(client, 'rich', 1_000_000, GRID);
    const gate = checks(client);
    const [answer] = await gate.ask(order('rich', { quantity: 1 }));
    gate.end();
    expect(answer?.decision).toBe(allowApproximations ? 'CHECK_DECISION_ACCEPT' : 'CHECK_DECISION_REJECT');
    if (!allowApproximations) expect(answer?.error?.message).toMatch(/floor of grid is not public/);
  });
});
