import { drainOrEnd } from './drain-or-end.js';
import type { DuplexHandler } from './with-call.js';

/** Requests of one stream whose answers wait for the disk; more would only wait longer. */
const ANSWERS_WAITING_MAX = 256;

/**
 * Answers every request of a stream once and in order. `answer` decides at once, in the order of the requests; an answer that
 * comes later (when it is durable) holds back those behind it and does not hold up the reading of what follows.
 */
export async function answerInOrder(
  call: Parameters<DuplexHandler>[0],
  answer: (request: Buffer) => Buffer | Promise<Buffer>,
): Promise<void> {
  const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  let writing: Promise<void> = Promise.resolve();
  let waiting = 0;
  const write = async (response: Buffer | Promise<Buffer>): Promise<void> => {
    const bytes = await response;
    waiting -= 1;
    if (!call.destroyed && !call.write(bytes)) await drainOrEnd(call);
  };
  for (let next = await requests.next(); next.done !== true; next = await requests.next()) {
    const response = answer(next.value);
    waiting += 1;
    const before = writing;
    writing = before.then(() => write(response));
    // A rejection is met when it is awaited below; until then it must not count as unhandled.
    writing.catch(() => undefined);
    if (waiting >= ANSWERS_WAITING_MAX) await writing;
  }
  await writing;
}
