import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Portfolio } from '../domain/portfolio.js';
import type { BatchSummary__Output } from '../gen/margincube/v1/BatchSummary.js';
import type { Calculation } from '../gen/margincube/v1/Calculation.js';
import { codec } from '../wire/schema.js';
import { chunkPortfolios } from './chunks.js';
import { InOrder } from './in-order.js';
import type { BatchPart, PortfolioOutcome } from './portfolio-outcome.js';

type BatchStream = ClientDuplexStream<Buffer, BatchPart>;

/** A batch that is running. Iterate it for the outcomes in order; leaving the loop cancels what is left. */
export class MarginBatch implements AsyncIterable<PortfolioOutcome> {
  #summary: BatchSummary__Output | undefined;
  #sendError: unknown;

  constructor(
    private readonly call: BatchStream,
    calculation: Calculation,
    portfolios: Iterable<Portfolio>,
  ) {
    this.#send(calculation, portfolios).catch((error: unknown) => {
      this.#sendError = error;
      call.cancel();
    });
  }

  /** How the batch went; known when the iteration has ended. */
  get summary(): BatchSummary__Output | undefined {
    return this.#summary;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<PortfolioOutcome, void> {
    for await (const due of this.#inOrder()) yield* due;
  }

  /** All outcomes in order. */
  async all(): Promise<PortfolioOutcome[]> {
    const outcomes: PortfolioOutcome[] = [];
    for await (const due of this.#inOrder()) for (const outcome of due) outcomes.push(outcome);
    return outcomes;
  }

  /** The outcomes that each message made due. */
  async *#inOrder(): AsyncGenerator<PortfolioOutcome[], void> {
    const inOrder = new InOrder<PortfolioOutcome>();
    try {
      for await (const part of this.call as AsyncIterable<BatchPart>) {
        if (part.summary !== undefined) this.#summary = part.summary;
        yield part.outcomes.flatMap((outcome) => [...inOrder.add(outcome.index, outcome)]);
      }
    } catch (error) {
      throw this.#sendError ?? error;
    } finally {
      this.call.cancel();
    }
    if (inOrder.waiting > 0) throw new Error(`the server left out outcome ${String(inOrder.next)}`);
  }

  async #send(calculation: Calculation, portfolios: Iterable<Portfolio>): Promise<void> {
    const { encode } = codec('margincube.v1.BatchCalculateMarginRequest');
    await this.#write(encode({ header: { calculation } }));
    for (const chunk of chunkPortfolios(portfolios)) await this.#write(chunk);
    this.call.end();
  }

  /** Waits while the server does not read; an ended call is no error here, the reading side reports it. */
  async #write(message: Buffer): Promise<void> {
    if (this.call.destroyed || this.call.write(message)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'close', 'error', 'status']) this.call.removeListener(event, done);
        resolve();
      };
      for (const event of ['drain', 'close', 'error', 'status']) this.call.on(event, done);
    });
  }
}
