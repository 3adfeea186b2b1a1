import type { ClientReadableStream } from '@grpc/grpc-js';
import type { MarginUpdateBatch__Output } from '../gen/margincube/v1/MarginUpdateBatch.js';
import type { ResumeToken } from '../gen/margincube/v1/ResumeToken.js';
import { followStream } from './follow-stream.js';
import type { RequestOf, ResponseOf } from './methods.js';

type Request = RequestOf<'MarginService/StreamMargin'>;

/**
 * Margins as they change: every stream goes on after what was read last, so that no change of state is missed; a server that no longer
 * has those changes tells the present state of every account anew (updates with `initialState`).
 */
export async function* followMargins(
  open: (request: Request) => ClientReadableStream<ResponseOf<'MarginService/StreamMargin'>>,
  request: Request,
  signal: AbortSignal | undefined,
): AsyncGenerator<MarginUpdateBatch__Output, void> {
  const tokens = new Map<number, ResumeToken>();
  for (const token of request.resumeTokens ?? []) tokens.set(token.partition ?? 0, token);
  const openNext = () => open({ ...request, resumeTokens: [...tokens.values()] });
  for await (const { message } of followStream(openNext, signal)) {
    const { batch } = message;
    if (batch === null) continue;
    for (const token of batch.resumeTokens) tokens.set(token.partition, token);
    yield batch;
  }
}
