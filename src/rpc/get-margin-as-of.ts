import { expected } from '../domain/outcome.js';
import type { PortfolioOutcome__Output } from '../gen/margincube/v1/PortfolioOutcome.js';
import type { MarginReport__Output } from '../gen/margincube/v1/MarginReport.js';
import type { MarginRules, RecordedEpoch } from '../live/history/epoch-record.js';
import { booksToMargin, initialMarginWithOrders } from '../live/margins/books-with-orders.js';
import { filledPortfolio, pendingPortfolio } from '../live/margins/pending-fills.js';
import { accountPortfolio } from '../live/book/account-portfolio.js';
import type { AccountView } from '../live/book/account.js';
import { publishMarket } from '../market/snapshot/shared-market.js';
import { resolveModel } from '../models/catalogue.js';
import type { ModelReference, ResolvedModel } from '../models/resolved-model.js';
import { encodeBook } from '../pool/encode-books.js';
import { failureOfCalculation, modelFromMessage, optionsFromMessage } from '../wire/convert/calculation.js';
import { requiredTimeMs } from '../wire/convert/fields.js';
import { portfolioToMessage } from '../wire/convert/portfolio.js';
import { blockOf } from '../wire/portfolio-block.js';
import { codec } from '../wire/schema.js';
import { asBuffer } from '../wire/twin.js';
import { logDefects } from './calculate-margin.js';
import { decodeRequest } from './decode-request.js';
import { cancelled, deadlinePassed, failed, internal, momentNotKept, noHistory, RpcError } from './errors.js';
import { orFail } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import { requireVisible } from './visible-account.js';
import { threadWork } from './thread-work.js';
import type { CallScope } from './with-call.js';

/**
 * MarginService.GetMarginAsOf: the margin on the book, the market and the parameters that the journal has for that moment, calculated
 * again, the bits of what was streamed then.
 */
export async function getMarginAsOf(
  context: ServerContext,
  request: Buffer,
  scope: CallScope,
): Promise<Buffer> {
  const message = decodeRequest('margincube.v1.GetMarginAsOfRequest', request);
  const { accountId, time } = message;
  if (accountId === '') throw missing('accountId');
  if (!time) throw missing('time');
  requireVisible(scope.caller, accountId, 'accountId');
  const timeMs = requiredTimeMs(time, 'time');
  const nowMs = context.now();
  if (!(timeMs <= nowMs)) {
    const wanted = expected(`a time up to ${isoOf(nowMs)}`, 'time', isoOf(timeMs));
    throw failed({ reason: 'INVALID_VALUE', field: 'time', message: wanted });
  }
  if (context.history === undefined) throw noHistory();
  const found = await context.history.at(timeMs, accountId);
  if (!found.ok) {
    context.logger.error({ failure: found.failure }, 'a moment of the past was not read');
    throw internal();
  }
  if (!('moment' in found.value)) throw momentNotKept(isoOf(timeMs), found.value.oldestMs);
  const { account, ...epoch } = found.value.moment;
  if (account === undefined) {
    const wanted = expected(`an account that was there at ${isoOf(timeMs)}`, 'accountId', accountId);
    throw failed({ reason: 'UNKNOWN_ACCOUNT', field: 'accountId', message: wanted });
  }
  const asked = message.model ? orFail(modelFromMessage(message.model)) : undefined;
  const model = asked ?? inForce(epoch.rules, account.details.model);
  const terms = { epoch, model, options: optionsFromMessage(message.options) };
  const report = await marginOf(context, terms, { account, timeMs }, scope);
  return codec('margincube.v1.GetMarginAsOfResponse').encode({
    report,
    accountSeq: String(account.seq),
    portfolio: portfolioToMessage(accountPortfolio(account)),
  });
}

/** The model that an account had, with the parameters of that time also where the catalogue has others by now. */
function inForce(rules: MarginRules, accountModel: string): ModelReference {
  const name = accountModel === '' ? rules.defaultModel : accountModel;
  const recorded = rules.models[name];
  const today = orFail(resolveModel({ name }));
  if (recorded === undefined || recorded.parameterHash === today.parameterHash) return { name };
  const restored: ModelReference = { name, overrides: recorded.parameters };
  const model = resolveModel(restored);
  if (model.ok && model.value.parameterHash === recorded.parameterHash) return restored;
  const wanted = expected(`${name} version ${recorded.version}, which was in force`, 'model', today.version);
  throw failed({ reason: 'UNAVAILABLE_COMPONENT', field: 'model', message: wanted });
}

interface AsOfTerms {
  readonly epoch: RecordedEpoch;
  readonly model: ModelReference;
  readonly options: ReturnType<typeof optionsFromMessage>;
}

/** On a thread, as an account is margined live: with its pending orders by the model's rule, or by what they would fill. */
async function marginOf(
  context: ServerContext,
  { epoch: { market }, model, options }: AsOfTerms,
  { account, timeMs }: { readonly account: AccountView; readonly timeMs: number },
  scope: CallScope,
): Promise<MarginReport__Output> {
  const resolved: ResolvedModel = orFail(resolveModel(model), (failure) => failureOfCalculation(failure, ''));
  const rowOf = (name: string): number => market.table.instrumentIndex.get(name) ?? -1;
  const books = booksToMargin(resolved.countsOrders, pendingPortfolio(account, timeMs), () =>
    filledPortfolio(account, timeMs, {
      termsOf: (name) => market.table.instruments[rowOf(name)],
      markOf: (name) => market.columns.markPrice[rowOf(name)] ?? NaN,
    }),
  );
  const terms = {
    market: publishMarket(market),
    model,
    options,
    stop: scope.cancellation.signal,
    isSingle: true,
  };
  const block = blockOf(books.map(encodeBook));
  const result = await context.pool.calculate(terms, block, { first: 0, count: books.length }, 0);
  scope.trace.work(threadWork('shard', result, result.portfolioCount));
  if (result.stopped) throw scope.cancellation.isCancelled ? cancelled() : deadlinePassed();
  logDefects(context, scope, result.defects);
  const reports = result.messages
    .flatMap((bytes) => codec('margincube.v1.BatchCalculateMarginResponse').decode(asBuffer(bytes)).outcomes)
    .map(reportOf);
  const [present] = reports;
  if (present === undefined) throw internal();
  const equity = reports.map((report) => report.equity);
  const initialMargins = reports.map((report) => report.initialMargin);
  const initialMargin = initialMarginWithOrders(equity, initialMargins, 0, reports.length);
  return reports.length === 1
    ? present
    : { ...present, initialMargin, initialExcess: present.equity - initialMargin };
}

function reportOf({ report, error }: PortfolioOutcome__Output): MarginReport__Output {
  if (error) throw new RpcError(error);
  if (!report) throw internal();
  return report;
}

function isoOf(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `${String(timeMs)} ms` : date.toISOString();
}

function missing(field: string): RpcError {
  return failed({ reason: 'MISSING_FIELD', field, message: expected('a value', field, undefined) });
}
