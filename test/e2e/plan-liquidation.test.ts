/** Liquidation plans over gRPC. */
import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanLiquidationRequest } from '../../src/gen/margincube/v1/PlanLiquidationRequest.js';
import { CODE } from '../../src/live/state/ladder.js';
import { buy, call, event, events, GRID, openStream, PERPETUAL, put } from '../support/account-calls.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { detailIn } from '../../src/wire/convert/status.js';
import { ensureBuilt } from '../support/built.js';
import { cash, NOW_MS } from '../support/sample-market.js';
import { detailOf, errorOf, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

describe('RiskService.PlanLiquidation', () => {
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

  const listCalls = (curesMax: number) =>
    call(
      client,
      'MarginService/ListCalls',
      'margincube.v1.ListCallsRequest',
      { curesMax },
      'margincube.v1.ListCallsResponse',
    );

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
    await account('called', 4_000, 96_700);
    await server.margins.settled();
    for (const { cureTrades } of (await listCalls(0)).calls) expect(cureTrades).toEqual([]);
    const { calls } = await listCalls(20);
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
    const refused = await errorOf(listCalls(21));
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(JSON.stringify(detailOf(refused, 'BadRequest'))).toContain('curesMax');
  });

  it('says why no cure of a call could be looked for, and looks for those of others', async () => {
    await account('unmargined', 4_000, 96_700);
    await account('curable', 4_000, 96_700);
    await server.margins.settled();
    // From now on it is on a model that a server does not use unless it is told to.
    const accountId = 'unmargined';
    const book = {
      accountId,
      positions: [{ instrument: PERPETUAL, quantity: 1 }],
      balances: [cash('USDC', 4_000)],
    };
    await call(
      client,
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      { portfolio: book, details: { model: GRID, ownerId: 'desk' } },
      'margincube.v1.PutPortfolioResponse',
    );
    await server.margins.settled();
    const { calls } = await listCalls(20);
    const found = calls.find((one) => one.accountId === accountId)!;
    expect(found.cureTrades).toEqual([]);
    expect(found.cureError).toMatchObject({ code: status.FAILED_PRECONDITION });
    const info = detailIn(found.cureError!, 'google.rpc.ErrorInfo');
    expect(info?.reason).toBe('UNAVAILABLE_COMPONENT');
    const other = calls.find((one) => one.accountId === 'curable')!;
    expect(other.cureTrades).toHaveLength(1);
    expect(other.cureError).toBeNull();
  });

  it('trades in slices of the visible depth, each at the worst price that it reaches', async () => {
    await account('sliced', 3_000, 96_700);
    const unknown = await errorOf(plan('sliced', { depthShare: 0.5 }));
    expect(unknown.code).toBe(status.FAILED_PRECONDITION);
    expect(JSON.stringify(detailOf(unknown, 'BadRequest'))).toContain('book.portfolio.positions[0]');
    const publishing = openStream(
      client,
      'MarketDataService/PublishMarketData',
      'margincube.v1.PublishMarketDataRequest',
      'margincube.v1.PublishMarketDataResponse',
    );
    const bids = [
      { price: 96_600, quantity: 0.1 },
      { price: 96_500, quantity: 0.3 },
    ];
    const depth = { instrument: PERPETUAL, snapshot: true, bids, asks: [{ price: 96_700, quantity: 5 }] };
    const [answer] = await publishing.ask({
      source: 'sample',
      updates: [{ time: timestampOf(NOW_MS), depth }],
    });
    publishing.end();
    expect(answer).toMatchObject({ acceptedCount: 1, refusedCount: 0 });

    const { plan: whole } = await plan('sliced');
    const { plan: found } = await plan('sliced', { depthShare: 0.5 });
    expect(whole!.steps).toHaveLength(1);
    const steps = found!.steps.map(({ leg, limitPrice }) => ({ quantity: leg!.quantity, limitPrice }));
    expect(steps.length).toBeGreaterThan(2);
    for (const { quantity, limitPrice } of steps) {
      expect(quantity).toBeGreaterThanOrEqual(-0.2);
      expect(quantity).toBeLessThan(0);
      expect(limitPrice).toBe(96_500);
    }
    expect(found!.after!.initialExcess).toBeGreaterThanOrEqual(0);
    expect(found!.planId).not.toBe(whole!.planId);
    expect((await plan('sliced', { depthShare: 0.5 })).plan).toEqual(found);
    // A quarter reaches the first level alone: smaller slices at a better price.
    const { plan: finer } = await plan('sliced', { depthShare: 0.25 });
    expect(finer!.steps.every(({ limitPrice }) => limitPrice === 96_600)).toBe(true);
    expect(finer!.steps.length).toBeGreaterThan(steps.length);
    expect(finer!.cost).toBeLessThan(found!.cost);
    const tooFine = await errorOf(plan('sliced', { depthShare: 0.02 }));
    expect(tooFine.code).toBe(status.RESOURCE_EXHAUSTED);
    for (const depthShare of [0, 1.5, NaN])
      expect((await errorOf(plan('sliced', { depthShare }))).code).toBe(status.INVALID_ARGUMENT);
  });

  it('names the field of a request that makes no sense', async () => {
    const refused = await errorOf(plan('short', { targetInitialExcess: Infinity }));
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(JSON.stringify(detailOf(refused, 'BadRequest'))).toContain('target');
    expect((await errorOf(plan('nobody'))).code).toBe(status.NOT_FOUND);
  });
});
