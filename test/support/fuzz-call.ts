/** Calls in bytes, however damaged, and how they end. */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { FuzzedMethod } from './fuzz-bodies.js';

/** Streams without end, and the reading of an account that has not come so far yet, are ended by this deadline. */
const WAIT_TIMEOUT = '50m';
const CALL_TIMEOUT = '60S';
/** No answer by then is none. */
const PATIENCE_MS = 90_000;

/** How a call ended. */
export interface Ending {
  /** Name of the status, `none` where there was none. */
  readonly name: string;
  /** Whether the server answered before it: the request was good, and everything was there that it asks for. */
  readonly isAnswered: boolean;
}

const identity = (bytes: Buffer): Buffer => bytes;

/** A connection of its own; clients of one process share theirs otherwise. */
export function connectAlone(address: string): Client {
  return new Client(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
  });
}

/** Whether a deadline that passes is an end like any other. */
export function isWaiting({ path, hasRequestStream, hasResponseStream }: FuzzedMethod): boolean {
  return path.endsWith('/GetPortfolio') || (hasResponseStream && !hasRequestStream);
}

/** Sends messages, the first one only where the method takes one. */
export function endingOf(client: Client, method: FuzzedMethod, messages: readonly Buffer[]): Promise<Ending> {
  const { path, hasRequestStream, hasResponseStream } = method;
  const metadata = new Metadata();
  // Without a deadline of the client: the status must come from the server.
  metadata.set('grpc-timeout', isWaiting(method) ? WAIT_TIMEOUT : CALL_TIMEOUT);
  const [first = Buffer.alloc(0)] = messages;
  return new Promise((resolve) => {
    let isAnswered = false;
    const patience = setTimeout(() => {
      resolve({ name: 'none', isAnswered });
    }, PATIENCE_MS);
    const end = ({ code }: { code: number }): void => {
      clearTimeout(patience);
      resolve({ name: status[code] ?? String(code), isAnswered });
    };
    if (!hasRequestStream && !hasResponseStream) {
      const call = client.makeUnaryRequest(path, identity, identity, first, metadata, (error) => {
        isAnswered = error === null;
      });
      call.on('status', end);
      return;
    }
    const listen = (call: ClientReadableStream<Buffer>): void => {
      call.on('status', end);
      call.on('error', () => undefined);
      call.on('data', () => {
        isAnswered = true;
      });
    };
    if (!hasRequestStream) {
      listen(client.makeServerStreamRequest(path, identity, identity, first, metadata));
      return;
    }
    const call = client.makeBidiStreamRequest(path, identity, identity, metadata);
    listen(call);
    for (const message of messages) call.write(message);
    call.end();
  });
}
