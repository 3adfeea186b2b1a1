import { maySee } from '../access/caller.js';
import { expected, failureUnder } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';
import { PAGE_SIZE_MAX } from '../limits.js';
import type { AccountBook } from '../live/book/account-book.js';
import type { AccountView } from '../live/book/account.js';
import { accountPortfolio } from '../live/book/account-portfolio.js';
import { LogStoppedError } from '../live/book/durable-queue.js';
import { detailsFromMessage } from '../wire/convert/account-event.js';
import { integer } from '../wire/convert/fields.js';
import { portfolioFromMessage, portfolioToMessage } from '../wire/convert/portfolio.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { deadlinePassed, failed, journalStopped } from './errors.js';
import { noSuchAccount, requireVisible } from './visible-account.js';
import type { VenueRisk } from './venue-risk.js';
import type { CallScope } from './with-call.js';

/** Pages of accounts when the caller does not say how long. */
const PAGE_SIZE_DEFAULT = 100;

/** PortfolioService.PutPortfolio: a place that cannot be is refused before anything changes. */
export async function putPortfolio(
  book: AccountBook,
  places: Pick<VenueRisk, 'refusalOf'>,
  request: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const message = decodeRequest('margincube.v1.PutPortfolioRequest', request);
  if (!message.portfolio) throw failed(missingField('portfolio'));
  const portfolio = portfolioFromMessage(message.portfolio);
  if (!portfolio.ok) throw failed(failureUnder('portfolio', portfolio.failure).failure);
  const { accountId } = portfolio.value;
  requireVisible(caller, accountId, 'portfolio.accountId');
  const { ifAccountSeq, idempotencyKey } = message;
  const details = message.details ? detailsFromMessage(message.details) : undefined;
  if (details !== undefined) {
    const parent = details.parentAccountId;
    if (parent !== '') requireVisible(caller, parent, 'details.parentAccountId');
    const refusal = places.refusalOf(accountId, details);
    if (refusal !== undefined) throw failed(failureUnder('details', refusal).failure);
  }
  const replaced = await orStopped(
    book.replace({
      portfolio: portfolio.value,
      idempotencyKey,
      ...(details === undefined ? {} : { details }),
      ...(ifAccountSeq === undefined ? {} : { ifAccountSeq: integer(ifAccountSeq) }),
    }),
  );
  if (!replaced.ok) throw failed(replaced.failure);
  return codec('margincube.v1.PutPortfolioResponse').encode({ accountSeq: String(replaced.value) });
}

/** PortfolioService.GetPortfolio: what it shows is durable. */
export async function getPortfolio(book: AccountBook, request: Buffer, scope: CallScope): Promise<Buffer> {
  const { accountId, atAccountSeq } = decodeRequest('margincube.v1.GetPortfolioRequest', request);
  const id = accountId;
  requireVisible(scope.caller, id, 'accountId');
  if (book.get(id) === undefined && integer(atAccountSeq) === 0) throw noSuchAccount(id, 'accountId');
  const signal = scope.cancellation.abortSignal;
  const account = await orStopped(book.atSequence(id, integer(atAccountSeq), signal));
  if (account === undefined) throw signal.aborted ? deadlinePassed() : noSuchAccount(id, 'accountId');
  return codec('margincube.v1.GetPortfolioResponse').encode({
    portfolio: portfolioToMessage(accountPortfolio(account)),
    details: { ...account.details },
    accountSeq: String(account.seq),
  });
}

/** PortfolioService.ListPortfolios: by account id; the page token is the last id of the page before. */
export function listPortfolios(book: AccountBook, request: Buffer, { caller }: CallScope): Buffer {
  const message = decodeRequest('margincube.v1.ListPortfoliosRequest', request);
  const { ownerId, groupId, pageToken, pageSize } = message;
  if (pageSize > PAGE_SIZE_MAX) {
    const range = `1 to ${String(PAGE_SIZE_MAX)}, or 0`;
    throw failed({
      reason: 'INVALID_VALUE',
      field: 'pageSize',
      message: expected(range, 'pageSize', pageSize),
    });
  }
  const after = Buffer.from(pageToken, 'base64url').toString('utf8');
  const size = pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize;
  const found: AccountView[] = [];
  for (const accountId of book.sortedIds()) {
    if (pageToken !== '' && accountId <= after) continue;
    const account = book.get(accountId);
    if (account === undefined || !maySee(caller, accountId)) continue;
    if (ownerId !== '' && account.details.ownerId !== ownerId) continue;
    if (groupId !== '' && account.details.groupId !== groupId) continue;
    found.push(account);
    if (found.length > size) break;
  }
  const page = found.slice(0, size);
  const last = found.length > size ? (page.at(-1)?.accountId ?? '') : '';
  return codec('margincube.v1.ListPortfoliosResponse').encode({
    portfolios: page.map(({ accountId, details, seq, positions }) => ({
      accountId,
      details: { ...details },
      accountSeq: String(seq),
      positionCount: positions.size,
    })),
    nextPageToken: Buffer.from(last, 'utf8').toString('base64url'),
  });
}

/** A journal that has failed is an error of the whole call. */
export async function orStopped<T>(changing: Promise<T>): Promise<T> {
  try {
    return await changing;
  } catch (error) {
    if (error instanceof LogStoppedError) throw journalStopped();
    throw error;
  }
}

function missingField(field: string): Failure {
  return { reason: 'MISSING_FIELD', field, message: expected('a value', field, undefined) };
}
