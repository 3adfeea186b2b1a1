/** Liquidation plans over gRPC. */
import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanLiquidationRequest } from '../../src/gen/margincube/v1/PlanLiquidationRequest.js';
import { CODE } from '../../src/live/state/ladder.js';
import { buy, call, event, events, PERPETUAL, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { detailOf, errorOf, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

describe('RiskService.PlanLiquidation', () => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ workers: 1 });
    client = rawClient(server.address);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  const plan = (accountId: string, more: Partial<PlanLiquidationRequest> = {}) =>
    call(
      client,
      'RiskService/PlanLiquidation',
      'margincube.v1.PlanLiquidationRequest',
      { calculation: { model: { name: MODEL } }, book: { accountId }, ...more },
      'margincube.v1.PlanLiquidationResponse',
    );

  /** An account that is long a coin at this price with this much money. */
  async function account(accountId: string, usd: number, price: number): Promise<void> {
    await put(client, accountId, usd, MODEL);
    const recording = events(client);
    await recording.ask({ events: [event(accountId, buy(1, price))] });
    recording.end();
  }

  it('closes what is needed, and gives the same plan for the same cause', async () => {
    await account('short', 3_000, 96_700);
    const { plan: found } = await plan('short');
    expect(found).toMatchObject({ accountId: 'short', currency: 'USDC', fundDraw: null, deleveraging: [] });
    expect(found!.before!.maintenanceExcess).toBeLessThan(0);
    expect(found!.after!.initialExcess).toBeGreaterThanOrEqual(0);
    const [step] = found!.steps;
    expect(step).toMatchObject({ leg: { instrument: PERPETUAL }, hedge: false });
    expect(step!.leg!.quantity).toBeLessThan(0);
    expect(step!.leg!.quantity).toBeGreaterThan(-1);
    expect((await plan('short')).plan).toEqual(found);
    expect(
      (await plan('short', { targetInitialExcess: 500 })).plan!.after!.initialExcess,
    ).toBeGreaterThanOrEqual(500);
  });

  it('plans nothing for a book that covers its maintenance margin', async () => {
    await account('covered', 100_000, 96_700);
    expect((await plan('covered')).plan).toBeNull();
  });

  it('closes a bankrupt book and says what the fund must bear', async () => {
    await account('bankrupt', 1_000, 120_000);
    const { plan: found } = await plan('bankrupt');
    expect(found!.steps.map(({ leg }) => leg?.quantity)).toEqual([-1]);
    expect(found!.after!.equity).toBeLessThan(0);
    const { asset, units, decimals } = found!.fundDraw!;
    expect(asset).toBe('USDC');
    expect(Number(units) / 10 ** decimals).toBeCloseTo(-found!.after!.equity, 6);
  });

  it('lists calls with the trades that cure them, of as many as it is asked for', async () => {
    const list = (curesMax: number) =>
      call(
        client,
        'MarginService/ListCalls',
        'margincube.v1.ListCallsRequest',
        { curesMax },
        'margincube.v1.ListCallsResponse',
      );
    await account('called', 4_000, 96_700);
    await server.margins.settled();
    for (const { cureTrades } of (await list(0)).calls) expect(cureTrades).toEqual([]);
    const { calls } = await list(20);
    const own = calls.find(({ accountId }) => accountId === 'called');
    const [cure] = own!.cureTrades;
    expect(own!.cureTrades).toHaveLength(1);
    // Nothing cures a book whose equity is gone.
    expect(calls.find(({ accountId }) => accountId === 'bankrupt')!.cureTrades).toEqual([]);

    const recording = events(client);
    for (const { instrument, quantity = NaN, price = NaN } of cure!.legs) {
      const side = quantity > 0 ? ('SIDE_BUY' as const) : ('SIDE_SELL' as const);
      const fill = { tradeId: 't', instrument, side, quantity: Math.abs(quantity), price };
      await recording.ask({ events: [event('called', { fill })] });
    }
    recording.end();
    await server.margins.settled();
    expect(server.margins.get('called')!.equity).toBeCloseTo(cure!.after!.equity, 6);
    expect(own!.state!.health).toBe('MARGIN_HEALTH_BACKSTOP');
    expect(server.margins.get('called')!.step).toBeLessThan(CODE.LIQUIDATE);
    const refused = await errorOf(list(21));
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(JSON.stringify(detailOf(refused, 'BadRequest'))).toContain('curesMax');
  });

  it('names the field of a request that makes no sense', async () => {
    const refused = await errorOf(plan('short', { targetInitialExcess: Infinity }));
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(JSON.stringify(detailOf(refused, 'BadRequest'))).toContain('target');
    expect((await errorOf(plan('nobody'))).code).toBe(status.NOT_FOUND);
  });
});
