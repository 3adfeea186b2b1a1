/**
 * Nobody finds out which accounts there are: to whoever may not see it, an account of somebody else is one that does not exist, in every
 * method that names accounts. A method of the contract that names some and has no case here fails.
 */
import type { ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHOD_ROLES, SEE_EVERY_ACCOUNT } from '../../src/access/roles.js';
import { openMemoryJournal, processEnvironment } from '../../src/journal/open-memory.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { messageType } from '../../src/wire/json/reflection.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec, serviceDefinition } from '../../src/wire/schema.js';
import { event, order, PERPETUAL } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { cash } from '../support/sample-market.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity, TestCaller } from '../support/security.js';
import { eventually, MODEL, startTestServer, statusOf } from '../support/test-server.js';
import { usdcReserveAudit } from '../support/reserve-audit.js';
import type { TestServer } from '../support/test-server.js';

const CLIENTS = [
  { name: 'desk-a', tokenSubject: 'desk-a', roles: ['trader'], accounts: ['a-1'] },
  { name: 'books-a', tokenSubject: 'books-a', roles: ['publisher'], accounts: ['a-1'] },
  { name: 'books', tokenSubject: 'books', roles: ['publisher'], accounts: 'all' },
  { name: 'risk', tokenSubject: 'risk', roles: ['risk'] },
];
const OWN = 'a-1';
/** There, of somebody else. */
const FOREIGN = 'b-1';
/** Not there. */
const ABSENT = 'z-9';

const calculation = { model: { name: MODEL } };
/** A moment at which the accounts were there, milliseconds since 1970. */
let momentMs = NaN;

interface Case {
  readonly as: 'desk-a' | 'books-a';
  readonly request: (accountId: string) => Buffer;
}

function asked<Name extends MessageName>(
  as: Case['as'],
  name: Name,
  message: (accountId: string) => MessageTypes[Name]['input'],
): Case {
  return { as, request: (accountId) => codec(name).encode(message(accountId)) };
}

const transfer = (accountId: string, toAccountId: string) => ({
  events: [
    event(accountId, {
      eventId: 'walk',
      transfer: { toAccountId, amount: { asset: 'USDC', units: '1', decimals: 6 } },
    }),
  ],
});

/** Every method that names accounts in its request, with each place where it does. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  'MarginService/CalculateMargin': [
    asked('desk-a', 'margincube.v1.CalculateMarginRequest', (accountId) => ({
      ...{ calculation, portfolio: { accountId } },
    })),
  ],
  'MarginService/BatchCalculateMargin': [
    // Without its header it is refused, with it the portfolios come in a second message: either way nobody looks them up.
    asked('desk-a', 'margincube.v1.BatchCalculateMarginRequest', (accountId) => ({
      chunk: { portfolios: [{ accountId }] },
    })),
  ],
  'MarginService/SimulateMargin': [
    asked('desk-a', 'margincube.v1.SimulateMarginRequest', (accountId) => ({
      ...{ calculation, book: { accountId }, legs: [{ instrument: PERPETUAL, quantity: 1 }] },
    })),
  ],
  'MarginService/SolveSize': [
    asked('desk-a', 'margincube.v1.SolveSizeRequest', (accountId) => ({
      ...{ calculation, book: { accountId }, instrument: PERPETUAL, side: 'SIDE_BUY' as const },
    })),
  ],
  'MarginService/SuggestHedge': [
    asked('desk-a', 'margincube.v1.SuggestHedgeRequest', (accountId) => ({
      ...{ calculation, book: { accountId } },
    })),
  ],
  'MarginService/CheckOrders': (['CHECK_MODE_CHECK', 'CHECK_MODE_RESERVE'] as const).map((mode) =>
    asked('desk-a', 'margincube.v1.CheckOrdersRequest', (accountId) => order(accountId, { mode })),
  ),
  'MarginService/StreamMargin': [
    // Beside an own account, whose margin is the first message.
    asked('desk-a', 'margincube.v1.StreamMarginRequest', (accountId) => ({ accountIds: [accountId, OWN] })),
  ],
  'MarginService/GetMarginAsOf': [0, 1e12].map((laterMs) =>
    asked('desk-a', 'margincube.v1.GetMarginAsOfRequest', (accountId) => ({
      ...{ accountId, time: timestampOf(momentMs + laterMs) },
    })),
  ),
  'PortfolioService/PutPortfolio': [
    asked('books-a', 'margincube.v1.PutPortfolioRequest', (accountId) => ({ portfolio: { accountId } })),
    asked('books-a', 'margincube.v1.PutPortfolioRequest', (parentAccountId) => ({
      ...{ portfolio: { accountId: OWN }, details: { parentAccountId } },
    })),
  ],
  'PortfolioService/RecordEvents': [
    asked('books-a', 'margincube.v1.RecordEventsRequest', (accountId) => transfer(accountId, OWN)),
    asked('books-a', 'margincube.v1.RecordEventsRequest', (accountId) => transfer(OWN, accountId)),
  ],
  'PortfolioService/GetPortfolio': (['desk-a', 'books-a'] as const).flatMap((as) =>
    ['0', '1', '99'].map((atAccountSeq) =>
      asked(as, 'margincube.v1.GetPortfolioRequest', (accountId) => ({ accountId, atAccountSeq })),
    ),
  ),
  'RiskService/PlanLiquidation': [
    asked('desk-a', 'margincube.v1.PlanLiquidationRequest', (accountId) => ({
      ...{ calculation, book: { accountId } },
    })),
  ],
  'ReserveService/GetInclusionProof': [undefined, '0'].map((sequence) =>
    asked('desk-a', 'margincube.v1.GetInclusionProofRequest', (accountId) => ({
      ...{ accountId, ...(sequence === undefined ? {} : { sequence }) },
    })),
  ),
  'ReserveService/GetPrivateProof': [
    asked('desk-a', 'margincube.v1.GetPrivateProofRequest', (accountId) => ({ accountId })),
  ],
};

/** Methods that say of which accounts they speak without being asked for one; all others answer about what was named. */
const LISTS: Readonly<Record<string, Case>> = {
  'MarginService/StreamMargin': asked('desk-a', 'margincube.v1.StreamMarginRequest', () => ({
    allAccounts: true,
  })),
  'MarginService/ListCalls': asked('desk-a', 'margincube.v1.ListCallsRequest', () => ({
    health: ['MARGIN_HEALTH_OK'],
  })),
  'PortfolioService/ListPortfolios': asked('books-a', 'margincube.v1.ListPortfoliosRequest', () => ({})),
};

let security: TestSecurity;
let server: TestServer;
const callers = new Map<string, TestCaller>();

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  const { certificateFile, privateKeyFile } = security;
  server = await startTestServer({
    workers: 1,
    accessFile: security.policy(CLIENTS),
    tls: { certificateFile, privateKeyFile },
    journal: await openMemoryJournal(processEnvironment(() => Date.now())),
    reserveAudit: usdcReserveAudit(100, 300),
  });
  for (const { name } of CLIENTS)
    callers.set(
      name,
      new TestCaller(
        server.address,
        security.channel(),
        await security.token(name, { expiresInSeconds: 900 }),
      ),
    );
  const put = codec('margincube.v1.PutPortfolioRequest');
  for (const accountId of [OWN, FOREIGN])
    await callerOf('books').unary(
      'PortfolioService/PutPortfolio',
      put.encode({
        portfolio: {
          accountId,
          balances: [cash('USDC', 50_000)],
          positions: [{ instrument: PERPETUAL, quantity: 1 }],
        },
      }),
    );
  momentMs = Date.now();
  // Everything is there about both accounts, for those that may see it.
  for (const method of ['ReserveService/GetInclusionProof', 'ReserveService/GetPrivateProof'])
    for (const accountId of [OWN, FOREIGN])
      await eventually(
        async () => !(await answerOf('risk', method, CASES[method]![0]!.request(accountId))).isError,
      );
}, 120_000);

afterAll(async () => {
  for (const caller of callers.values()) caller.close();
  await server.stop();
  security.remove();
});

function callerOf(name: string): TestCaller {
  const caller = callers.get(name);
  if (caller === undefined) throw new Error(`nobody is called ${name}`);
  return caller;
}

function shapeOf(method: string) {
  const [service = '', name = ''] = method.split('/');
  const shape = serviceDefinition(`margincube.v1.${service}`)[name];
  if (shape === undefined) throw new Error(`no method ${method}`);
  return shape;
}

interface Answer {
  readonly isError: boolean;
  readonly text: string;
}

/** Everything that a caller can tell two answers apart by, without what differs from call to call. */
async function answerOf(as: string, method: string, request: Buffer): Promise<Answer> {
  const { requestStream, responseStream } = shapeOf(method);
  const caller = callerOf(as);
  try {
    const messages =
      requestStream || responseStream
        ? await caller.stream(method, request, 1)
        : [await caller.unary(method, request)];
    const response = `margincube.v1.${method.split('/')[1]!}Response` as MessageName;
    const texts = messages.map((bytes) => {
      const json = messageToJsonValue(response, codec(response).decode(bytes));
      return JSON.stringify(json, (key, value: unknown) => (OF_ONE_CALL.has(key) ? undefined : value));
    });
    return { isError: false, text: texts.join('\n') };
  } catch (thrown) {
    const error = thrown as ServiceError;
    const { details, ...rest } = statusOf(error);
    const headers = Object.keys(error.metadata.getMap()).sort();
    const visible = details.filter(({ '@type': type }) => !String(type).endsWith('RequestInfo'));
    return { isError: true, text: JSON.stringify([rest, visible, headers]) };
  }
}

const OF_ONE_CALL = new Set(['computeMicros', 'queueMicros', 'resumeTokens']);

/** Names of the fields of a message, and of all messages in it, that hold ids of accounts. */
function accountFields(type: protobuf.Type, seen = new Set<protobuf.Type>()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  return type.fieldsArray.flatMap((field) => {
    const { resolvedType } = field;
    if (resolvedType instanceof protobuf.Type) return accountFields(resolvedType, seen);
    return /account_?ids?$/i.test(field.name) ? [field.name] : [];
  });
}

/** Methods that are open to somebody who does not see every account, whose request or answer names some. */
function methodsThatName(part: 'Request' | 'Response'): string[] {
  return Object.entries(METHOD_ROLES)
    .filter(([, roles]) => roles.some((role) => !SEE_EVERY_ACCOUNT.includes(role)))
    .map(([path]) => path.replace('margincube.v1.', ''))
    .filter((method) => {
      const type = messageType(`margincube.v1.${method.split('/')[1]!}${part}`);
      return accountFields(type).length > 0;
    });
}

describe('the cases', () => {
  it('are there for every method whose request names accounts', () => {
    expect(Object.keys(CASES).sort()).toEqual(methodsThatName('Request').sort());
  });

  it('or lists are there for every method whose answer names accounts', () => {
    const covered = new Set([...Object.keys(CASES), ...Object.keys(LISTS)]);
    expect(methodsThatName('Response').filter((method) => !covered.has(method))).toEqual([]);
    for (const method of Object.keys(LISTS)) expect(methodsThatName('Response')).toContain(method);
  });
});

describe.each(Object.entries(CASES))('%s', (method, cases) => {
  it.each(cases.map((one, at) => [at, one] as const))(
    'tells no foreign account from one that is not there (%i)',
    async (_, { as, request }) => {
      const foreign = await answerOf(as, method, request(FOREIGN));
      const absent = await answerOf(as, method, request(ABSENT));
      expect(foreign.text).not.toBe('');
      expect(foreign.text.replaceAll(FOREIGN, ABSENT)).toBe(absent.text);
    },
  );
});

describe.each(Object.entries(LISTS))('%s', (method, { as, request }) => {
  it('speaks of the accounts of its caller alone', async () => {
    const { text } = await answerOf(as, method, request(''));
    expect(text).toContain(OWN);
    expect(text).not.toContain(FOREIGN);
    expect((await answerOf('risk', method, request(''))).text).toContain(FOREIGN);
  });
});
