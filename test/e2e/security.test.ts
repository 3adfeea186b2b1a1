/** TLS, identities, roles and accounts on a real server, as attackers and operators meet them. */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity, TestCaller } from '../support/security.js';
import type { TestServer } from '../support/test-server.js';
import { detailOf, errorOf, eventually, MODEL, startTestServer, statusOf } from '../support/test-server.js';

const CLIENTS = [
  { name: 'reader', tokenSubject: 'reader', roles: ['reader'] },
  { name: 'desk-a', tokenSubject: 'desk-a', roles: ['trader'], accounts: ['a-1', 'a-2'] },
  { name: 'desk-b', tokenSubject: 'desk-b', roles: ['trader'], accounts: ['b-1'] },
  { name: 'risk', tokenSubject: 'risk', certificates: ['URI:spiffe://firm/risk'], roles: ['risk'] },
  { name: 'books', tokenSubject: 'books', roles: ['publisher'], accounts: 'all' },
  { name: 'books-a', tokenSubject: 'books-a', roles: ['publisher'], accounts: ['a-1'] },
  { name: 'slow', tokenSubject: 'slow', roles: ['reader'], callsPerSecond: 1 },
  { name: 'admin', certificates: ['URI:spiffe://firm/admin'], roles: ['admin'] },
] as const;

const calculation = { model: { name: MODEL } };
const margin = codec('margincube.v1.CalculateMarginRequest').encode({
  calculation,
  portfolio: { accountId: 'x' },
});
const CALCULATE = 'MarginService/CalculateMargin';

let security: TestSecurity;
let server: TestServer;
let mutual: TestServer;
const callers: TestCaller[] = [];

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  const { certificateFile, privateKeyFile, clientAuthorityFile } = security;
  const accessFile = security.policy(CLIENTS);
  server = await startTestServer({ workers: 1, accessFile, tls: { certificateFile, privateKeyFile } });
  mutual = await startTestServer({
    workers: 1,
    accessFile,
    tls: { certificateFile, privateKeyFile, clientAuthorityFile },
  });
  const books = await as('books');
  for (const accountId of ['a-1', 'b-1']) await books.unary('PortfolioService/PutPortfolio', book(accountId));
}, 120_000);

afterAll(async () => {
  for (const caller of callers) caller.close();
  await Promise.all([server.stop(), mutual.stop()]);
  security.remove();
});

function book(accountId: string): Buffer {
  return codec('margincube.v1.PutPortfolioRequest').encode({
    portfolio: {
      accountId,
      positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1.2345678 }],
      balances: [{ asset: 'USDC', units: '98765432101', decimals: 6 }],
    },
  });
}

function caller(token?: string): TestCaller {
  const made = new TestCaller(server.address, security.channel(), token);
  callers.push(made);
  return made;
}

async function as(subject: string): Promise<TestCaller> {
  return caller(await security.token(subject));
}

function withCertificate(uri: string | undefined, authority?: 'trusted' | 'other'): TestCaller {
  const made = new TestCaller(mutual.address, security.channel(uri, authority));
  callers.push(made);
  return made;
}

/** Everything that tells two errors apart, without what names the call. */
function visible(error: ServiceError): unknown {
  const { code, message, details } = statusOf(error);
  return { code, message, details: details.filter((one) => !String(one['@type']).endsWith('RequestInfo')) };
}

describe('transport', () => {
  it('speaks TLS 1.3 and nothing older, and no plain text', async () => {
    const port = server.port;
    const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
    const old = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    const refused = await new Promise<Error>((resolve) => old.once('error', resolve));
    expect(refused.message).toMatch(/protocol version|alert/i);
    const plain = new TestCaller(server.address, credentials.createInsecure());
    callers.push(plain);
    expect((await errorOf(plain.unary(CALCULATE, margin))).code).toBe(status.UNAVAILABLE);
  });

  it('with mutual TLS knows a client by its certificate', async () => {
    const admin = withCertificate('spiffe://firm/admin');
    expect((await admin.unary(CALCULATE, margin)).length).toBeGreaterThan(0);
    const stranger = withCertificate('spiffe://firm/stranger');
    const error = await errorOf(stranger.unary(CALCULATE, margin));
    expect(error.code).toBe(status.UNAUTHENTICATED);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'UNKNOWN_CERTIFICATE' });
  });

  it('with mutual TLS does not talk to clients of another authority or without certificate', async () => {
    for (const one of [withCertificate('spiffe://firm/admin', 'other'), withCertificate(undefined)]) {
      const error = await errorOf(one.unary(CALCULATE, margin));
      expect(error.code).toBe(status.UNAVAILABLE);
    }
  });
});

describe('tokens', () => {
  it('let a client in, as often as it likes', async () => {
    const reader = await as('reader');
    for (let n = 0; n < 3; n += 1) expect((await reader.unary(CALCULATE, margin)).length).toBeGreaterThan(0);
  });

  it('that are missing, expired, foreign or forged are refused alike', async () => {
    const { privateKey: otherKey } = await generateKeyPair('EdDSA');
    const good = await security.token('admin-of-nothing');
    const [header = '', payload = '', signature = ''] = (await security.token('reader')).split('.');
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const cases: [string | undefined, string][] = [
      [undefined, 'NO_CREDENTIALS'],
      [await security.token('reader', { expiresInSeconds: -60 }), 'EXPIRED_TOKEN'],
      [await security.token('reader', { key: otherKey }), 'INVALID_TOKEN'],
      [await security.token('reader', { audience: 'somebody-else' }), 'INVALID_TOKEN'],
      [await security.token('reader', { issuer: 'somebody-else' }), 'INVALID_TOKEN'],
      [good, 'INVALID_TOKEN'],
      [`${encode({ alg: 'none' })}.${payload}.`, 'INVALID_TOKEN'],
      [`${encode({ alg: 'none', kid: 'key-1' })}.${payload}.${signature}`, 'INVALID_TOKEN'],
      [`${encode({ alg: 'HS256', kid: 'key-1' })}.${payload}.${signature}`, 'INVALID_TOKEN'],
      [`${header}.${encode({ sub: 'risk', exp: 4_000_000_000 })}.${signature}`, 'INVALID_TOKEN'],
      ['x'.repeat(5_000), 'INVALID_TOKEN'],
    ];
    for (const [token, reason] of cases) {
      const error = await errorOf(caller(token).unary(CALCULATE, margin));
      expect(error.code).toBe(status.UNAUTHENTICATED);
      expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason, domain: 'margincube' });
    }
  });

  it('that expire end the streams that they have opened', async () => {
    // Verified with five seconds of tolerance for clocks: this one has some tenths of a second left.
    const trader = caller(await security.token('desk-a', { expiresInSeconds: -4 }));
    const request = codec('margincube.v1.StreamMarginRequest').encode({ allAccounts: true });
    const error = await errorOf(trader.stream('MarginService/StreamMargin', request));
    expect(error.code).toBe(status.UNAUTHENTICATED);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'EXPIRED_TOKEN' });
  });

  it('are limited in their calls, and told when to come again', async () => {
    const slow = await as('slow');
    await slow.unary(CALCULATE, margin);
    const error = await errorOf(slow.unary(CALCULATE, margin));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'RATE_LIMITED' });
    expect(detailOf(error, 'RetryInfo')).toHaveProperty('retryDelay');
    expect((await (await as('reader')).unary(CALCULATE, margin)).length).toBeGreaterThan(0);
  });
});

describe('roles', () => {
  it.each([
    ['reader', 'PortfolioService/GetPortfolio'],
    ['reader', 'ReserveService/GetInclusionProof'],
    ['reader', 'ReserveService/GetPrivateProof'],
    ['desk-a', 'PortfolioService/PutPortfolio'],
    ['risk', 'PortfolioService/PutPortfolio'],
    ['books', 'MarginService/CalculateMargin'],
    ['desk-a', 'RiskService/AggregateRisk'],
    ['risk', 'ModelService/ApproveParameters'],
  ])('%s may not call %s', async (subject, method) => {
    const error = await errorOf((await as(subject)).unary(method, Buffer.alloc(0)));
    expect(error.code).toBe(status.PERMISSION_DENIED);
    expect(detailOf(error, 'ErrorInfo')).toMatchObject({ reason: 'METHOD_DENIED' });
  });

  it('hold for streams', async () => {
    for (const [subject, method] of [
      ['reader', 'MarginService/CheckOrders'],
      ['desk-a', 'PortfolioService/RecordEvents'],
      ['risk', 'MarketDataService/PublishMarketData'],
      ['reader', 'MarginService/StreamMargin'],
    ] as const) {
      const error = await errorOf((await as(subject)).stream(method, Buffer.alloc(0)));
      expect(error.code).toBe(status.PERMISSION_DENIED);
    }
  });
});

describe("somebody else's account", () => {
  const requests: [string, (accountId: string) => Buffer][] = [
    [
      'PortfolioService/GetPortfolio',
      (accountId) => codec('margincube.v1.GetPortfolioRequest').encode({ accountId }),
    ],
    [
      'PortfolioService/GetPortfolio',
      (accountId) => codec('margincube.v1.GetPortfolioRequest').encode({ accountId, atAccountSeq: '99' }),
    ],
    [
      'MarginService/SimulateMargin',
      (accountId) =>
        codec('margincube.v1.SimulateMarginRequest').encode({
          calculation,
          book: { accountId },
          legs: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1 }],
        }),
    ],
    [
      'MarginService/SolveSize',
      (accountId) =>
        codec('margincube.v1.SolveSizeRequest').encode({
          calculation,
          book: { accountId },
          instrument: 'BTC-USDC-PERPETUAL',
          side: 'SIDE_BUY',
        }),
    ],
    [
      'MarginService/SuggestHedge',
      (accountId) => codec('margincube.v1.SuggestHedgeRequest').encode({ calculation, book: { accountId } }),
    ],
    [
      'RiskService/PlanLiquidation',
      (accountId) =>
        codec('margincube.v1.PlanLiquidationRequest').encode({ calculation, book: { accountId } }),
    ],
  ];

  it.each(requests)('is to %s as one that does not exist', async (method, request) => {
    const trader = await as('desk-a');
    const foreign = await errorOf(trader.unary(method, request('b-1')));
    const unknown = await errorOf(trader.unary(method, request('c-1')));
    expect(foreign.code).toBe(status.NOT_FOUND);
    expect(JSON.stringify(visible(foreign)).replaceAll('b-1', 'c-1')).toBe(JSON.stringify(visible(unknown)));
    expect(foreign.metadata.getMap()).toEqual({
      ...unknown.metadata.getMap(),
      'x-request-id': foreign.metadata.get('x-request-id')[0],
      'grpc-status-details-bin': foreign.metadata.get('grpc-status-details-bin')[0],
      date: foreign.metadata.getMap().date,
    });
  });

  it('is refused by the gate as one that does not exist', async () => {
    const trader = await as('desk-a');
    const check = async (accountId: string): Promise<string> => {
      const request = codec('margincube.v1.CheckOrdersRequest').encode({
        clientOrderId: 'o-1',
        accountId,
        instrument: 'BTC-USDC-PERPETUAL',
        side: 'SIDE_BUY',
        quantity: 1,
        limitPrice: 96_000,
        mode: 'CHECK_MODE_RESERVE',
      });
      const [answer] = await trader.stream('MarginService/CheckOrders', request);
      const { decode, encode } = codec('margincube.v1.CheckOrdersResponse');
      const untimed = encode({ ...decode(answer ?? Buffer.alloc(0)), computeMicros: 0 });
      return untimed.toString('latin1').replaceAll(accountId, 'ID');
    };
    expect(await check('b-1')).toBe(await check('c-1'));
    expect(await check('a-1')).not.toBe(await check('c-1'));
  });

  it('is in no list and no stream of a trader', async () => {
    const trader = await as('desk-a');
    const list = await trader.unary('PortfolioService/ListPortfolios', Buffer.alloc(0));
    const { portfolios } = codec('margincube.v1.ListPortfoliosResponse').decode(list);
    expect(portfolios.map(({ accountId }) => accountId)).toEqual(['a-1']);
    for (const asked of [{ allAccounts: true }, { accountIds: ['b-1', 'a-1'] }]) {
      const request = codec('margincube.v1.StreamMarginRequest').encode(asked);
      const [first] = await trader.stream('MarginService/StreamMargin', request, 1);
      const { batch } = codec('margincube.v1.StreamMarginResponse').decode(first ?? Buffer.alloc(0));
      expect(batch?.updates.map(({ accountId }) => accountId)).toEqual(['a-1']);
    }
    const everyCall = await trader.unary(
      'MarginService/ListCalls',
      codec('margincube.v1.ListCallsRequest').encode({ health: ['MARGIN_HEALTH_OK'] }),
    );
    const { calls } = codec('margincube.v1.ListCallsResponse').decode(everyCall);
    expect(calls.map(({ accountId }) => accountId)).toEqual(['a-1']);
  });

  it('is not changed by a publisher of others, who learns no sequence number', async () => {
    const books = await as('books-a');
    const error = await errorOf(books.unary('PortfolioService/PutPortfolio', book('b-1')));
    expect(error.code).toBe(status.NOT_FOUND);
    const event = (accountId: string, toAccountId: string): Buffer =>
      codec('margincube.v1.RecordEventsRequest').encode({
        events: [
          {
            eventId: `${accountId}-${toAccountId}`,
            accountId,
            source: 's',
            time: { seconds: '1700000000' },
            transfer: { toAccountId, amount: { asset: 'USDC', units: '1', decimals: 6 } },
          },
        ],
      });
    const acknowledged = async (from: string, to: string) => {
      const [answer] = await books.stream('PortfolioService/RecordEvents', event(from, to));
      const { acknowledgements } = codec('margincube.v1.RecordEventsResponse').decode(
        answer ?? Buffer.alloc(0),
      );
      return acknowledgements[0];
    };
    expect(await acknowledged('b-1', 'a-1')).toMatchObject({
      status: 'EVENT_STATUS_REFUSED',
      accountSeq: '0',
    });
    const own = await acknowledged('a-1', 'b-1');
    expect(own?.status).toBe('EVENT_STATUS_REFUSED');
    expect(Number(own?.accountSeq)).toBeGreaterThan(0);
  });

  it('is seen by risk', async () => {
    const risk = await as('risk');
    const list = await risk.unary('PortfolioService/ListPortfolios', Buffer.alloc(0));
    const { portfolios } = codec('margincube.v1.ListPortfoliosResponse').decode(list);
    expect(portfolios.map(({ accountId }) => accountId)).toEqual(['a-1', 'b-1']);
    const request = codec('margincube.v1.GetPortfolioRequest').encode({ accountId: 'b-1' });
    const answer = await risk.unary('PortfolioService/GetPortfolio', request);
    expect(codec('margincube.v1.GetPortfolioResponse').decode(answer).accountSeq).toBe('1');
  });
});

describe('logs', () => {
  it('name clients, and hold no token, no position and no balance', async () => {
    const token = await security.token('desk-a');
    await errorOf(caller(token).unary('PortfolioService/PutPortfolio', book('a-1')));
    const badBook = codec('margincube.v1.CalculateMarginRequest').encode({
      calculation,
      portfolio: { accountId: 'a-1', positions: [{ instrument: 'BTC-SECRET', quantity: 7.654321 }] },
    });
    await errorOf(caller(token).unary(CALCULATE, badBook));
    await eventually(() => server.logLines.some((line) => line.includes('"client":"desk-a"')));
    const text = [...server.logLines, ...mutual.logLines].join('');
    const [, , signature = 'none'] = token.split('.');
    const key = readFileSync(security.privateKeyFile, 'utf8').split('\n')[1] ?? 'none';
    for (const secret of [
      token,
      signature,
      key,
      'Bearer',
      '1.2345678',
      '98765432101',
      'BTC-SECRET',
      '7.654321',
    ])
      expect(text).not.toContain(secret);
  });
});
