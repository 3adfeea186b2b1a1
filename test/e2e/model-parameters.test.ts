/** A change of parameters on a real server: previewed, proposed, approved by two, in force, phased in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemoryJournal, processEnvironment } from '../../src/journal/open-memory.js';
import { failure } from '../../src/domain/outcome.js';
import type { Struct } from '../../src/gen/google/protobuf/Struct.js';
import { ParameterBoard, readParameterEvents } from '../../src/recalibration/governance/parameter-board.js';
import { parametersInForce } from '../../src/recalibration/governance/parameter-state.js';
import { HOUSE_POLICY } from '../../src/recalibration/governance/policy.js';
import type { MessageTypes } from '../../src/wire/message-types.js';
import { structFromJson } from '../../src/wire/json/well-known.js';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import { model, reportOf } from '../support/margins.js';
import { ask, CLIENTS, ParameterCallers } from '../support/parameter-calls.js';
import { book, cash, NOW_MS, sampleMarket, sampleSnapshot } from '../support/sample-market.js';
import { createSecurity, type TestCaller, type TestSecurity } from '../support/security.js';
import { errorOf, eventually, startTestServer, statusOf, type TestServer } from '../support/test-server.js';

const HOUR = 3_600_000;
const SET = 'derive-pm2@btc-2026-08-20';
const PERPETUAL = 'BTC-USDC-PERPETUAL';
let security: TestSecurity;
let server: TestServer;
const clock = { ms: NOW_MS };
let callers: ParameterCallers;
const journal = openMemoryJournal(processEnvironment(() => clock.ms));

const as = (subject: string): Promise<TestCaller> => callers.as(subject);

async function start(): Promise<TestServer> {
  const { certificateFile, privateKeyFile } = security;
  return startTestServer({
    workers: 1,
    accessFile: security.policy(CLIENTS),
    tls: { certificateFile, privateKeyFile },
    now: () => clock.ms,
    parameterJournal: await journal,
  });
}

const NO_WORLD = {
  resolve: () => failure('INTERNAL', '', ''),
  knownModels: [],
  preview: () => Promise.resolve(failure('INTERNAL', '', '')),
  accountsCalled: () => 0,
  onEffective: () => undefined,
};
const CHANGE = { lossFactor: { initial: 1.2 } };
const spec = { name: 'derive-pm2', parameterOverrides: structFromJson(CHANGE, 'parameterOverrides') };

/** From scratch, one book at a time. */
function initialMarginOf(overrides?: unknown): number {
  const portfolio = book([{ instrument: PERPETUAL, quantity: 1 }], [cash('USDC', 100_000)]);
  return reportOf(sampleMarket(), model(SET, overrides), portfolio).initialMargin;
}

/** What is enforced on an epoch of now. */
async function enforced(accountId: string): Promise<number> {
  server.publish(sampleSnapshot());
  await server.margins.settled();
  return server.margins.get(accountId)?.initialMargin ?? NaN;
}

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  server = await start();
  callers = new ParameterCallers(security, () => server);
}, 120_000);

afterAll(async () => {
  callers.close();
  await server.stop();
  security.remove();
});

describe('parameters of a server', () => {
  it('say whom they would hit, account by account, before anybody decides', async () => {
    await callers.put('rich', 1, 100_000, SET);
    await callers.put('thin', 1, 15_000, 'derive-pm2');
    await callers.put('other', 1, 15_000, 'okx-pm');
    await server.margins.settled();
    const quant = await as('quant');
    const request = codec('margincube.v1.PreviewParametersRequest').encode({ proposed: spec, topMovers: 1 });
    const answers = await quant.stream('ModelService/PreviewParameters', request);
    const last = codec('margincube.v1.PreviewParametersResponse').decode(answers.at(-1) ?? Buffer.alloc(0));
    const [before, after] = [initialMarginOf(), initialMarginOf(CHANGE)];
    expect(after).toBeGreaterThan(before);
    expect(last).toMatchObject({ accountsDone: 2, accountCount: 2, complete: true });
    expect(last.impact).toMatchObject({
      initialMarginBeforeUsd: 2 * before,
      initialMarginAfterUsd: 2 * after,
      failedAccounts: 0,
      newLiquidations: 0,
    });
    expect(last.impact?.topMovers).toEqual([
      {
        accountId: 'rich',
        initialMarginBeforeUsd: before,
        initialMarginAfterUsd: after,
        initialExcessAfterUsd: expect.closeTo(100_000 - after, 6) as number,
      },
    ]);
    expect(answers.length).toBeGreaterThan(1);
  });

  it('say it in dollars, whatever currency an account is margined in', async () => {
    const books = await as('books');
    const coins = { positions: [{ instrument: 'BTC-PERPETUAL', quantity: 10_000 }], units: '300000000' };
    await ask(
      books,
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      {
        portfolio: {
          accountId: 'coins',
          positions: coins.positions,
          balances: [{ asset: 'BTC', units: coins.units, decimals: 8 }],
        },
        details: { model: 'deribit-pm', ownerId: 'desk' },
      },
      'margincube.v1.PutPortfolioResponse',
    );
    await server.margins.settled();
    const wider = { currencies: { BTC: { priceRange: 0.19 } } };
    const proposed = {
      name: 'deribit-pm',
      parameterOverrides: structFromJson(wider, 'parameterOverrides'),
    };
    const request = codec('margincube.v1.PreviewParametersRequest').encode({ proposed, topMovers: 1 });
    const answers = await (await as('quant')).stream('ModelService/PreviewParameters', request);
    const { impact } = codec('margincube.v1.PreviewParametersResponse').decode(
      answers.at(-1) ?? Buffer.alloc(0),
    );
    const portfolio = book(coins.positions, [cash('BTC', 3)]);
    const [before, after] = [undefined, wider].map((overrides) =>
      reportOf(sampleMarket(), model('deribit-pm', overrides), portfolio),
    );
    expect(before?.currency).toBe('BTC');
    const bitcoinUsd = 96_650;
    expect(impact?.initialMarginBeforeUsd).toBeCloseTo((before?.initialMargin ?? NaN) * bitcoinUsd, 6);
    expect(impact?.initialMarginAfterUsd).toBeCloseTo((after?.initialMargin ?? NaN) * bitcoinUsd, 6);
    expect(impact?.topMovers[0]?.initialExcessAfterUsd).toBeCloseTo(
      (after?.initialExcess ?? NaN) * bitcoinUsd,
      6,
    );
  });

  it('need two identities, and are phased in for old books', async () => {
    const quant = await as('quant');
    const [before, after] = [initialMarginOf(), initialMarginOf(CHANGE)];
    const { proposal } = await ask(
      quant,
      'ModelService/ProposeParameters',
      'margincube.v1.ProposeParametersRequest',
      { model: spec, rationale: 'volatility doubled', idempotencyKey: 'k-1' },
      'margincube.v1.ProposeParametersResponse',
    );
    const proposalId = proposal?.proposalId ?? '';
    expect(proposal).toMatchObject({
      state: 'PROPOSAL_STATE_PROPOSED',
      parameterHash: model(SET, CHANGE).parameterHash,
    });
    expect(await callers.approve('ann', proposalId, 'seen')).toBe('PROPOSAL_STATE_PROPOSED');
    const twice = statusOf(await errorOf(callers.approve('ann', proposalId, 'seen')));
    expect(JSON.stringify(twice)).toContain('neither proposed nor approved');
    expect((await errorOf(callers.approve('quant', proposalId))).code).toBe(7);
    expect(await callers.approve('bob', proposalId, 'seen')).toBe('PROPOSAL_STATE_APPROVED');
    expect(await enforced('rich')).toBe(before);

    clock.ms += HOUR;
    const start = clock.ms;
    await eventually(() => server.logLines.some((line) => line.includes('parameters in force have changed')));
    await server.margins.settled();
    expect(await enforced('rich')).toBeCloseTo(before, 6);
    await callers.put('new', 1, 100_000, SET);
    expect(await enforced('new')).toBe(after);
    clock.ms = start + HOUR;
    expect(await enforced('rich')).toBeCloseTo(before + 0.25 * (after - before), 6);
    clock.ms = start + 4 * HOUR;
    expect(await enforced('rich')).toBe(after);
    expect(await enforced('other')).toBeGreaterThan(0);

    const replayed = new ParameterBoard({ ...NO_WORLD, now: () => clock.ms });
    await replayed.recover(await journal);
    const held = parametersInForce(replayed.state, SET);
    expect(held?.parameterHash).toBe(model(SET, CHANGE).parameterHash);
  });

  it('are held by the kill switch', async () => {
    const quant = await as('quant');
    const freeze = (
      frozen: boolean,
    ): Promise<MessageTypes['margincube.v1.FreezeParametersResponse']['output']> =>
      ask(
        quant,
        'ModelService/FreezeParameters',
        'margincube.v1.FreezeParametersRequest',
        { modelId: 'derive-pm2', frozen, reason: 'look' },
        'margincube.v1.FreezeParametersResponse',
      );
    expect((await freeze(true)).frozenModelIds).toEqual(['derive-pm2']);
    const proposed = codec('margincube.v1.ProposeParametersRequest').encode({
      model: spec,
      rationale: 'again',
    });
    const refused = statusOf(await errorOf(quant.unary('ModelService/ProposeParameters', proposed)));
    expect(JSON.stringify(refused)).toContain('is not frozen');
    expect((await freeze(false)).frozenModelIds).toEqual([]);
  });
});

describe('parameters of a server refuse, and stay as they were:', () => {
  /** Everything that ever happened to parameters. */
  async function history(): Promise<string[]> {
    const events: string[] = [];
    for await (const event of readParameterEvents(await journal)) events.push(JSON.stringify(event));
    return events;
  }

  /** The error of a call that must change nothing. */
  async function refusal(ask: () => Promise<unknown>): Promise<string> {
    const before = await history();
    const error = await errorOf(ask());
    expect(await history()).toEqual(before);
    return `${String(error.code)} ${JSON.stringify(statusOf(error))}`;
  }

  const propose = (overrides: Struct, name = SET): Promise<string> => callers.propose(name, overrides);
  const initial = (numberValue: number): Struct => ({
    fields: { lossFactor: { structValue: { fields: { initial: { numberValue } } } } },
  });

  it.each([
    ['a number that is none', initial(NaN), 'model.parameterOverrides.lossFactor.initial'],
    ['an infinite number', initial(Infinity), 'model.parameterOverrides.lossFactor.initial'],
    ['a move beyond its share', initial(9), 'model.parameterOverrides.lossFactor.initial'],
    ['an unknown parameter', { fields: { lossFaktor: { structValue: { fields: {} } } } }, 'lossFaktor'],
  ])('a proposal with %s', async (_, overrides, field) => {
    const refused = await refusal(() => propose(overrides));
    expect(refused).toMatch(/^3 /);
    expect(refused).toContain(field);
  });

  it('a proposal for an unknown model', async () => {
    expect(await refusal(() => propose(initial(1.25), 'derive-pm9'))).toContain('model.name');
  });

  it('an approval of an unknown proposal', async () => {
    expect(await refusal(() => callers.approve('ann', 'no-such-proposal'))).toContain('proposalId');
  });

  it('a second approval by one identity, and one of whoever proposed', async () => {
    clock.ms += HOUR;
    const proposalId = await propose(initial(1.3));
    expect(await callers.approve('ann', proposalId, 'seen')).toBe('PROPOSAL_STATE_PROPOSED');
    const again = await refusal(() => callers.approve('ann', proposalId, 'seen'));
    expect(again).toContain('identity');
    expect(again).toContain('neither proposed nor approved');
  });

  it('a second proposal while one waits', async () => {
    expect(await refusal(() => propose(initial(1.28)))).toContain('Expected no other open proposal');
  });

  it('every command while the clock is back', async () => {
    clock.ms -= HOUR;
    const quant = await as('quant');
    const freeze = (): Promise<unknown> =>
      ask(
        quant,
        'ModelService/FreezeParameters',
        'margincube.v1.FreezeParametersRequest',
        { modelId: 'derive-pm2', frozen: true, reason: 'look' },
        'margincube.v1.FreezeParametersResponse',
      );
    const refused = [await refusal(() => propose(initial(1.28))), await refusal(freeze)];
    for (const one of refused) expect(one).toContain('a clock at or after the last change');
    clock.ms += HOUR;
  });

  it('to start under a policy whose lower limit is above the upper', async () => {
    const limits = { 'lossFactor.initial': { lo: 2, hi: 1 } };
    await expect(startTestServer({ parameterPolicy: { ...HOUSE_POLICY, limits } })).rejects.toThrow(
      /parameterPolicy\.limits\.lossFactor\.initial\.lo/,
    );
  });
});
