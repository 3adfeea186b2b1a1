import type { Writable } from 'node:stream';

/** The events after which a writer that was told to wait may look again. */
const EVENTS = ['drain', 'close', 'cancelled'] as const;

/** Resolves when a stream takes more, or never will: a cancelled call does not drain, so its end is waited for as well. */
export function drainOrEnd(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of EVENTS) stream.removeListener(event, done);
      resolve();
    };
    for (const event of EVENTS) stream.on(event, done);
    if (stream.destroyed) done();
  });
}

/**
 * Writes to a call that is not over; whether it takes more. A call that failed has ended, and yet takes what was written before: a
 * write after that end would destroy it before its status is sent, and its caller would wait for ever.
 */
export function writeIfOpen(stream: Writable, message: Buffer): boolean {
  return stream.destroyed || stream.writableEnded || stream.write(message);
}
