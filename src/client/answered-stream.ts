import type { ClientDuplexStream } from '@grpc/grpc-js';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A stream on which every request is answered once, in order: orders to check, events to record, market data to publish. When it
 * ends, what was not answered is rejected, and whether it was done is not known: order checks with the same `clientOrderId` and events
 * with the same `eventId` may be sent again, which does them once. It opens no other stream by itself, because only the caller knows
 * what is still wanted.
 */
export class AnsweredStream<Request, Answer> {
  readonly #waiting: Waiting<Answer>[] = [];
  #ended: Error | undefined;

  constructor(private readonly stream: ClientDuplexStream<Request, Answer>) {
    stream.on('data', (answer: Answer) => {
      this.#waiting.shift()?.resolve(answer);
    });
    stream.on('error', (error: Error) => {
      this.#end(error);
    });
    stream.on('end', () => {
      this.#end(new Error('the server ended the stream'));
    });
  }

  /** Requests without an answer yet. Whoever asks faster than the server answers should wait while there are many. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects with grpc-js's `ServiceError` when the stream fails. */
  ask(request: Request): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.stream.write(request);
    });
  }

  /** No further requests; what waits is still answered. */
  close(): void {
    this.#ended ??= new Error('the stream was closed');
    this.stream.end();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
