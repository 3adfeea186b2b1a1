/** Where accounts say that they belong: refusals over gRPC, moves while fills come in, and a restart. */
import path from 'node:path';
import { status, type Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AggregationLevel } from '../../src/gen/margincube/v1/AggregationLevel.js';
import type { RiskAggregate__Output as Aggregate } from '../../src/gen/margincube/v1/RiskAggregate.js';
import { buy, call, event, events, PERPETUAL } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { startJournaledServer } from '../support/journaled-server.js';
import { cash, NOW_MS } from '../support/sample-market.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { detailOf, errorOf, MODEL, type TestServer } from '../support/test-server.js';

const folder = path.join(temporaryFolder('account-places'), 'journal');
let server: TestServer;
let client: Client;

interface Place {
  readonly parentAccountId?: string;
  readonly ownerId?: string;
  readonly groupId?: string;
}

async function put(accountId: string, place: Place, ifAccountSeq?: number): Promise<number> {
  const { accountSeq } = await call(
    client,
    'PortfolioService/PutPortfolio',
    'margincube.v1.PutPortfolioRequest',
    {
      portfolio: {
        accountId,
        positions: [{ instrument: PERPETUAL, quantity: 1 }],
        balances: [cash('USDC', 1_000_000)],
      },
      details: { model: MODEL, parentAccountId: '', ownerId: '', groupId: '', ...place },
      ...(ifAccountSeq === undefined ? {} : { ifAccountSeq: String(ifAccountSeq) }),
    },
    'margincube.v1.PutPortfolioResponse',
  );
  return Number(accountSeq);
}

async function sums(level: AggregationLevel): Promise<Aggregate[]> {
  await server.margins.settled();
  const { aggregates } = await call(
    client,
    'RiskService/AggregateRisk',
    'margincube.v1.AggregateRiskRequest',
    { level, limit: 1_000 },
    'margincube.v1.AggregateRiskResponse',
  );
  return aggregates;
}

/** Accounts by the key that they are summed up under. */
async function counts(level: AggregationLevel): Promise<Record<string, number>> {
  return Object.fromEntries((await sums(level)).map(({ key, accountCount }) => [key, accountCount]));
}

const deltaOf = ({ greeks }: Aggregate): number => greeks[0]?.deltaCoins ?? 0;

beforeAll(async () => {
  ensureBuilt();
  ({ server, client } = await startJournaledServer(folder, () => NOW_MS));
  await put('main', { ownerId: 'owner', groupId: 'group' });
  await put('sub', { parentAccountId: 'main' });
  await put('sub-sub', { parentAccountId: 'sub' });
  await put('alone', {});
});
afterAll(async () => {
  client.close();
  await server.stop();
});

describe('a place that cannot be', () => {
  it.each<[string, string, Place, number, string]>([
    ['a cycle', 'main', { parentAccountId: 'sub-sub' }, status.INVALID_ARGUMENT, 'parentAccountId'],
    ['itself', 'sub', { parentAccountId: 'sub' }, status.INVALID_ARGUMENT, 'parentAccountId'],
    [
      'a new account of itself',
      'new',
      { parentAccountId: 'new' },
      status.INVALID_ARGUMENT,
      'parentAccountId',
    ],
    ['an orphan', 'new', { parentAccountId: 'nobody' }, status.NOT_FOUND, 'parentAccountId'],
    [
      'an owner other than the parent has',
      'sub',
      { parentAccountId: 'main', ownerId: 'someone' },
      status.INVALID_ARGUMENT,
      'ownerId',
    ],
  ])('is refused by its field and changes nothing: %s', async (_, accountId, place, code, field) => {
    const before = await sums('AGGREGATION_LEVEL_SUB_ACCOUNT');
    const places = await counts('AGGREGATION_LEVEL_ACCOUNT');
    const error = await errorOf(put(accountId, place));
    expect(error.code).toBe(code);
    expect(JSON.stringify(detailOf(error, 'BadRequest') ?? detailOf(error, 'ErrorInfo'))).toContain(field);
    expect(error.details).toContain(field);
    expect(await sums('AGGREGATION_LEVEL_SUB_ACCOUNT')).toEqual(before);
    expect(await counts('AGGREGATION_LEVEL_ACCOUNT')).toEqual(places);
  });
});

describe('an account that moves between groups while fills come in', () => {
  it('takes all that it holds along; who writes from before the move is refused', async () => {
    let seq = await put('mover', { ownerId: 'mover', groupId: 'g0' });
    const recording = events(client);
    for (let move = 1; move <= 8; move += 1) {
      const groupId = `g${String(move % 3)}`;
      const fills = recording.ask({ events: [event('mover', buy(0.5, 96_700))] });
      const moving = put('mover', { ownerId: 'mover', groupId });
      const [[answer], moved] = await Promise.all([fills, moving]);
      expect(answer?.acknowledgements[0]?.status).toBe('EVENT_STATUS_ACCEPTED');
      const stale = await errorOf(put('mover', { ownerId: 'mover', groupId: 'g9' }, seq));
      expect(stale.code).toBe(status.ABORTED);
      expect(stale.details).toContain('ifAccountSeq');
      seq = moved;
      const groups = await sums('AGGREGATION_LEVEL_GROUP');
      const [venue] = await sums('AGGREGATION_LEVEL_VENUE');
      expect(groups.find(({ key }) => key === groupId)?.accountCount).toBe(1);
      expect(groups.filter(({ key }) => /^g\d$/.test(key))).toHaveLength(1);
      const parts = groups.reduce((sum, one) => sum + deltaOf(one), 0);
      expect(Math.abs(parts - (venue === undefined ? NaN : deltaOf(venue)))).toBeLessThan(1e-9);
    }
    recording.end();
  });
});

it('an account that is recovered before its parent is taken in when that comes', async () => {
  await put('younger', { ownerId: 'family' });
  await put('sub-of-younger', { parentAccountId: 'younger' });
  // From now on the parent is the account that was made last.
  await put('youngest', { ownerId: 'family' });
  await put('younger', { parentAccountId: 'youngest' });
  const before = await sums('AGGREGATION_LEVEL_ACCOUNT');
  expect(before.find(({ key }) => key === 'youngest')?.accountCount).toBe(3);
  client.close();
  await server.stop();
  ({ server, client } = await startJournaledServer(folder, () => NOW_MS));
  expect(await counts('AGGREGATION_LEVEL_ACCOUNT')).toEqual(
    Object.fromEntries(before.map(({ key, accountCount }) => [key, accountCount])),
  );
  expect(server.logLines.some((line) => line.includes('its place is refused'))).toBe(true);
});
