/** What-ifs on a real server. */
import { describe, expect, it } from 'vitest';
import type { MessageTypes } from '../../src/wire/message-types.js';
import { codec } from '../../src/wire/schema.js';
import { call, checks, GRID, order, PERPETUAL, put, SERVICE } from '../support/account-calls.js';
import { cash, optionName } from '../support/sample-market.js';
import { callBytes, detailOf, errorOf } from '../support/test-server.js';
import { sharedServer } from '../support/shared-server.js';

const shared = sharedServer({ allowApproximations: true });

describe('what-ifs', () => {
  const calculation = { model: { name: GRID }, options: { allowApproximations: true } };

  it('simulate an account as the gate would judge it', async () => {
    await put(shared.client, 'grace', 50_000);
    const { before, after, change, peakOnPath, peakAfterLegs, fees, accountSeq, decision } = await call(
      shared.client,
      'MarginService/SimulateMargin',
      'margincube.v1.SimulateMarginRequest',
      {
        calculation,
        book: { accountId: 'grace' },
        legs: [
          { instrument: PERPETUAL, quantity: 1 },
          { instrument: PERPETUAL, quantity: -1 },
        ],
        includeComponents: true,
      },
      'margincube.v1.SimulateMarginResponse',
    );
    expect(accountSeq).toBe('1');
    expect(decision).toBe('CHECK_DECISION_ACCEPT');
    expect(before?.initialMargin).toBe(0);
    expect(after?.initialMargin).toBe(0);
    expect(change?.equity).toBe(0);
    expect(peakAfterLegs).toBe(1);
    expect(peakOnPath?.components.length).toBeGreaterThan(0);
    expect(fees).toBeNull();
    const gate = checks(shared.client);
    const [checked] = await gate.ask(order('grace'));
    expect(peakOnPath?.initialMargin).toBeCloseTo(checked?.after?.initialMargin ?? NaN, 6);
    gate.end();
  });

  it('solve for the largest size, which the gate accepts and the next step of which it refuses', async () => {
    await put(shared.client, 'heidi', 50_000);
    const solved = await call(
      shared.client,
      'MarginService/SolveSize',
      'margincube.v1.SolveSizeRequest',
      {
        calculation,
        book: { accountId: 'heidi' },
        instrument: PERPETUAL,
        side: 'SIDE_BUY',
        limitPrice: 96_700,
        quantityStep: 0.01,
      },
      'margincube.v1.SolveSizeResponse',
    );
    expect(solved.quantity).toBeGreaterThan(0);
    expect(solved.boundedByLimit).toBe(false);
    const gate = checks(shared.client);
    const [fits, tooMuch] = await gate.ask(
      order('heidi', { quantity: solved.quantity }),
      order('heidi', { quantity: solved.quantity + 0.01 }),
    );
    expect(fits?.decision).toBe('CHECK_DECISION_ACCEPT');
    expect(tooMuch?.rejectCode).toBe('REJECT_CODE_INSUFFICIENT_IM');
    gate.end();
  });

  it('suggest hedges that reach the target, cheapest first', async () => {
    const call100 = optionName(30, 100_000, 'CALL', true);
    const { suggestions, before } = await call(
      shared.client,
      'MarginService/SuggestHedge',
      'margincube.v1.SuggestHedgeRequest',
      {
        calculation,
        book: {
          portfolio: {
            accountId: 'x',
            balances: [cash('USDC', 30_000)],
            positions: [{ instrument: call100, quantity: -5 }],
          },
        },
        candidates: [PERPETUAL, optionName(30, 110_000, 'CALL', true)],
      },
      'margincube.v1.SuggestHedgeResponse',
    );
    expect(before?.initialExcess).toBeLessThan(0);
    expect(suggestions.length).toBeGreaterThan(0);
    expect(suggestions.map(({ cost }) => cost)).toEqual(
      suggestions.map(({ cost }) => cost).sort((a, b) => a - b),
    );
    for (const { after } of suggestions) expect(after?.initialExcess).toBeGreaterThanOrEqual(0);
  });

  it('name what is wrong with a question', async () => {
    const ask = (message: MessageTypes['margincube.v1.SimulateMarginRequest']['input']): Promise<Buffer> =>
      callBytes(
        shared.client,
        `${SERVICE}.MarginService/SimulateMargin`,
        codec('margincube.v1.SimulateMarginRequest').encode(message),
      );
    const fieldOf = async (
      message: MessageTypes['margincube.v1.SimulateMarginRequest']['input'],
    ): Promise<unknown> => detailOf(await errorOf(ask(message)), 'BadRequest')?.fieldViolations;
    const book = { portfolio: { accountId: 'x' } };
    const legs = [{ instrument: PERPETUAL, quantity: 1 }];
    expect(
      await fieldOf({ calculation, book, legs: [{ instrument: 'nothing', quantity: 1 }] }),
    ).toMatchObject([{ field: 'legs[0].instrument', reason: 'UNKNOWN_INSTRUMENT' }]);
    expect(await fieldOf({ calculation, book, legs: [{ instrument: PERPETUAL }] })).toMatchObject([
      { field: 'legs[0].quantity', reason: 'MISSING_FIELD' },
    ]);
    expect(await fieldOf({ calculation, legs })).toMatchObject([{ field: 'book' }]);
    expect(await fieldOf({ calculation, book: { accountId: 'nobody' }, legs })).toMatchObject([
      { field: 'book.accountId', reason: 'UNKNOWN_ACCOUNT' },
    ]);
    expect(await fieldOf({ book, legs })).toMatchObject([{ field: 'calculation' }]);
  });
});
