/** What a server streams, and what the same accounts are worth from scratch. */
import type { Client, ClientReadableStream } from '@grpc/grpc-js';
import { expect } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import type { MarginUpdate__Output as Update } from '../../src/gen/margincube/v1/MarginUpdate.js';
import type { ResumeToken__Output as ResumeToken } from '../../src/gen/margincube/v1/ResumeToken.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { snapshotFromMessage } from '../../src/wire/convert/market.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { portfolioFromMessage } from '../../src/wire/convert/portfolio.js';
import { codec } from '../../src/wire/schema.js';
import { call, SERVICE } from './account-calls.js';
import { model } from './margins.js';

export interface Streamed {
  readonly epoch: number;
  readonly update: Update;
}

/** A reader of all accounts; keeps the latest update of each. */
export class StreamedMargins {
  readonly latest = new Map<string, Streamed>();
  readonly #stream: ClientReadableStream<Buffer>;
  readonly #tokens = new Map<number, ResumeToken>();

  constructor(client: Client, resumeTokens: readonly ResumeToken[] = []) {
    const identity = (bytes: Buffer): Buffer => bytes;
    const stream = client.makeServerStreamRequest(
      `${SERVICE}.MarginService/StreamMargin`,
      identity,
      identity,
      codec('margincube.v1.StreamMarginRequest').encode({
        allAccounts: true,
        resumeTokens: [...resumeTokens],
      }),
    );
    this.#stream = stream;
    stream.on('error', () => undefined);
    stream.on('data', (bytes: Buffer) => {
      const { batch } = codec('margincube.v1.StreamMarginResponse').decode(bytes);
      if (!batch) return;
      for (const token of batch.resumeTokens) this.#tokens.set(token.partition, token);
      const epoch = Number(batch.epoch);
      for (const update of batch.updates) this.latest.set(update.accountId, { epoch, update });
    });
  }

  close(): void {
    this.#stream.cancel();
  }

  get resumeTokens(): readonly ResumeToken[] {
    return [...this.#tokens.values()];
  }
}

const PATIENCE_MS = 30_000;
const engine = new MarginEngine(loadKernels());

/**
 * Waits until all accounts are streamed at their sequence numbers and later than an epoch, and expects the numbers of a calculation
 * from scratch on the market of the current epoch, bit for bit. An update of that very epoch must be right at once, but for the initial
 * margin while prices are doubtful, which is then never lower; one of an older epoch says that nothing has changed since. Returns how
 * many were compared.
 */
export async function expectFromScratch(
  client: Client,
  streamed: StreamedMargins,
  modelOf: ReadonlyMap<string, string>,
  sequences: ReadonlyMap<string, number>,
  afterEpoch: number,
): Promise<number> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const isLast = Date.now() > deadlineMs;
    const { epoch, market } = await currentMarket(client);
    let differing = 0;
    for (const [accountId, modelName] of modelOf) {
      const { seq, margins } = await fromScratch(client, accountId, modelName, market);
      const found = streamed.latest.get(accountId);
      const isDue = found?.epoch === epoch && Number(found.update.accountSeq) === seq;
      const isNew = epoch > afterEpoch && Number(found?.update.accountSeq) >= (sequences.get(accountId) ?? 0);
      const shown = found && marginsOf(found.update);
      if (isDue) expectNotLower(shown, margins, `${accountId} at epoch ${String(epoch)}`);
      if (isLast) expect(shown, `${accountId} at epoch ${String(epoch)}`).toEqual(margins);
      if (isLast) expect(isNew, `${accountId} is streamed after its last event`).toBe(true);
      const isSame = JSON.stringify(shown) === JSON.stringify(margins);
      if (!isNew || !isSame) differing += 1;
    }
    if (differing === 0) return modelOf.size;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What was streamed for an account at a time. */
export interface StreamedThen extends Streamed {
  readonly timeMs: number;
  readonly accountId: string;
}

/** Expects `GetMarginAsOf` to say what was streamed at these times, bit for bit. */
export async function expectAsStreamed(client: Client, streamed: readonly StreamedThen[]): Promise<void> {
  for (const { timeMs, accountId, update } of streamed) {
    const { report, accountSeq } = await call(
      client,
      'MarginService/GetMarginAsOf',
      'margincube.v1.GetMarginAsOfRequest',
      { accountId, time: timestampOf(timeMs) },
      'margincube.v1.GetMarginAsOfResponse',
    );
    const { equity, initialMargin, maintenanceMargin } = update.state ?? {};
    expect(
      {
        accountSeq,
        equity: report?.equity,
        initialMargin: report?.initialMargin,
        maintenanceMargin: report?.maintenanceMargin,
      },
      `${accountId} at ${new Date(timeMs).toISOString()}`,
    ).toEqual({ accountSeq: update.accountSeq, equity, initialMargin, maintenanceMargin });
  }
}

type Margins = Partial<ReturnType<typeof marginsOf>>;

function expectNotLower(shown: Margins | undefined, margins: Margins, where: string): void {
  const { initialMargin, ...others } = margins;
  expect(shown, where).toMatchObject(others);
  expect(shown?.initialMargin, where).toBeGreaterThanOrEqual(initialMargin ?? Infinity);
}

function marginsOf({ state, status }: Update) {
  const { equity, initialMargin, maintenanceMargin } = state ?? {};
  return { status, equity, initialMargin, maintenanceMargin };
}

async function currentMarket(client: Client): Promise<{ epoch: number; market: Market }> {
  const { snapshot } = await call(
    client,
    'MarketDataService/GetSnapshot',
    'margincube.v1.GetSnapshotRequest',
    {},
    'margincube.v1.GetSnapshotResponse',
  );
  if (!snapshot) throw new Error('the server has no market');
  const market = unwrap(resolveMarket(unwrap(snapshotFromMessage(snapshot))));
  return { epoch: market.epoch, market };
}

async function fromScratch(client: Client, accountId: string, modelName: string, market: Market) {
  const { portfolio, accountSeq } = await call(
    client,
    'PortfolioService/GetPortfolio',
    'margincube.v1.GetPortfolioRequest',
    { accountId },
    'margincube.v1.GetPortfolioResponse',
  );
  const [outcome] = engine.calculate({
    model: model(modelName),
    market,
    portfolios: [unwrap(portfolioFromMessage(portfolio ?? {}))],
    options: DEFAULT_REPORT_OPTIONS,
  });
  if (outcome === undefined) throw new Error('no outcome');
  const { equity, initialMargin, maintenanceMargin } = unwrap(outcome);
  return {
    seq: Number(accountSeq),
    margins: { status: 'NUMBER_STATUS_EXACT' as const, equity, initialMargin, maintenanceMargin },
  };
}
