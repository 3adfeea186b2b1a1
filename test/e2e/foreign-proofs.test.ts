/** Proofs of reserves are handed out per account: whose it is not learns nothing, not even that there is one. */
import type { ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity, TestCaller } from '../support/security.js';
import { usdcReserveAudit } from '../support/reserve-audit.js';
import type { TestServer } from '../support/test-server.js';
import { errorOf, eventually, startTestServer, statusOf } from '../support/test-server.js';

const CLIENTS = [
  { name: 'desk-a', tokenSubject: 'desk-a', roles: ['trader'], accounts: ['a-1', 'c-1'] },
  { name: 'desk-b', tokenSubject: 'desk-b', roles: ['trader'], accounts: ['b-1'] },
  { name: 'risk', tokenSubject: 'risk', roles: ['risk'] },
  { name: 'books', tokenSubject: 'books', roles: ['publisher'], accounts: 'all' },
];
const INCLUSION = 'ReserveService/GetInclusionProof';
const PRIVATE = 'ReserveService/GetPrivateProof';

let security: TestSecurity;
let server: TestServer;
const callers: TestCaller[] = [];

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  const { certificateFile, privateKeyFile } = security;
  server = await startTestServer({
    workers: 1,
    accessFile: security.policy(CLIENTS),
    tls: { certificateFile, privateKeyFile },
    reserveAudit: usdcReserveAudit(100, 300),
  });
  const books = await as('books');
  for (const accountId of ['a-1', 'b-1']) await books.unary('PortfolioService/PutPortfolio', book(accountId));
  // Both accounts have both proofs, for those that may see them.
  for (const accountId of ['a-1', 'b-1']) {
    for (const method of [INCLUSION, PRIVATE]) {
      const risk = await as('risk');
      await eventually(() =>
        risk.unary(method, request(method, accountId)).then(
          () => true,
          () => false,
        ),
      );
    }
  }
}, 120_000);

afterAll(async () => {
  for (const caller of callers) caller.close();
  await server.stop();
  security.remove();
});

function book(accountId: string): Buffer {
  return codec('margincube.v1.PutPortfolioRequest').encode({
    portfolio: { accountId, balances: [{ asset: 'USDC', units: '5000000', decimals: 6 }] },
  });
}

function request(method: string, accountId: string): Buffer {
  return method === PRIVATE
    ? codec('margincube.v1.GetPrivateProofRequest').encode({ accountId })
    : codec('margincube.v1.GetInclusionProofRequest').encode({ accountId });
}

async function as(subject: string): Promise<TestCaller> {
  const made = new TestCaller(server.address, security.channel(), await security.token(subject));
  callers.push(made);
  return made;
}

/** What a caller can tell of an error, without the id of its call. */
function visible(error: ServiceError): string {
  const { details, ...rest } = statusOf(error);
  return JSON.stringify([rest, details.filter(({ '@type': type }) => !String(type).endsWith('RequestInfo'))]);
}

describe.each([INCLUSION, PRIVATE])('%s', (method) => {
  it('gives a trader the proof of its own account', async () => {
    const bytes = await (await as('desk-a')).unary(method, request(method, 'a-1'));
    expect(bytes.includes('a-1')).toBe(true);
    expect(bytes.includes('b-1')).toBe(false);
  });

  it('answers about an account of somebody else as about one that does not exist', async () => {
    const trader = await as('desk-a');
    const foreign = await errorOf(trader.unary(method, request(method, 'b-1')));
    const absent = await errorOf(trader.unary(method, request(method, 'z-9')));
    expect(foreign.code).toBe(status.NOT_FOUND);
    expect(visible(foreign).replaceAll('b-1', 'z-9')).toBe(visible(absent));
  });
});
