import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { reportToMessage } from '../../src/wire/convert/report.js';
import { snapshotFromMessage, snapshotToMessage } from '../../src/wire/convert/market.js';
import { codec, serviceDefinition } from '../../src/wire/schema.js';
import { SERVICE_NAMES } from '../../src/rpc/services.js';
import { ensureBuilt } from '../support/built.js';
import { model, outcomeOf } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { book, sampleMarket, sampleSnapshot } from '../support/sample-market.js';
import type { TestServer } from '../support/test-server.js';
import {
  callBytes,
  detailOf,
  errorOf,
  metricSum,
  MODEL,
  rawClient,
  startTestServer,
  statusOf,
} from '../support/test-server.js';

const calculation = { model: { name: MODEL } };
const CALCULATE = '/margincube.v1.MarginService/CalculateMargin';
const snapshot = sampleSnapshot();

let server: TestServer;
let client: MarginClient;
let raw: Client;

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer();
  client = new MarginClient(server.address);
  raw = rawClient(server.address);
}, 300_000);

afterAll(async () => {
  client.close();
  raw.close();
  await server.stop();
});

describe('an error that quotes a long text', () => {
  it('ends its own call and leaves the others on its connection alone', async () => {
    const encoded = codec('margincube.v1.ListCallsRequest').encode({ pageToken: '7'.repeat(380_000) });
    const refused = errorOf(callBytes(raw, '/margincube.v1.MarginService/ListCalls', encoded));
    const beside = callBytes(raw, '/margincube.v1.ModelService/ListModels', Buffer.alloc(0));
    expect(statusOf(await refused).message).toMatch(/^pageToken: Expected .* bytes left out/);
    expect((await beside).length).toBeGreaterThan(0);
  });
});

describe('CalculateMargin', () => {
  it.each([
    ['on the event loop', 20, {}],
    ['on a thread', 45, { inline: snapshotToMessage(snapshot) }],
  ])('answers %s with the numbers of the library', async (_, positionCount, market) => {
    const [portfolio] = randomBooks(snapshot, 1, positionCount, 3);
    if (portfolio === undefined) throw new Error('no book');
    const { report, timing } = await client.calculateMargin({ ...calculation, ...market }, portfolio);
    const outcome = outcomeOf(sampleMarket(), model(MODEL), portfolio);
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const { encode, decode } = codec('margincube.v1.MarginReport');
    // The library of the tests uses the reference kernels: equal to rounding, not to the bit.
    expect(report?.initialMargin).toBeCloseTo(outcome.value.initialMargin, 6);
    expect(report?.maintenanceMargin).toBeCloseTo(outcome.value.maintenanceMargin, 6);
    const expected = decode(encode(reportToMessage(outcome.value)));
    expect(report?.components.map(({ name, quality }) => [name, quality])).toEqual(
      expected.components.map(({ name, quality }) => [name, quality]),
    );
    expect(report).toMatchObject({
      epoch: '7',
      parameterHash: expected.parameterHash,
      marketHash: expected.marketHash,
    });
    expect(Number(timing?.computeMicros)).toBeGreaterThan(0);
  });

  it('gives the same bits on the event loop and on a thread', async () => {
    const [portfolio] = randomBooks(snapshot, 1, 20, 4);
    if (portfolio === undefined) throw new Error('no book');
    const inline = await client.calculateMargin(calculation, portfolio);
    const threaded = await client.calculateMargin(
      { ...calculation, inline: snapshotToMessage(snapshot) },
      portfolio,
    );
    expect(threaded.report).toEqual(inline.report);
  });

  it('margins an empty portfolio at 0', async () => {
    const { report } = await client.calculateMargin(calculation, book([]));
    expect(report).toMatchObject({ initialMargin: 0, maintenanceMargin: 0, bindingScenario: null });
  });

  it('names the field, the reason and the closest names', async () => {
    const error = await errorOf(
      client.calculateMargin(calculation, book([{ instrument: 'BTC-USDC-PERPETUL', quantity: 1 }])),
    );
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'portfolio.positions[0].instrument', reason: 'UNKNOWN_INSTRUMENT' }],
    });
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({
      reason: 'UNKNOWN_INSTRUMENT',
      domain: 'margincube',
      metadata: { closest_matches: expect.stringContaining('BTC-USDC-PERPETUAL') as string },
    });
    expect(detailOf(error, 'RequestInfo')).toMatchObject({
      requestId: error.metadata.get('x-request-id')[0],
    });
  });

  it('tells a missing quantity from 0', async () => {
    const request = codec('margincube.v1.CalculateMarginRequest').encode({
      calculation,
      portfolio: { positions: [{ instrument: 'BTC-USDC-PERPETUAL' }] },
    });
    const error = await errorOf(callBytes(raw, CALCULATE, request));
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'portfolio.positions[0].quantity', reason: 'MISSING_FIELD' }],
    });
  });

  it.each([
    ['garbage', Buffer.from([0xff, 0xff, 0xff])],
    ['a length beyond the end', Buffer.from([0x0a, 0x20, 0x01])],
    [
      'a portfolio that is garbage',
      Buffer.from([0x0a, 0x0f, ...Buffer.from('\n\rderive-pm2@x'), 0x12, 0x01, 0x0a]),
    ],
  ])('answers malformed bytes (%s) with BadRequest', async (_, bytes) => {
    const error = await errorOf(callBytes(raw, CALCULATE, bytes));
    expect([status.INVALID_ARGUMENT, status.NOT_FOUND]).toContain(error.code);
    expect(detailOf(error, 'BadRequest')).toBeDefined();
  });

  it('asks for the calculation, the model and the portfolio', async () => {
    const { encode } = codec('margincube.v1.CalculateMarginRequest');
    const fields: unknown[] = [];
    for (const request of [{}, { calculation: {} }, { calculation }]) {
      const error = await errorOf(callBytes(raw, CALCULATE, encode(request)));
      expect(error.code).toBe(status.INVALID_ARGUMENT);
      fields.push(detailOf(error, 'BadRequest')?.fieldViolations);
    }
    expect(fields).toMatchObject([
      [{ field: 'calculation' }],
      [{ field: 'calculation.model.name' }],
      [{ field: 'portfolio' }],
    ]);
  });

  it('knows which models and parameters there are', async () => {
    const unknown = await errorOf(client.calculateMargin({ model: { name: 'derive-pm3' } }, book([])));
    expect(unknown.code).toBe(status.NOT_FOUND);
    expect(detailOf(unknown, 'ErrorInfo')).toMatchObject({
      reason: 'UNKNOWN_MODEL',
      metadata: { closest_matches: expect.stringContaining('derive-pm2') as string },
    });
    const parameterOverrides = { fields: { noSuchParameter: { numberValue: 1 } } };
    const wrong = await errorOf(
      client.calculateMargin({ model: { name: MODEL, parameterOverrides } }, book([])),
    );
    expect(wrong.code).toBe(status.INVALID_ARGUMENT);
    expect(detailOf(wrong, 'BadRequest')).toMatchObject({
      fieldViolations: [
        { field: 'calculation.model.parameterOverrides.noSuchParameter', reason: 'INVALID_PARAMETER' },
      ],
    });
  });

  it('refuses an epoch that it does not keep', async () => {
    const error = await errorOf(client.calculateMargin({ ...calculation, epoch: 99 }, book([])));
    expect(error.code).toBe(status.FAILED_PRECONDITION);
    expect(detailOf(error, 'PreconditionFailure')).toMatchObject({ violations: [{ type: 'UNKNOWN_EPOCH' }] });
  });

  it('names the field of an inline market', async () => {
    const inline = snapshotToMessage({
      ...snapshot,
      underlyings: [{ name: 'BTC', indexPrice: NaN, confidence: 1 }],
    });
    const error = await errorOf(client.calculateMargin({ ...calculation, inline }, book([])));
    expect(detailOf(error, 'BadRequest')).toMatchObject({
      fieldViolations: [{ field: 'calculation.inline.underlyings[0].indexPrice' }],
    });
  });

  it('writes one log line per call, with the request id and without positions', async () => {
    const before = server.logLines.length;
    const request = codec('margincube.v1.CalculateMarginRequest').encode({
      calculation,
      portfolio: {
        accountId: 'secret',
        positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 271828.125 }],
      },
    });
    await callBytes(raw, CALCULATE, request);
    const lines = server.logLines.slice(before);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: CALCULATE.slice(1), code: 'OK' });
    expect(lines[0]).not.toMatch(/secret|PERPETUAL|271828/);
    const counted = await metricSum(server, 'grpc_server_handled_total', {
      grpc_type: 'unary',
      grpc_method: 'CalculateMargin',
      grpc_code: 'OK',
    });
    expect(counted).toBeGreaterThan(0);
  });
});

describe('lookups', () => {
  it('give the market back', async () => {
    const bytes = await callBytes(raw, '/margincube.v1.MarketDataService/GetSnapshot', Buffer.alloc(0));
    const { snapshot: message, marketHash } = codec('margincube.v1.GetSnapshotResponse').decode(bytes);
    expect(marketHash).toBe(sampleMarket().hash);
    expect(message === null ? undefined : snapshotFromMessage(message)).toEqual({
      ok: true,
      value: snapshot,
    });
  });

  it('list the models, and show one with its parameters', async () => {
    const list = codec('margincube.v1.ListModelsResponse').decode(
      await callBytes(raw, '/margincube.v1.ModelService/ListModels', Buffer.alloc(0)),
    );
    expect(list.models.map(({ id }) => id)).toEqual(expect.arrayContaining(['derive-pm2', 'deribit-pm']));
    const request = codec('margincube.v1.GetModelRequest').encode({ model: { name: MODEL } });
    const shown = codec('margincube.v1.GetModelResponse').decode(
      await callBytes(raw, '/margincube.v1.ModelService/GetModel', request),
    );
    expect(shown).toMatchObject({
      id: 'derive-pm2',
      parameterSet: 'btc-2026-08-20',
      parameterHash: model(MODEL).parameterHash,
    });
    expect(Object.keys(shown.parameters?.fields ?? {})).toContain('cashAsset');
  });

  it('say which model is unknown', async () => {
    const request = codec('margincube.v1.GetModelRequest').encode({ model: { name: 'nothing' } });
    const error = await errorOf(callBytes(raw, '/margincube.v1.ModelService/GetModel', request));
    expect(error.code).toBe(status.NOT_FOUND);
    expect(detailOf(error, 'BadRequest')).toMatchObject({ fieldViolations: [{ field: 'model.name' }] });
  });
});

describe('the rest of the contract', () => {
  // Without a reserve audit, which this server lacks, the methods of that service are as good as not built.
  const methods = SERVICE_NAMES.filter((service) => !service.endsWith('ReserveService')).flatMap((service) =>
    Object.values(serviceDefinition(service)),
  );

  /** How a method answers nothing at all: the code of its end, or undefined where it has begun to answer or waits for more. */
  function answerToNothing(path: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const identity = (bytes: Buffer): Buffer => bytes;
      const call = raw.makeBidiStreamRequest(path, identity, identity);
      const begun = (): void => {
        resolve(undefined);
        call.cancel();
      };
      const patience = setTimeout(begun, 500);
      call.on('data', begun);
      call.on('error', () => undefined);
      call.on('status', (ended: { code: number }) => {
        clearTimeout(patience);
        resolve(ended.code);
      });
      call.end(Buffer.alloc(0));
    });
  }

  it('is built, every method of it', async () => {
    expect(methods.length).toBeGreaterThan(25);
    const codes = await Promise.all(
      methods.map(async ({ path }) => [path, await answerToNothing(path)] as const),
    );
    expect(codes.filter(([, code]) => code === status.UNIMPLEMENTED)).toEqual([]);
    expect(await answerToNothing('/margincube.v1.MarginService/Guess')).toBe(status.UNIMPLEMENTED);
  });

  it('is described by reflection with the names of the proto files', async () => {
    const reflection = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const identity = (bytes: Buffer): Buffer => bytes;
    const ask = (request: Buffer): Promise<Buffer> =>
      new Promise((resolve, reject) => {
        const call = raw.makeBidiStreamRequest(reflection, identity, identity);
        call.on('data', resolve);
        call.on('error', reject);
        call.write(request);
        call.end();
      });
    // list_services = 7, file_containing_symbol = 4
    const services = (await ask(Buffer.from([0x3a, 0x01, 0x2a]))).toString('latin1');
    for (const name of SERVICE_NAMES) expect(services).toContain(name);
    const symbol = Buffer.from('margincube.v1.Position');
    const file = (await ask(Buffer.concat([Buffer.from([0x22, symbol.length]), symbol]))).toString('latin1');
    expect(file).toContain('average_entry_price');
    expect(file).not.toContain('averageEntryPrice\x18');
  });

  it('does not serve internal details of errors', async () => {
    const error = await errorOf(callBytes(raw, CALCULATE, Buffer.from([0xff])));
    expect(JSON.stringify(statusOf(error))).not.toMatch(/node_modules|\.js:/);
  });
});
