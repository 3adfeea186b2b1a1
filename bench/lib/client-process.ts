/** Clients in processes of their own, so that a load shares neither the event loop of the server nor that of the measurement. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Unary calls at a rate, sent when they are due whether or not those before are answered. */
export interface CallOrder {
  readonly kind: 'calls';
  /** `host:port`, without TLS. */
  readonly address: string;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly requestBase64: string;
  readonly calls: number;
  /** Absent: one after the other, the next when the one before is answered. */
  readonly callsPerSecond?: number;
}

/** Batches of portfolios of the sample, one after the other, until told to stop. */
export interface BatchOrder {
  readonly kind: 'batches';
  readonly address: string;
  readonly portfolios: number;
  readonly positions: number;
}

export type ClientOrder = CallOrder | BatchOrder;

export interface CallOutcome {
  /** Milliseconds from when a call was due to its answer. */
  readonly answeredMs: readonly number[];
  /** The same of calls that ended with RESOURCE_EXHAUSTED. */
  readonly refusedMs: readonly number[];
  /** Codes of all other calls. */
  readonly otherCodes: readonly number[];
}

export interface BatchOutcome {
  /** Whole batches and the one that was under way at the end. */
  readonly margins: number;
}

export type ClientReply = 'ready' | CallOutcome | BatchOutcome;

/** One order after the other is done by one process; `stop` ends it. */
export class ClientProcess {
  readonly #child = fork(fileURLToPath(new URL('./client-child.js', import.meta.url)));
  readonly #ended = once(this.#child, 'exit').then(() => {
    throw new Error('a client process ended');
  });

  /** Resolves when the process has done its calls. */
  async calls(order: CallOrder): Promise<CallOutcome> {
    const reply = await this.#ask(order);
    if (typeof reply === 'string' || !('answeredMs' in reply)) throw new Error('a client gave no outcome');
    return reply;
  }

  /** Resolves when the first margin of the first batch has come; batches go on until `endBatches`. */
  async startBatches(order: BatchOrder): Promise<void> {
    if ((await this.#ask(order)) !== 'ready') throw new Error('a client did not begin its batches');
  }

  async endBatches(): Promise<BatchOutcome> {
    const reply = await this.#ask('end');
    if (typeof reply === 'string' || !('margins' in reply)) throw new Error('a client gave no outcome');
    return reply;
  }

  stop(): void {
    this.#child.disconnect();
  }

  async #ask(order: ClientOrder | 'end'): Promise<ClientReply> {
    const answered = once(this.#child, 'message') as Promise<[ClientReply]>;
    // Nobody asks any more when a process is stopped.
    this.#ended.catch(() => undefined);
    this.#child.send(order);
    return (await Promise.race([answered, this.#ended]))[0];
  }
}
