/** Calls on accounts of a test server. */
import type { Client } from '@grpc/grpc-js';
import type { AccountEvent } from '../../src/gen/margincube/v1/AccountEvent.js';
import type { CheckOrdersRequest } from '../../src/gen/margincube/v1/CheckOrdersRequest.js';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec } from '../../src/wire/schema.js';
import { cash, NOW_MS } from './sample-market.js';
import { callBytes } from './test-server.js';

export const SERVICE = '/margincube.v1';
export const GRID = 'grid@aevo';
export const PERPETUAL = 'BTC-USDC-PERPETUAL';

export async function call<Request extends MessageName, Response extends MessageName>(
  client: Client,
  method: string,
  request: Request,
  message: MessageTypes[Request]['input'],
  response: Response,
): Promise<MessageTypes[Response]['output']> {
  const bytes = await callBytes(client, `${SERVICE}.${method}`, codec(request).encode(message));
  return codec(response).decode(bytes);
}

/** Makes an account that holds dollars and nothing else. */
export async function put(client: Client, accountId: string, usd: number, model = GRID): Promise<number> {
  const { accountSeq } = await call(
    client,
    'PortfolioService/PutPortfolio',
    'margincube.v1.PutPortfolioRequest',
    { portfolio: { accountId, balances: [cash('USDC', usd)] }, details: { model, ownerId: 'desk' } },
    'margincube.v1.PutPortfolioResponse',
  );
  return Number(accountSeq);
}

/** A stream that sends messages and hands out the answers one by one. */
export function openStream<Request extends MessageName, Response extends MessageName>(
  on: Client,
  method: string,
  request: Request,
  response: Response,
): {
  ask: (...messages: MessageTypes[Request]['input'][]) => Promise<MessageTypes[Response]['output'][]>;
  end: () => void;
} {
  const same = (bytes: Buffer): Buffer => bytes;
  const stream = on.makeBidiStreamRequest(`${SERVICE}.${method}`, same, same);
  const answers = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return {
    ask: async (...messages) => {
      for (const message of messages) stream.write(codec(request).encode(message));
      const received: MessageTypes[Response]['output'][] = [];
      while (received.length < messages.length) {
        const next = await answers.next();
        if (next.done === true) throw new Error('the stream ended early');
        received.push(codec(response).decode(next.value));
      }
      return received;
    },
    end: () => {
      stream.end();
      stream.resume();
    },
  };
}

export const checks = (
  on: Client,
): ReturnType<typeof openStream<'margincube.v1.CheckOrdersRequest', 'margincube.v1.CheckOrdersResponse'>> =>
  openStream(
    on,
    'MarginService/CheckOrders',
    'margincube.v1.CheckOrdersRequest',
    'margincube.v1.CheckOrdersResponse',
  );
export const events = (
  on: Client,
): ReturnType<typeof openStream<'margincube.v1.RecordEventsRequest', 'margincube.v1.RecordEventsResponse'>> =>
  openStream(
    on,
    'PortfolioService/RecordEvents',
    'margincube.v1.RecordEventsRequest',
    'margincube.v1.RecordEventsResponse',
  );

let eventCount = 0;
export function event(accountId: string, change: Partial<AccountEvent>): AccountEvent {
  eventCount += 1;
  const seconds = String(NOW_MS / 1_000);
  return {
    eventId: `event-${String(eventCount)}`,
    accountId,
    source: 'engine',
    time: { seconds },
    ...change,
  };
}

export const buy = (quantity: number, price: number, instrument = PERPETUAL): Partial<AccountEvent> => ({
  fill: { tradeId: 't', instrument, side: 'SIDE_BUY', quantity, price },
});

export function order(accountId: string, over: Partial<CheckOrdersRequest> = {}): CheckOrdersRequest {
  return {
    clientOrderId: 'order-1',
    accountId,
    instrument: PERPETUAL,
    side: 'SIDE_BUY',
    quantity: 1,
    limitPrice: 96_700,
    mode: 'CHECK_MODE_CHECK',
    ...over,
  };
}
