import type { Readable, Writable } from 'node:stream';
import { drainOrEnd, writeIfOpen } from './drain-or-end.js';
import { cancelled } from './errors.js';

/** Requests of one stream whose answers wait for the disk; more would only wait longer. */
const ANSWERS_WAITING_MAX = 256;

/**
 * Answers every request of a stream once and in order. `answer` decides at once, in the order of the requests; an answer that
 * comes later (when it is durable) holds back those behind it and does not hold up the reading of what follows. A request that has
 * no answer but an error ends the stream, in its turn. A reader that is slow stops the reading of its own stream only.
 */
export function answerInOrder(
  call: Readable & Writable,
  answer: (request: Buffer) => Buffer | Promise<Buffer>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = 0;
    let isEnded = false;
    let isStopped = false;
    let isFailed = false;
    let isDraining = false;
    let last: Promise<void> = Promise.resolve();
    const stopReading = (): void => {
      isStopped = true;
      call.pause();
    };
    const fail = (error: unknown): void => {
      stopReading();
      isFailed = true;
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const readOn = (): void => {
      if (waiting < ANSWERS_WAITING_MAX && !isDraining && !isStopped) call.resume();
    };
    const write = (bytes: Buffer): void => {
      // Answers that are ready at once are written on, and share one wait.
      if (writeIfOpen(call, bytes) || isDraining) return;
      isDraining = true;
      call.pause();
      void drainOrEnd(call).then(() => {
        isDraining = false;
        readOn();
      });
    };
    const writeLater = async (response: Buffer | Promise<Buffer>): Promise<void> => {
      const bytes = await response;
      if (isFailed) return;
      write(bytes);
      waiting -= 1;
      if (waiting === ANSWERS_WAITING_MAX - 1) readOn();
      if (isEnded && waiting === 0) resolve();
    };
    call.on('data', (request: Buffer) => {
      if (isStopped) return;
      try {
        const response = answer(request);
        if (waiting === 0 && !(response instanceof Promise)) {
          write(response);
          return;
        }
        waiting += 1;
        if (waiting >= ANSWERS_WAITING_MAX) call.pause();
        // A response that fails early is met in its turn; until then it must not count as unhandled.
        if (response instanceof Promise) response.catch(() => undefined);
        last = last.then(() => writeLater(response)).catch(fail);
      } catch (error) {
        stopReading();
        last = last.then(() => {
          fail(error);
        });
      }
    });
    call.on('end', () => {
      if (isStopped) return;
      isEnded = true;
      if (waiting === 0) resolve();
    });
    call.on('error', fail);
    call.on('cancelled', () => {
      fail(cancelled());
    });
  });
}
