import type { ClientReadableStream } from '@grpc/grpc-js';
import { followStream } from './follow-stream.js';

/** A message of a stream that begins with the whole present state and then tells what differs. */
export type Newest<Message> = Message & {
  /** What was known before no longer counts: this message and those after it tell the whole state anew. */
  readonly startsOver: boolean;
};

/** Follows a stream whose newest value wins: what changed while the connection was away is in the state that the next stream begins with. */
export async function* followNewest<Message extends object>(
  open: () => ClientReadableStream<Message>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Newest<Message>, void> {
  for await (const { message, isFirst } of followStream(open, signal))
    yield { ...message, startsOver: isFirst };
}
