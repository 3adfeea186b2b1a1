/** Parameters that are phased in: the gate enforces what the stream says, new risk pays in full, and a restart changes no bit. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckOrdersResponse__Output as Decision } from '../../src/gen/margincube/v1/CheckOrdersResponse.js';
import { unwrapJournal } from '../../src/journal/failed.js';
import { openDirectoryJournal } from '../../src/journal/open-directory.js';
import { processEnvironment } from '../../src/journal/open-memory.js';
import type { Journal } from '../../src/journal/journal.js';
import { structFromJson } from '../../src/wire/json/well-known.js';
import { codec } from '../../src/wire/schema.js';
import { buy, event, order, PERPETUAL } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { model, reportOf } from '../support/margins.js';
import { CLIENTS, ParameterCallers } from '../support/parameter-calls.js';
import { book, cash, NOW_MS, sampleMarket, sampleSnapshot } from '../support/sample-market.js';
import { createSecurity, type TestSecurity } from '../support/security.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventually, startTestServer, type TestServer } from '../support/test-server.js';

const HOUR = 3_600_000;
const SET = 'derive-pm2@btc-2026-08-20';
const FIRST = { lossFactor: { initial: 1.2 } };
const SECOND = { lossFactor: { initial: 1.35 } };
const MARK = 96_700;

const folder = temporaryFolder('phase-in');
const clock = { ms: NOW_MS };
let security: TestSecurity;
let server: TestServer;
let callers: ParameterCallers;

const opened = async (name: string): Promise<Journal> =>
  unwrapJournal(
    await openDirectoryJournal(
      path.join(folder, name),
      processEnvironment(() => clock.ms),
    ),
  );

async function start(): Promise<void> {
  const { certificateFile, privateKeyFile } = security;
  server = await startTestServer({
    workers: 1,
    accessFile: security.policy(CLIENTS),
    tls: { certificateFile, privateKeyFile },
    now: () => clock.ms,
    journal: await opened('accounts'),
    parameterJournal: await opened('parameters'),
  });
  callers = new ParameterCallers(security, () => server);
}

async function stop(): Promise<void> {
  callers.close();
  await server.stop();
}

/** From scratch under one set of parameters, in full. */
function initialMarginOf(quantity: number, overrides?: unknown): number {
  const portfolio = book([{ instrument: PERPETUAL, quantity }], [cash('USDC', 100_000)]);
  return reportOf(sampleMarket(), model(SET, overrides), portfolio).initialMargin;
}

/** What is enforced on an epoch of now. */
async function enforced(accountId: string): Promise<{ initialMargin: number; maintenanceMargin: number }> {
  const { epoch } = server.publish(sampleSnapshot()).market;
  await eventually(() => (server.margins.get(accountId)?.epoch ?? 0) >= epoch);
  await server.margins.settled();
  const { initialMargin = NaN, maintenanceMargin = NaN } = server.margins.get(accountId) ?? {};
  return { initialMargin, maintenanceMargin };
}

/** What the gate says of an order in the perpetual at its mark. */
async function check(accountId: string, quantity: number): Promise<Decision> {
  const books = await callers.as('books');
  const side = quantity > 0 ? 'SIDE_BUY' : 'SIDE_SELL';
  const request = order(accountId, { side, quantity: Math.abs(quantity), limitPrice: MARK });
  const [answer] = await books.stream(
    'MarginService/CheckOrders',
    codec('margincube.v1.CheckOrdersRequest').encode(request),
  );
  return codec('margincube.v1.CheckOrdersResponse').decode(answer ?? Buffer.alloc(0));
}

async function record(accountId: string, change: Parameters<typeof event>[1]): Promise<string> {
  const books = await callers.as('books');
  const [answer] = await books.stream(
    'PortfolioService/RecordEvents',
    codec('margincube.v1.RecordEventsRequest').encode({ events: [event(accountId, change)] }),
  );
  const { acknowledgements } = codec('margincube.v1.RecordEventsResponse').decode(answer ?? Buffer.alloc(0));
  return `${acknowledgements[0]?.status ?? ''} ${acknowledgements[0]?.error?.message ?? ''}`;
}

/** The gate and the stream ask the same of the book as it is. */
async function expectAgreement(accountId: string): Promise<void> {
  const streamed = await enforced(accountId);
  const { before } = await check(accountId, 0.01);
  expect(before?.initialMargin).toBeCloseTo(streamed.initialMargin, 6);
  expect(before?.maintenanceMargin).toBeCloseTo(streamed.maintenanceMargin, 6);
}

/** Proposed and approved; in force an hour later. */
async function putInForce(overrides: object): Promise<void> {
  const proposalId = await callers.propose(SET, structFromJson(overrides, 'overrides'));
  await callers.approve('ann', proposalId, 'seen');
  await callers.approve('bob', proposalId, 'seen');
  clock.ms += HOUR;
  const told = (): number => server.logLines.filter((line) => line.includes('in force have changed')).length;
  const before = told();
  await eventually(() => told() > before);
  await server.margins.settled();
}

const whole = { old: 0, first: 0, second: 0 };

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  await start();
  Object.assign(whole, {
    old: initialMarginOf(1),
    first: initialMarginOf(1, FIRST),
    second: initialMarginOf(1, SECOND),
  });
  // Covers the old parameters and not the new ones.
  await callers.put('thin', 1, Math.round((whole.old + whole.first) / 2), SET);
  await callers.put('rich', 1, 100_000, SET);
  await callers.put('leaver', 1, 100_000, SET);
  await putInForce(FIRST);
}, 300_000);

afterAll(async () => {
  await stop();
  security.remove();
});

describe('while parameters are phased in', () => {
  it('the gate asks of a book what is streamed, and lets an account trade that the new parameters would restrict', async () => {
    for (const accountId of ['thin', 'rich']) await expectAgreement(accountId);
    expect((await enforced('thin')).initialMargin).toBeCloseTo(whole.old, 6);
    const thin = await check('thin', -0.1);
    expect(thin.before?.initialExcess).toBeGreaterThan(0);
    expect(thin.decision).toBe('CHECK_DECISION_ACCEPT');
  });

  it('what is added pays in full, in the gate and in the stream', async () => {
    const { after } = await check('rich', 0.5);
    const letOff = whole.first - whole.old;
    expect(after?.initialMargin).toBeCloseTo(initialMarginOf(1.5, FIRST) - letOff, 4);
    await record('rich', buy(0.5, MARK));
    expect((await enforced('rich')).initialMargin).toBeCloseTo(after?.initialMargin ?? NaN, 4);
    await callers.put('new', 1, 100_000, SET);
    expect((await enforced('new')).initialMargin).toBe(whole.first);
    expect((await check('new', 0.1)).before?.initialMargin).toBeCloseTo(whole.first, 6);
  });

  it('money that leaves is judged by the new parameters in full', async () => {
    const streamed = await enforced('thin');
    expect(server.margins.get('thin')?.equity).toBeGreaterThan(streamed.initialMargin + 1);
    const refused = await record('thin', { withdrawal: cash('USDC', 1) });
    expect(refused).toContain('EVENT_STATUS_REFUSED');
    expect(refused).toContain('initial margin short');
  });

  it('what is taken away takes its part of the allowance along, and a restart gives nothing back', async () => {
    const letOff = whole.first - whole.old;
    await record('leaver', { fill: { ...buy(0.5, MARK).fill, side: 'SIDE_SELL' } });
    const sold = initialMarginOf(0.5, FIRST) - (await enforced('leaver')).initialMargin;
    expect(sold).toBeLessThanOrEqual(letOff / 2 + 1e-6);
    expect(sold).toBeGreaterThanOrEqual(letOff / 2 - letOff / 64 - 1e-6);
    await expectAgreement('leaver');
    await record('leaver', buy(0.5, MARK));
    expect((await enforced('leaver')).initialMargin).toBeCloseTo(whole.first - sold, 6);
    clock.ms += HOUR / 10;
    const accountIds = ['thin', 'rich', 'leaver', 'new'];
    const before = await Promise.all(accountIds.map(enforced));
    await stop();
    await start();
    expect(await Promise.all(accountIds.map(enforced))).toEqual(before);
    for (const accountId of accountIds) await expectAgreement(accountId);
  });

  it('a second change begins where the first has come to, and both decay', async () => {
    clock.ms += HOUR / 2;
    await putInForce(SECOND);
    const elapsed = (0.1 + 0.5 + 1) / 4;
    const letOffByFirst = (1 - elapsed) * (whole.first - whole.old);
    const begun = (await enforced('thin')).initialMargin;
    expect(begun).toBeCloseTo(whole.first - letOffByFirst, 4);
    await expectAgreement('thin');
    clock.ms += HOUR;
    const later = (await enforced('thin')).initialMargin;
    const left = (1 - elapsed - 0.25) * (whole.first - whole.old) + 0.75 * (whole.second - whole.first);
    expect(later).toBeCloseTo(whole.second - left, 4);
    await stop();
    await start();
    expect((await enforced('thin')).initialMargin).toBe(later);
    clock.ms += 4 * HOUR;
    expect((await enforced('thin')).initialMargin).toBe(whole.second);
    expect((await check('thin', -0.1)).before?.initialMargin).toBeCloseTo(whole.second, 6);
  });
});
