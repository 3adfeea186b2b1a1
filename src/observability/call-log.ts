import type { DestinationStream, Logger } from 'pino';
import pino from 'pino';

/** One ended call. */
export interface EndedCall {
  /** `service/method`, ASCII without quotes. */
  readonly method: string;
  readonly requestId: string;
  /** Who called, letters that JSON takes as they are; empty where that is not known. */
  readonly client: string;
  /** Name of a gRPC code, e.g. `OK`. */
  readonly code: string;
  readonly seconds: number;
}

const LEVEL_INFO = String(pino.levels.values.info);
const SECONDS_DIGITS = 6;

/** Text that stands in JSON as it is. */
const PLAIN = /^[\w./-]*$/;

/**
 * Writes the one line of every call at level `info`, as the logger would: same stream, same form. The logger's own way
 * through any object costs as much as the rest of what surrounds a call.
 */
export class CallLog {
  readonly #stream: DestinationStream;

  constructor(private readonly logger: Logger) {
    const { [pino.symbols.streamSym]: stream } = logger as unknown as Record<symbol, DestinationStream>;
    if (stream === undefined) throw new Error('the logger has no stream');
    this.#stream = stream;
  }

  write({ method, requestId, client, code, seconds }: EndedCall): void {
    if (!this.logger.isLevelEnabled('info')) return;
    const id = PLAIN.test(requestId) ? `"${requestId}"` : JSON.stringify(requestId);
    const head = `{"level":${LEVEL_INFO},"time":${String(Date.now())},"method":"${method}"`;
    const duration = seconds.toFixed(SECONDS_DIGITS);
    const who = client === '' ? '' : `,"client":"${client}"`;
    this.#stream.write(`${head},"requestId":${id}${who},"code":"${code}","seconds":${duration}}\n`);
  }
}
