/** Accounts on a real server. */
import { describe, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { buy, call, event, events, PERPETUAL, put, SERVICE } from '../support/account-calls.js';
import { cash } from '../support/sample-market.js';
import { callBytes, detailOf, errorOf } from '../support/test-server.js';
import { sharedServer } from '../support/shared-server.js';

const shared = sharedServer({ allowApproximations: true });

describe('PortfolioService', () => {
  it('keeps what events make of an account, and gives it back at a sequence number', async () => {
    expect(await put(shared.client, 'alice', 100_000)).toBe(1);
    const recording = events(shared.client);
    const sent = [event('alice', buy(2, 96_000)), event('alice', { deposit: cash('USDC', 5) })];
    const [first] = await recording.ask({ events: sent });
    expect(first?.acknowledgements.map(({ status, accountSeq }) => [status, accountSeq])).toEqual([
      ['EVENT_STATUS_ACCEPTED', '2'],
      ['EVENT_STATUS_ACCEPTED', '3'],
    ]);
    const [again] = await recording.ask({ events: sent });
    expect(again?.acknowledgements.map(({ status, accountSeq }) => [status, accountSeq])).toEqual([
      ['EVENT_STATUS_DUPLICATE', '2'],
      ['EVENT_STATUS_DUPLICATE', '3'],
    ]);
    const reading = call(
      shared.client,
      'PortfolioService/GetPortfolio',
      'margincube.v1.GetPortfolioRequest',
      { accountId: 'alice', atAccountSeq: 4 },
      'margincube.v1.GetPortfolioResponse',
    );
    await recording.ask({ events: [event('alice', { deposit: cash('USDC', 1) })] });
    const { portfolio, accountSeq, details } = await reading;
    expect(accountSeq).toBe('4');
    expect(details?.ownerId).toBe('desk');
    expect(portfolio?.positions).toMatchObject([
      { instrument: PERPETUAL, quantity: 2, averageEntryPrice: 96_000 },
    ]);
    expect(portfolio?.balances).toEqual([{ asset: 'USDC', units: '100006', decimals: 0 }]);
    recording.end();
  });

  it('refuses what cannot have happened, each event alone, with the path of its field', async () => {
    await put(shared.client, 'bob', 1_000);
    const recording = events(shared.client);
    const [answer] = await recording.ask({
      events: [
        event('nobody', { deposit: cash('USDC', 1) }),
        event('bob', buy(1, 1, 'BTC-NOWHERE')),
        event('bob', { fill: { instrument: PERPETUAL, side: 'SIDE_BUY', price: 1 } }),
        event('bob', {}),
        event('bob', { withdrawal: cash('USDC', 1_001) }),
        event('bob', { deposit: cash('USDC', 1) }),
      ],
    });
    const statuses = answer?.acknowledgements.map(({ status, error }) => [status, error?.code ?? 0]);
    expect(statuses).toEqual([
      ['EVENT_STATUS_REFUSED', 5],
      ['EVENT_STATUS_REFUSED', 3],
      ['EVENT_STATUS_REFUSED', 3],
      ['EVENT_STATUS_REFUSED', 3],
      ['EVENT_STATUS_REFUSED', 8],
      ['EVENT_STATUS_ACCEPTED', 0],
    ]);
    expect(answer?.acknowledgements[2]?.error?.message).toContain('events[2].fill.quantity');
    recording.end();
  });

  it('lists accounts page by page and names what it does not know', async () => {
    for (const id of ['page-1', 'page-2', 'page-3']) await put(shared.client, id, 1);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await call(
        shared.client,
        'PortfolioService/ListPortfolios',
        'margincube.v1.ListPortfoliosRequest',
        { ownerId: 'desk', pageSize: 2, pageToken },
        'margincube.v1.ListPortfoliosResponse',
      );
      seen.push(...page.portfolios.map(({ accountId }) => accountId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining(['page-1', 'page-2', 'page-3']));
    const get = codec('margincube.v1.GetPortfolioRequest').encode({ accountId: 'nobody' });
    const error = await errorOf(callBytes(shared.client, `${SERVICE}.PortfolioService/GetPortfolio`, get));
    expect(error.code).toBe(5);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'UNKNOWN_ACCOUNT' });
  });
});
