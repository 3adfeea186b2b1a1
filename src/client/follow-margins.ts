import { setTimeout as delay } from 'node:timers/promises';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { MarginUpdateBatch__Output } from '../gen/margincube/v1/MarginUpdateBatch.js';
import type { ResumeToken } from '../gen/margincube/v1/ResumeToken.js';
import type { RequestOf, ResponseOf } from './methods.js';
import { refusalOf } from './refusal.js';

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MOST_MS = 5_000;

type Request = RequestOf<'MarginService/StreamMargin'>;
type MarginStream = ClientReadableStream<ResponseOf<'MarginService/StreamMargin'>>;

/**
 * Margins as they change, over as many streams as it takes: where one ends, the next goes on after what was read last, so that
 * no change of state is missed; a server that no longer has those changes tells the present state of every account anew (updates with
 * `initialState`). Ends with the signal; throws what another stream would not mend.
 */
export async function* followMargins(
  open: (request: Request) => MarginStream,
  request: Request,
  signal: AbortSignal | undefined,
): AsyncGenerator<MarginUpdateBatch__Output, void> {
  const tokens = new Map<number, ResumeToken>();
  for (const token of request.resumeTokens ?? []) tokens.set(token.partition ?? 0, token);
  let backoffMs = BACKOFF_FIRST_MS;
  while (!isAborted(signal)) {
    let leastMs = 0;
    let hasRead = false;
    try {
      for await (const batch of batchesOf(open({ ...request, resumeTokens: [...tokens.values()] }), signal)) {
        hasRead = true;
        backoffMs = BACKOFF_FIRST_MS;
        for (const token of batch.resumeTokens) tokens.set(token.partition, token);
        yield batch;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (!mayMend(error, hasRead)) throw error;
      leastMs = refusalOf(error)?.retryAfterMs ?? 0;
    }
    await delay(Math.max(leastMs, backoffMs), undefined, { signal }).catch(() => undefined);
    backoffMs = Math.min(2 * backoffMs, BACKOFF_MOST_MS);
  }
}

async function* batchesOf(
  stream: MarginStream,
  signal: AbortSignal | undefined,
): AsyncGenerator<MarginUpdateBatch__Output, void> {
  const cancel = (): void => {
    stream.cancel();
  };
  signal?.addEventListener('abort', cancel);
  // A stream that nobody reads any more still reports that it was cancelled.
  stream.on('error', () => undefined);
  try {
    for await (const { batch } of stream as AsyncIterable<ResponseOf<'MarginService/StreamMargin'>>)
      if (batch) yield batch;
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
