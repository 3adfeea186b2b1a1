/** GetMarginAsOf on a real server with a journal: what was streamed, also after a restart, and what cannot be answered. */
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { call, event, events, PERPETUAL, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { startJournaledServer } from '../support/journaled-server.js';
import { NOW_MS, sampleSnapshot } from '../support/sample-market.js';
import { StreamedMargins } from '../support/streamed-margins.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { detailOf, errorOf, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

/** The first is margined in columns, the others book by book; none has a rule for open orders, so that fills of them count. */
const MODELS = [MODEL, 'derive-pm1', 'derive-sm'];
const OPTION = sampleSnapshot().instruments.find(({ instrument }) => instrument.kind === 'OPTION')!.instrument
  .name;
const folder = path.join(temporaryFolder('margin-as-of'), 'journal');
let nowMs = NOW_MS;
let server: TestServer;
let client: Client;

async function start(): Promise<void> {
  ({ server, client } = await startJournaledServer(folder, () => nowMs));
}

beforeAll(async () => {
  ensureBuilt();
  await start();
}, 300_000);
afterAll(async () => {
  client.close();
  await server.stop();
});

const asOf = (accountId: string, timeMs: number) =>
  call(
    client,
    'MarginService/GetMarginAsOf',
    'margincube.v1.GetMarginAsOfRequest',
    { accountId, time: timestampOf(timeMs), options: { allowApproximations: true } },
    'margincube.v1.GetMarginAsOfResponse',
  );

interface Seen {
  readonly timeMs: number;
  readonly accountId: string;
  readonly margins: ReturnType<typeof marginsOf>;
}

function marginsOf(
  margins: { equity?: number; initialMargin?: number; maintenanceMargin?: number },
  accountSeq: unknown,
  epoch: unknown,
) {
  const { equity, initialMargin, maintenanceMargin } = margins;
  return { accountSeq: String(accountSeq), epoch: String(epoch), equity, initialMargin, maintenanceMargin };
}

async function expectAsSeen(seen: readonly Seen[]): Promise<void> {
  for (const { timeMs, accountId, margins } of seen) {
    const { report, accountSeq, portfolio } = await asOf(accountId, timeMs);
    expect(marginsOf(report!, accountSeq, report!.epoch), `${accountId} at ${String(timeMs)}`).toEqual(
      margins,
    );
    expect(portfolio?.accountId).toBe(accountId);
    expect(report?.parameterHash).toMatch(/^[0-9a-f]{64}$/);
  }
}

it(
  'gives the bits that were streamed at the moment, also after a restart',
  { timeout: 120_000 },
  async () => {
    const streamed = new StreamedMargins(client);
    const recording = events(client);
    for (const model of MODELS) await put(client, model, 500_000, model);
    const seen: Seen[] = [];
    for (let step = 1; step <= 4; step += 1) {
      nowMs += 10_000;
      for (const accountId of MODELS) {
        const order = { orderId: `o${String(step)}`, instrument: PERPETUAL, side: 'SIDE_SELL' as const };
        const [answer] = await recording.ask({
          events: [
            event(accountId, {
              fill: { tradeId: 't', instrument: OPTION, side: 'SIDE_SELL', quantity: 0.3 * step, price: 900 },
            }),
            event(accountId, { orderPlaced: { ...order, quantity: 0.5, limitPrice: 97_000 } }),
          ],
        });
        for (const { status, error } of answer!.acknowledgements)
          expect(status, error?.message).toBe('EVENT_STATUS_ACCEPTED');
      }
      const { epoch } = server.publish({
        ...sampleSnapshot(),
        epoch: 0,
        underlyings: sampleSnapshot().underlyings.map((quote) => ({
          ...quote,
          indexPrice: quote.indexPrice * (1 + 0.01 * step),
        })),
      }).market;
      const isStreamed = (id: string): boolean => {
        const found = streamed.latest.get(id);
        return (
          found !== undefined && found.epoch >= epoch && Number(found.update.accountSeq) === 1 + 2 * step
        );
      };
      for (const accountId of MODELS)
        await expect.poll(() => isStreamed(accountId), { timeout: 20_000, message: accountId }).toBe(true);
      for (const accountId of MODELS) {
        const { epoch: at, update } = streamed.latest.get(accountId)!;
        const margins = marginsOf(update.state!, update.accountSeq, at);
        seen.push({ timeMs: nowMs, accountId, margins });
      }
    }
    recording.end();
    streamed.close();
    expect(new Set(seen.map(({ margins }) => margins.initialMargin)).size).toBe(seen.length);
    nowMs += 10_000;
    await expectAsSeen(seen);
    client.close();
    await server.stop();
    nowMs += 60_000;
    await start();
    await expectAsSeen(seen);
  },
);

it('says what it cannot answer', { timeout: 60_000 }, async () => {
  const future = await errorOf(asOf(MODEL, nowMs + 1));
  expect(detailOf(future, 'ErrorInfo')).toMatchObject({ reason: 'INVALID_VALUE' });
  expect(future.message).toContain(`up to ${new Date(nowMs).toISOString()}`);
  const nobody = await errorOf(asOf('nobody', nowMs));
  expect(detailOf(nobody, 'ErrorInfo')).toMatchObject({ reason: 'UNKNOWN_ACCOUNT' });
  const before = await errorOf(asOf(MODEL, NOW_MS - 1));
  expect(detailOf(before, 'ErrorInfo')).toMatchObject({
    reason: 'NOT_KEPT',
    metadata: { oldest_time: new Date(NOW_MS).toISOString() },
  });
  const without = await startTestServer();
  const other = rawClient(without.address);
  const request = { accountId: 'a', time: timestampOf(NOW_MS) };
  const refused = await errorOf(
    call(
      other,
      'MarginService/GetMarginAsOf',
      'margincube.v1.GetMarginAsOfRequest',
      request,
      'margincube.v1.GetMarginAsOfResponse',
    ),
  );
  expect(detailOf(refused, 'ErrorInfo')).toMatchObject({ reason: 'NO_JOURNAL' });
  other.close();
  await without.stop();
});
