/** Limits of size at the gate, from open interest and volume as the market's feed states them. */
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountDetails } from '../../src/gen/margincube/v1/AccountDetails.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { call, checks, openStream, order, PERPETUAL } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { cash, NOW_MS } from '../support/sample-market.js';
import { MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

describe('limits of size', () => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ workers: 1, now: () => NOW_MS });
    client = rawClient(server.address);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  /** States the trading in the perpetual, contracts; one contract is a coin of 96,650 dollars. */
  async function state(openInterest: number, volume: number): Promise<void> {
    const publishing = openStream(
      client,
      'MarketDataService/PublishMarketData',
      'margincube.v1.PublishMarketDataRequest',
      'margincube.v1.PublishMarketDataResponse',
    );
    const time = timestampOf(NOW_MS);
    const [answer] = await publishing.ask({
      source: 'sample',
      updates: [
        { time, openInterest: { instrument: PERPETUAL, contracts: openInterest } },
        { time, volume: { instrument: PERPETUAL, contracts: volume } },
      ],
    });
    publishing.end();
    expect(answer).toMatchObject({ acceptedCount: 2, refusedCount: 0 });
  }

  /** A rich account that is long or short this many contracts. */
  const put = (accountId: string, quantity: number, details: Partial<AccountDetails>) =>
    call(
      client,
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      {
        portfolio: {
          accountId,
          positions: quantity === 0 ? [] : [{ instrument: PERPETUAL, quantity }],
          balances: [cash('USDC', 1e9)],
        },
        details: { model: MODEL, ...details },
      },
      'margincube.v1.PutPortfolioResponse',
    );

  /** Reject codes of orders of these quantities, sales where negative. */
  async function codes(accountId: string, quantities: readonly number[]): Promise<string[]> {
    const gate = checks(client);
    const answers = await gate.ask(
      ...quantities.map((quantity) =>
        order(accountId, { quantity: Math.abs(quantity), side: quantity > 0 ? 'SIDE_BUY' : 'SIDE_SELL' }),
      ),
    );
    gate.end();
    return answers.map(({ rejectCode }) => rejectCode.replace('REJECT_CODE_', ''));
  }

  const FITS = 'UNSPECIFIED';
  const EXCEEDS = 'POSITION_LIMIT';

  it('do not bind where nobody states open interest and volume', async () => {
    await put('unlimited', 0, {});
    expect(await codes('unlimited', [100])).toEqual([FITS]);
  });

  it('hold an order to a hundredth of the volume of a day, and let a position be closed', async () => {
    await put('large', 30, {});
    await state(1e6, 1e6);
    expect(await codes('large', [1_000])).toEqual([FITS]);
    await state(5_000, 1_000);
    expect(await codes('large', [10, 10.1, -30])).toEqual([FITS, EXCEEDS, FITS]);
  });

  it('hold a group to a tenth of the open interest, and above a million dollars only', async () => {
    await state(200, 1e6);
    await put('first', 15, { groupId: 'pair' });
    await put('second', 0, { groupId: 'pair' });
    await put('stranger', 0, { groupId: 'other' });
    expect(await codes('second', [5, 5.1, -20])).toEqual([FITS, EXCEEDS, FITS]);
    expect(await codes('stranger', [5.1, 20, 20.1])).toEqual([FITS, FITS, EXCEEDS]);
    // It leaves the group, and counts with its owner from now on.
    await put('second', 0, { ownerId: 'desk' });
    expect(await codes('second', [20, 20.1])).toEqual([FITS, EXCEEDS]);
    await state(10, 1e6);
    expect(await codes('stranger', [10, 10.5])).toEqual([FITS, EXCEEDS]);
  });

  it('let nobody open where open interest is above six days of volume', async () => {
    await put('closing', 3, {});
    await state(6_001, 1_000);
    expect(await codes('closing', [0.1, -3, -6.1])).toEqual([EXCEEDS, FITS, EXCEEDS]);
    await state(6_000, 1_000);
    expect(await codes('closing', [0.1])).toEqual([FITS]);
  });
});
