import { INLINE_PORTFOLIO_BYTES_MAX } from '../limits.js';
import { calculateSlice } from '../pool/calculate-slices.js';
import type { CallTerms } from '../pool/margin-pool.js';
import { preciseNowMs } from '../pool/tasks.js';
import { encodeMarginResponse } from '../wire/direct/encode-answer.js';
import { splitUsualRequest } from '../wire/direct/split-request.js';
import { blockOf } from '../wire/portfolio-block.js';
import { codec } from '../wire/schema.js';
import {
  asBuffer,
  batchResponseTwin,
  calculateMarginRequestTwin,
  calculateMarginResponseTwin,
  outcomeTwin,
} from '../wire/twin.js';
import { admitted, unwanted } from './costed-work.js';
import { failed, internal, malformed, RpcError, unknownEpoch } from './errors.js';
import { pinMarket } from './pin-market.js';
import type { ReadCalculation } from './read-calculation.js';
import type { ServerContext } from './server-context.js';
import { threadWork } from './thread-work.js';
import type { CallScope } from './with-call.js';
import type { WorkKind } from './work-costs.js';

const MICROS_PER_MILLISECOND = 1_000;

/** MarginService.CalculateMargin: a small portfolio on a stored market is margined here, everything else on a thread. */
export function calculateMargin(
  context: ServerContext,
  request: Buffer,
  scope: CallScope,
): Buffer | Promise<Buffer> {
  const { calculation, portfolio } = decode(request);
  const read = context.calculations.read(calculation, 'calculation');
  if (portfolio === null)
    throw failed({ reason: 'MISSING_FIELD', field: 'portfolio', message: 'Expected a value for portfolio' });
  if (isSmall(read, portfolio)) return calculateInline(context, read, asBuffer(portfolio), scope);
  return calculateOnThread(context, read, portfolio, scope);
}

function decode(request: Buffer): ReturnType<typeof calculateMarginRequestTwin.decode> {
  try {
    return splitUsualRequest(request) ?? calculateMarginRequestTwin.decode(request);
  } catch {
    const bytes = `${String(request.length)} bytes that are none`;
    throw malformed('', `Expected a margincube.v1.CalculateMarginRequest but received ${bytes}`);
  }
}

/**
 * Overrides make a cube of their own, whose pricing does not belong on the event loop; nor do the thousands of draws of a book, or
 * those of a market that nobody asked for yet.
 */
function isSmall(
  { inlineMarket, model, resolvedModel, options }: ReadCalculation,
  portfolio: Uint8Array,
): boolean {
  return (
    portfolio.length <= INLINE_PORTFOLIO_BYTES_MAX &&
    inlineMarket === null &&
    model.overrides === undefined &&
    resolvedModel.drawCount === 0 &&
    !options.includePositionVectors &&
    options.includeLiquidationPrices !== true
  );
}

function calculateInline(
  context: ServerContext,
  read: ReadCalculation,
  portfolio: Buffer,
  scope: CallScope,
): Buffer {
  const published = context.epochs.find(read.epoch);
  if (published === undefined) throw unknownEpoch(read.epoch, context.epochs.known);
  const startedAtMs = preciseNowMs();
  const { market } = published;
  const terms = { calculator: context.engine, market, model: read.resolvedModel, options: read.options };
  const { outcome, defect } = calculateSlice(terms, portfolio, 'portfolio');
  if (defect !== undefined) logDefects(context, scope, [defect]);
  context.metrics.portfoliosDone(outcome.ok ? 1 : 0, outcome.ok ? 0 : 1);
  if (!outcome.ok) throw failed(outcome.failure);
  return encodeMarginResponse(outcome.value, () => ({
    queueMicros: (startedAtMs - scope.startedAtMs) * MICROS_PER_MILLISECOND,
    computeMicros: (preciseNowMs() - startedAtMs) * MICROS_PER_MILLISECOND,
  }));
}

async function calculateOnThread(
  context: ServerContext,
  read: ReadCalculation,
  portfolio: Uint8Array,
  scope: CallScope,
): Promise<Buffer> {
  const { pool, metrics, costs } = context;
  const kind = costKind(read);
  const byteLength = portfolio.length + (read.inlineMarket?.length ?? 0);
  return admitted(context, scope, 'THREADS', { kind, byteLength }, () =>
    withMarket(context, read, scope, async (terms) => {
      const result = await pool.calculate(terms, blockOf([portfolio]), { first: 0, count: 1 }, 0);
      costs.learn(kind, result.use.endedAtMs - result.use.startedAtMs);
      scope.trace.work(threadWork('shard', result, result.portfolioCount));
      if (result.stopped) throw unwanted(scope.cancellation);
      logDefects(context, scope, result.defects);
      metrics.portfoliosDone(1 - result.failedCount, result.failedCount);
      const [message] = result.messages;
      if (message === undefined) throw internal();
      return unwrap(message);
    }),
  );
}

/** Calculations that cost about the same: of one model, with what makes them longer. */
function costKind({ resolvedModel, options, inlineMarket }: ReadCalculation): WorkKind {
  const { id, parameterSet } = resolvedModel;
  const flags = [
    options.includePositionVectors,
    options.includeLiquidationPrices === true,
    inlineMarket !== null,
  ];
  return { method: 'CalculateMargin', terms: `${id} ${parameterSet} ${flags.join()}` };
}

/** Pins the stored market of a calculation, or resolves the one that it brings along, for the time of `use`. */
export async function withMarket<Result>(
  context: ServerContext,
  read: ReadCalculation,
  scope: CallScope,
  use: (terms: CallTerms) => Promise<Result>,
  isSingle = true,
): Promise<Result> {
  const stop = scope.cancellation.signal;
  const shared = { model: read.model, options: read.options, stop, isSingle };
  if (read.inlineMarket !== null) {
    const resolved = await context.pool.resolveMarket(read.inlineMarket, stop);
    scope.trace.work(threadWork('market', resolved, 0));
    if (!resolved.ok) {
      const { failure } = resolved;
      if (failure.reason === 'INTERNAL') logDefects(context, scope, [failure.message]);
      const root = isSingle ? 'calculation' : 'header.calculation';
      throw failed({ ...failure, field: failure.field.replace(/^market\b/, `${root}.inline`) });
    }
    return use({ ...shared, market: resolved.market });
  }
  const pinned = pinMarket(context.epochs, read.epoch);
  try {
    return await use({ ...shared, market: pinned.handle });
  } finally {
    pinned.release();
  }
}

/** The one outcome of a batch response as a unary response, without decoding the report. */
function unwrap(message: Uint8Array): Buffer {
  const { outcomes, timing } = batchResponseTwin.decode(asBuffer(message));
  const [outcome] = outcomes;
  const { report, error } = outcomeTwin.decode(outcome ?? new Uint8Array());
  if (report === null)
    throw new RpcError(codec('google.rpc.Status').decode(asBuffer(error ?? new Uint8Array())));
  return asBuffer(calculateMarginResponseTwin.encode({ report, timing }));
}

export function logDefects(
  { logger }: ServerContext,
  { requestId }: CallScope,
  defects: readonly string[],
): void {
  for (const defect of defects) logger.error({ requestId, defect }, 'a portfolio failed by a defect');
}
