/** The pre-trade gate on a real server. */
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import {
  buy,
  call,
  checks,
  event,
  events,
  GRID,
  order,
  PERPETUAL,
  put,
  SERVICE,
} from '../support/account-calls.js';
import { cash } from '../support/sample-market.js';
import { StreamedMargins } from '../support/streamed-margins.js';
import { errorOf, eventually, MODEL, rawClient } from '../support/test-server.js';
import { sharedServer } from '../support/shared-server.js';

const shared = sharedServer({ allowApproximations: true });

describe('CheckOrders', () => {
  it('accepts what the margin covers and says why it refuses the rest', async () => {
    await put(shared.client, 'carol', 50_000);
    const gate = checks(shared.client);
    const answers = await gate.ask(
      order('carol'),
      order('carol', { quantity: 100 }),
      order('carol', { limitPrice: 120_000 }),
      order('carol', { instrument: 'BTC-NOWHERE' }),
      order('carol', { ifAccountSeqAtLeast: 9 }),
      order('carol', { maxEpochAgeMs: 1 }),
      order('carol', { reduceOnly: true }),
      order('nobody'),
      order('carol', { quantity: -1 }),
      order('carol', { mode: 'CHECK_MODE_UNSPECIFIED' }),
    );
    expect(answers.map(({ rejectCode }) => rejectCode.replace('REJECT_CODE_', ''))).toEqual([
      'UNSPECIFIED',
      'INSUFFICIENT_IM',
      'PRICE_BAND',
      'UNKNOWN_INSTRUMENT',
      'SEQ_GAP',
      'STALE_MARKET',
      'REDUCE_ONLY',
      'INVALID_ORDER',
      'INVALID_ORDER',
      'INVALID_ORDER',
    ]);
    const [accepted] = answers;
    expect(accepted?.decision).toBe('CHECK_DECISION_ACCEPT');
    expect(accepted?.epoch).toBe('7');
    expect(accepted?.after?.initialMargin).toBeGreaterThan(accepted?.before?.initialMargin ?? NaN);
    gate.end();
  });

  it('holds margin once for a repeated reservation, and gives it back when the order is gone', async () => {
    await put(shared.client, 'dave', 50_000);
    const gate = checks(shared.client);
    const reserve = order('dave', { mode: 'CHECK_MODE_RESERVE', quantity: 2, reservationTtlMs: 60_000 });
    const [first, second, conflicting] = await gate.ask(reserve, reserve, { ...reserve, quantity: 1 });
    expect(first?.reservationId).toBeDefined();
    expect(second?.reservationId).toBe(first?.reservationId);
    expect(second?.after?.initialMargin).toBe(first?.after?.initialMargin);
    expect(conflicting?.rejectCode).toBe('REJECT_CODE_INVALID_ORDER');
    const [held] = await gate.ask(order('dave', { clientOrderId: 'other' }));
    expect(held?.before?.initialMargin).toBe(first?.after?.initialMargin);

    const recording = events(shared.client);
    const placed = {
      orderId: 'order-1',
      instrument: PERPETUAL,
      side: 'SIDE_BUY' as const,
      quantity: 2,
      limitPrice: 96_700,
    };
    await recording.ask({ events: [event('dave', { orderPlaced: placed })] });
    const [booked] = await gate.ask(order('dave', { clientOrderId: 'other' }));
    expect(booked?.before?.initialMargin).toBe(held?.before?.initialMargin);
    await recording.ask({ events: [event('dave', { orderCancelled: { orderId: 'order-1' } })] });
    const [free] = await gate.ask(order('dave', { clientOrderId: 'other' }));
    expect(free?.before?.initialMargin).toBe(0);
    recording.end();
    gate.end();
  });

  it('lets a reservation lapse', async () => {
    await put(shared.client, 'erin', 50_000);
    const gate = checks(shared.client);
    await gate.ask(order('erin', { mode: 'CHECK_MODE_RESERVE', reservationTtlMs: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [later] = await gate.ask(order('erin', { clientOrderId: 'later' }));
    expect(later?.before?.initialMargin).toBe(0);
    gate.end();
  });

  it.each([MODEL, 'paradex-pm'])('streams the initial excess that it decides with (%s)', async (model) => {
    const accountId = `streamed-${model}`;
    await put(shared.client, accountId, 50_000, model);
    const streamed = new StreamedMargins(shared.client);
    const gate = checks(shared.client);
    const [answer] = await gate.ask(
      order(accountId, { mode: 'CHECK_MODE_RESERVE', quantity: 2, reservationTtlMs: 60_000 }),
    );
    const excess = answer?.after?.initialExcess ?? NaN;
    expect(excess).toBeLessThan(50_000);
    const shown = (): number => streamed.latest.get(accountId)?.update.state?.initialExcess ?? NaN;
    await eventually(() => Math.abs(shown() - excess) <= 1e-9 * 50_000);
    expect(streamed.latest.get(accountId)?.update.status).toBe('NUMBER_STATUS_EXACT');
    gate.end();
    streamed.close();
  });

  it.each([GRID, MODEL])('never lets two clients pass on the same margin (%s)', async (model) => {
    const accountId = `race-${model}`;
    await put(shared.client, accountId, 60_000, model);
    const clients = [rawClient(shared.server.address), rawClient(shared.server.address)];
    const gates = clients.map((one) => checks(one));
    const asked = gates.map((gate, who) =>
      gate.ask(
        ...Array.from({ length: 40 }, (_, n) =>
          order(accountId, {
            clientOrderId: `shared.client-${String(who)}-order-${String(n)}`,
            side: 'SIDE_SELL',
            mode: 'CHECK_MODE_RESERVE',
            reservationTtlMs: 60_000,
            quantity: 0.5,
          }),
        ),
      ),
    );
    const answers = (await Promise.all(asked)).flat();
    const passed = answers.filter(({ decision }) => decision === 'CHECK_DECISION_ACCEPT');
    expect(passed.length).toBeGreaterThan(0);
    expect(passed.length).toBeLessThan(answers.length);
    // All that was promised together: the book with every passed order filled still covers its margin.
    const { before, after } = await call(
      shared.client,
      'MarginService/SimulateMargin',
      'margincube.v1.SimulateMarginRequest',
      {
        calculation: { model: { name: model }, options: { allowApproximations: true } },
        book: { portfolio: { accountId: 'x', balances: [cash('USDC', 60_000)] } },
        legs: [{ instrument: PERPETUAL, quantity: -0.5 * passed.length, price: 96_700 }],
      },
      'margincube.v1.SimulateMarginResponse',
    );
    expect(before?.initialMargin).toBe(0);
    expect(after?.initialExcess).toBeGreaterThanOrEqual(0);
    for (const gate of gates) gate.end();
    for (const one of clients) one.close();
  });

  it('lets a restricted account leave its risk and nothing else', async () => {
    await put(shared.client, 'frank', 20_000);
    const recording = events(shared.client);
    await recording.ask({ events: [event('frank', buy(3, 96_700))] });
    const gate = checks(shared.client);
    const [more, less] = await gate.ask(
      order('frank'),
      order('frank', { side: 'SIDE_SELL', reduceOnly: true, quantity: 1 }),
    );
    expect(more?.before?.initialExcess).toBeLessThan(0);
    expect(more?.rejectCode).toBe('REJECT_CODE_REDUCE_ONLY');
    expect(less?.decision).toBe('CHECK_DECISION_ACCEPT');
    recording.end();
    gate.end();
  });

  it('answers what comes before bytes that are no order, and ends with their status', async () => {
    await put(shared.client, 'grace', 50_000);
    const requests = Array.from({ length: 20 }, (_, at) =>
      codec('margincube.v1.CheckOrdersRequest').encode(
        order('grace', {
          clientOrderId: `order-${String(at)}`,
          mode: 'CHECK_MODE_RESERVE',
          reservationTtlMs: 1,
          quantity: 0.001,
        }),
      ),
    );
    const identity = (bytes: Buffer): Buffer => bytes;
    const ended = Array.from({ length: 50 }, async () => {
      const call = shared.client.makeBidiStreamRequest(
        `${SERVICE}.MarginService/CheckOrders`,
        identity,
        identity,
      );
      let answers = 0;
      call.on('data', () => (answers += 1));
      const { code } = await errorOf(
        new Promise((_, reject) => {
          call.on('error', reject);
          for (const request of requests) call.write(request);
          call.write(Buffer.from([0xff, 0xff]));
          for (const request of requests) call.write(request);
          call.end();
        }),
      );
      return { code, answers };
    });
    const expected = { code: status.INVALID_ARGUMENT, answers: requests.length };
    expect(await Promise.all(ended)).toEqual(ended.map(() => expected));
  });
});
