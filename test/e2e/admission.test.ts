/** Every method whose work takes milliseconds is admitted by what its kind has cost, and refused before work. */
import { status, type ServiceError } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec } from '../../src/wire/schema.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { buy, event, events, PERPETUAL, put, SERVICE } from '../support/account-calls.js';
import { randomBooks } from '../support/random-books.js';
import { NOW_MS, sampleSnapshot } from '../support/sample-market.js';
import { sharedServer } from '../support/shared-server.js';
import { callBytes, detailOf, MODEL } from '../support/test-server.js';

const CALLS_AT_ONCE = 200;
const shared = sharedServer({
  workers: 1,
  queueWaitMaxMs: 1,
  longWaitMaxMs: 0,
  model: MODEL,
  now: () => NOW_MS,
});

const [single] = randomBooks(sampleSnapshot(), 1, 45, 5);
const calculation = { model: { name: MODEL } };
const book = { portfolio: portfolioToMessage(single!) };
const shocks = [{ underlying: 'BTC', spotShock: -0.15, volShock: 0.3 }];

interface Burst {
  readonly method: string;
  readonly subject: string;
  readonly request: Buffer;
}

function burst<Name extends MessageName>(
  method: string,
  subject: string,
  name: Name,
  message: MessageTypes[Name]['input'],
): Burst {
  return { method, subject, request: codec(name).encode(message) };
}

const BURSTS = [
  burst('MarginService/SimulateMargin', 'work', 'margincube.v1.SimulateMarginRequest', {
    ...{ calculation, book },
    legs: [{ instrument: PERPETUAL, quantity: 1 }],
  }),
  burst('MarginService/SolveSize', 'work', 'margincube.v1.SolveSizeRequest', {
    ...{ calculation, book, instrument: PERPETUAL, side: 'SIDE_BUY' },
  }),
  burst('MarginService/SuggestHedge', 'work', 'margincube.v1.SuggestHedgeRequest', {
    ...{ calculation, book, targetInitialExcess: 1e9 },
  }),
  burst('RiskService/AggregateRisk', 'work', 'margincube.v1.AggregateRiskRequest', {
    ...{ level: 'AGGREGATION_LEVEL_ACCOUNT', includeBuckets: true, includeScenarios: true },
  }),
  burst('RiskService/PlanLiquidation', 'plans', 'margincube.v1.PlanLiquidationRequest', {
    ...{ calculation, book: { accountId: 'short' } },
  }),
  burst('MarginService/ListCalls', 'plans', 'margincube.v1.ListCallsRequest', { curesMax: 20 }),
  burst('RiskService/SimulateCascade', 'cascades', 'margincube.v1.SimulateCascadeRequest', { shocks }),
];

describe('more calls at once than a method can answer in time', () => {
  beforeAll(async () => {
    const { client, server } = shared;
    for (let at = 0; at < 40; at += 1) await put(client, `account-${String(at)}`, 1e6, MODEL);
    await put(client, 'short', 3_000, MODEL);
    const recording = events(client);
    await recording.ask({ events: [event('short', buy(1, 96_700))] });
    recording.end();
    await server.margins.settled();
  });

  it.each(BURSTS)('of $method are answered as far as there is time, the rest refused', async (one) => {
    const call = (): Promise<Buffer> => callBytes(shared.client, `${SERVICE}.${one.method}`, one.request);
    await call();
    const settled = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, call));
    const refused = settled.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as ServiceError] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(CALLS_AT_ONCE);
    for (const error of refused) {
      expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailOf(error, 'QuotaFailure')).toMatchObject({ violations: [{ subject: one.subject }] });
      expect(detailOf(error, 'RetryInfo')).toBeDefined();
    }
    // Nothing of them is left: the next call is admitted.
    expect((await call()).length).toBeGreaterThan(0);
  });
});
