import type { DestinationStream, Logger } from 'pino';
import pino from 'pino';

export type { Logger } from 'pino';

/** Lines are written in blocks of this many bytes, and at the latest when the server stops. */
const BUFFER_BYTES = 4_096;

/** A block that is not full is written after this time. */
const FLUSH_INTERVAL_MS = 200;

export interface Log {
  readonly logger: Logger;
  /** Writes what is buffered. */
  flush(): void;
}

/** JSON lines on standard output, or into `destination`. */
export function createLog(level: string, destination?: DestinationStream): Log {
  if (destination !== undefined) {
    return { logger: pino({ level, base: null }, destination), flush: () => undefined };
  }
  const out = pino.destination({
    fd: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
  });
  return {
    logger: pino({ level, base: null }, out),
    flush: () => {
      out.flushSync();
    },
  };
}
