import type { Status__Output } from '../gen/google/rpc/Status.js';
import type { BatchSummary__Output } from '../gen/margincube/v1/BatchSummary.js';
import type { MarginReport__Output } from '../gen/margincube/v1/MarginReport.js';
import type { PortfolioOutcome__Output } from '../gen/margincube/v1/PortfolioOutcome.js';
import { codec } from '../wire/schema.js';
import { asBuffer, batchResponseTwin, outcomeTwin } from '../wire/twin.js';

/**
 * The outcome of one portfolio of a batch: a `report`, or an `error`, and the other is null. It holds the bytes of the
 * answer and decodes them when they are first read, once: a reader of some reports does not pay for all, and a batch is not
 * held up by decoding while it runs. Reading throws for bytes that are no such message.
 */
export class PortfolioOutcome implements PortfolioOutcome__Output {
  /** Place of the portfolio in its batch, from 0. */
  readonly index: number;
  readonly outcome: 'report' | 'error';
  #bytes: Buffer | undefined;
  #report: MarginReport__Output | null = null;
  #error: Status__Output | null = null;

  /** @param bytes A margincube.v1.PortfolioOutcome; kept, not copied. */
  constructor(bytes: Uint8Array) {
    const { index, report, error } = outcomeTwin.decode(bytes);
    const held = error ?? report;
    if (held === null)
      throw new Error(`the server sent neither report nor error in outcome ${String(index)}`);
    this.index = index;
    this.outcome = error === null ? 'report' : 'error';
    this.#bytes = asBuffer(held);
  }

  get report(): MarginReport__Output | null {
    this.#decode();
    return this.#report;
  }

  get error(): Status__Output | null {
    this.#decode();
    return this.#error;
  }

  #decode(): void {
    const bytes = this.#bytes;
    if (bytes === undefined) return;
    if (this.outcome === 'report') this.#report = codec('margincube.v1.MarginReport').decode(bytes);
    else this.#error = codec('google.rpc.Status').decode(bytes);
    this.#bytes = undefined;
  }
}

/** What one message of a batch holds. */
export interface BatchPart {
  readonly outcomes: readonly PortfolioOutcome[];
  /** In the last message only. */
  readonly summary: BatchSummary__Output | undefined;
}

/** Reads a margincube.v1.BatchCalculateMarginResponse. Throws for bytes that are none. */
export function readBatchPart(bytes: Buffer): BatchPart {
  const { outcomes, summary } = batchResponseTwin.decode(bytes);
  return {
    outcomes: outcomes.map((outcome) => new PortfolioOutcome(outcome)),
    summary: summary === null ? undefined : codec('margincube.v1.BatchSummary').decode(asBuffer(summary)),
  };
}
