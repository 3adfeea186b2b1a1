import type { Failure, Outcome } from '../domain/outcome.js';
import { expected, failure, failureUnder } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator, MarginRequest, ReportOptions } from '../engine/margin-engine-types.js';
import { MESSAGE_BYTES_MAX } from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import { portfolioFromMessage } from '../wire/convert/portfolio.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { decodeUsualPortfolio } from '../wire/direct/decode-portfolio.js';
import { encodeReportOutcome } from '../wire/direct/encode-answer.js';
import { codec } from '../wire/schema.js';

/** Everything that the portfolios of one call share, as this thread holds it. */
export interface SliceContext {
  readonly calculator: MarginCalculator;
  readonly market: Market;
  readonly model: MarginRequest['model'];
  readonly options: ReportOptions;
}

/** The outcome of one portfolio; `defect` is the detail of an `INTERNAL` failure, for the log only. */
export interface SliceOutcome {
  readonly outcome: Outcome<MarginReport>;
  readonly defect?: string;
}

const portfolioCodec = codec('margincube.v1.Portfolio');
const outcomeCodec = codec('margincube.v1.PortfolioOutcome');

/** Tag, length and the response around one outcome. */
const FRAMING_BYTES = 64;

/** Decodes the wire bytes of one portfolio and margins it; failures name the field below `path`. */
export function calculateSlice(context: SliceContext, slice: Buffer, path: string): SliceOutcome {
  try {
    const portfolio = decodePortfolio(slice);
    if (!portfolio.ok) return { outcome: failureUnder(path, portfolio.failure) };
    const outcome = calculateOne(context, portfolio.value);
    if (outcome.ok) return { outcome };
    const { failure: inner } = outcome;
    return {
      outcome: inner.field === '' ? outcome : failureUnder(path, inner),
      ...(inner.reason === 'INTERNAL' ? { defect: inner.message } : {}),
    };
  } catch (error) {
    return {
      outcome: failure('INTERNAL', '', 'A portfolio could not be calculated'),
      defect: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** The portfolio of wire bytes; failures name its fields. */
export function decodePortfolio(slice: Buffer): Outcome<Portfolio> {
  const usual = decodeUsualPortfolio(slice);
  if (usual !== undefined) return { ok: true, value: usual };
  let message;
  try {
    message = portfolioCodec.decode(slice);
  } catch {
    const bytes = `${String(slice.length)} bytes that are none`;
    return failure('INVALID_VALUE', '', `Expected a margincube.v1.Portfolio but received ${bytes}`);
  }
  return portfolioFromMessage(message);
}

function calculateOne(context: SliceContext, portfolio: Portfolio): Outcome<MarginReport> {
  const { calculator, market, model, options } = context;
  const [outcome] = calculator.calculate({ market, model, options, portfolios: [portfolio] });
  return outcome ?? failure('INTERNAL', '', 'The calculator gave no outcome');
}

/** Encodes a PortfolioOutcome; a report above the message limit becomes a failure of its portfolio. */
export function encodeOutcome(index: number, outcome: Outcome<MarginReport>): Buffer {
  const bytes = outcome.ok
    ? encodeReportOutcome(index, outcome.value)
    : outcomeCodec.encode({ index, error: statusOfFailure(outcome.failure) });
  if (bytes.length <= MESSAGE_BYTES_MAX - FRAMING_BYTES) return bytes;
  return encodeOutcome(index, { ok: false, failure: tooLarge(bytes.length) });
}

export function tooLarge(byteLength: number): Failure {
  return {
    reason: 'LIMIT_EXCEEDED',
    field: '',
    message: expected(
      `a report of at most ${String(MESSAGE_BYTES_MAX)} bytes`,
      'the encoded report',
      byteLength,
    ),
  };
}
