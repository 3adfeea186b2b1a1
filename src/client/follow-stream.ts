import { setTimeout as delay } from 'node:timers/promises';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { refusalOf } from './refusal.js';

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MOST_MS = 5_000;

/** A message of a stream that is opened again where it ends. */
export interface Followed<Message> {
  readonly message: Message;
  /** The first of its stream. */
  readonly isFirst: boolean;
}

/**
 * The messages of as many streams as it takes, one after the other: where one ends, the next is opened, after a backoff that grows while
 * none brings a message. Ends with the signal; throws what another stream would not mend.
 *
 * @param open asks for the next stream; it says where that one is to go on
 */
export async function* followStream<Message>(
  open: () => ClientReadableStream<Message>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Followed<Message>, void> {
  let backoffMs = BACKOFF_FIRST_MS;
  while (!isAborted(signal)) {
    let leastMs = 0;
    let isFirst = true;
    try {
      for await (const message of messagesOf(open(), signal)) {
        backoffMs = BACKOFF_FIRST_MS;
        const followed = { message, isFirst };
        isFirst = false;
        yield followed;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (!mayMend(error, !isFirst)) throw error;
      leastMs = refusalOf(error)?.retryAfterMs ?? 0;
    }
    await delay(Math.max(leastMs, backoffMs), undefined, { signal }).catch(() => undefined);
    backoffMs = Math.min(2 * backoffMs, BACKOFF_MOST_MS);
  }
}

async function* messagesOf<Message>(
  stream: ClientReadableStream<Message>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Message, void> {
  const cancel = (): void => {
    stream.cancel();
  };
  signal?.addEventListener('abort', cancel);
  // A stream that nobody reads any more still reports that it was cancelled.
  stream.on('error', () => undefined);
  try {
    yield* stream as AsyncIterable<Message>;
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

/** Whether the next stream may live: after the end of a connection, of a server, or of the token that this one was opened with. */
function mayMend(error: unknown, hasRead: boolean): boolean {
  const refusal = refusalOf(error);
  if (refusal !== undefined)
    return refusal.retryAfterMs !== undefined || (hasRead && refusal.reason === 'EXPIRED_TOKEN');
  const { code } = error as Partial<ServiceError>;
  return code !== undefined && ENDS_OF_CONNECTIONS.has(code);
}

/** What a client is told without a word of the server's: unavailable, cut off at the end of a drain, or torn in mid-message. */
const ENDS_OF_CONNECTIONS: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.CANCELLED,
  status.INTERNAL,
]);

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
