/** Calls of those who change parameters, and of those whom the changes hit, on a server that knows them apart. */
import type { Struct } from '../../src/gen/google/protobuf/Struct.js';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec } from '../../src/wire/schema.js';
import { PERPETUAL } from './account-calls.js';
import { cash } from './sample-market.js';
import { TestCaller, type TestSecurity } from './security.js';
import type { TestServer } from './test-server.js';

export const CLIENTS = [
  { name: 'quant', tokenSubject: 'quant', roles: ['risk'] },
  { name: 'ann', tokenSubject: 'ann', roles: ['admin'] },
  { name: 'bob', tokenSubject: 'bob', roles: ['admin'] },
  { name: 'books', tokenSubject: 'books', roles: ['publisher', 'trader'], accounts: 'all' },
];

export async function ask<Request extends MessageName, Response extends MessageName>(
  caller: TestCaller,
  method: string,
  request: Request,
  message: MessageTypes[Request]['input'],
  response: Response,
): Promise<MessageTypes[Response]['output']> {
  return codec(response).decode(await caller.unary(method, codec(request).encode(message)));
}

/** Callers of a server by the subject of their tokens. */
export class ParameterCallers {
  readonly #callers: TestCaller[] = [];

  constructor(
    private readonly security: TestSecurity,
    private readonly server: () => Pick<TestServer, 'address'>,
  ) {}

  async as(subject: string): Promise<TestCaller> {
    const { address } = this.server();
    const caller = new TestCaller(address, this.security.channel(), await this.security.token(subject));
    this.#callers.push(caller);
    return caller;
  }

  /** The id of the proposal. */
  async propose(name: string, parameterOverrides: Struct, idempotencyKey = ''): Promise<string> {
    const { proposal } = await ask(
      await this.as('quant'),
      'ModelService/ProposeParameters',
      'margincube.v1.ProposeParametersRequest',
      { model: { name, parameterOverrides }, rationale: 'it moved', idempotencyKey },
      'margincube.v1.ProposeParametersResponse',
    );
    return proposal?.proposalId ?? '';
  }

  /** The state of the proposal. */
  async approve(subject: string, proposalId: string, overrideReason = ''): Promise<string> {
    const { proposal } = await ask(
      await this.as(subject),
      'ModelService/ApproveParameters',
      'margincube.v1.ApproveParametersRequest',
      { proposalId, overrideReason },
      'margincube.v1.ApproveParametersResponse',
    );
    return proposal?.state ?? '';
  }

  /** Makes an account that holds perpetuals and dollars; its sequence number. */
  async put(accountId: string, quantity: number, usd: number, model: string): Promise<number> {
    const { accountSeq } = await ask(
      await this.as('books'),
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      {
        portfolio: {
          accountId,
          positions: [{ instrument: PERPETUAL, quantity }],
          balances: [cash('USDC', usd)],
        },
        details: { model, ownerId: 'desk' },
      },
      'margincube.v1.PutPortfolioResponse',
    );
    return Number(accountSeq);
  }

  close(): void {
    for (const caller of this.#callers) caller.close();
  }
}
