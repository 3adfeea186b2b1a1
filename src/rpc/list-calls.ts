import { maySee } from '../access/caller.js';
import type { FailureReason } from '../domain/outcome.js';
import type { MarginCall as MarginCallMessage } from '../gen/margincube/v1/MarginCall.js';
import { CURES_PER_PAGE_MAX } from '../limits.js';
import { accountPortfolio } from '../live/book/account-portfolio.js';
import type { AccountMargin } from '../live/margins/account-margin.js';
import { CODE, cureAmount, MARGIN_HEALTHS, type MarginHealth } from '../live/state/ladder.js';
import { publishMarket, type MarketHandle } from '../market/snapshot/shared-market.js';
import { encodeBook } from '../pool/encode-books.js';
import { ConversionError, requiredWord, timestampOf } from '../wire/convert/fields.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';
import { admitted, unwanted, whileWanted } from './costed-work.js';
import { decodeRequest } from './decode-request.js';
import { failed, malformed } from './errors.js';
import type { ServerContext } from './server-context.js';
import { stateMessage } from './stream-margin.js';
import { threadWork } from './thread-work.js';
import type { CallScope } from './with-call.js';
import type { WorkKind } from './work-costs.js';

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** MarginService.ListCalls: accounts below OK, worst first. */
export async function listCalls(context: ServerContext, bytes: Buffer, scope: CallScope): Promise<Buffer> {
  const { caller } = scope;
  const { health, pageSize, pageToken, curesMax } = decodeRequest('margincube.v1.ListCallsRequest', bytes);
  if (pageSize > PAGE_SIZE_MAX)
    throw malformed('pageSize', `Expected at most ${String(PAGE_SIZE_MAX)} but received ${String(pageSize)}`);
  if (curesMax > CURES_PER_PAGE_MAX)
    throw malformed(
      'curesMax',
      `Expected at most ${String(CURES_PER_PAGE_MAX)} but received ${String(curesMax)}`,
    );
  const from = pageToken === '' ? 0 : Number(pageToken);
  if (!(Number.isInteger(from) && from >= 0))
    throw malformed('pageToken', `Expected a token of an earlier answer but received "${pageToken}"`);
  const wanted = new Set(health.map((one, index) => healthOf(one, `health[${String(index)}]`)));
  const found = [...context.margins.all()]
    .filter(({ accountId }) => maySee(caller, accountId))
    .filter((account) => (wanted.size === 0 ? account.step > CODE.OK : wanted.has(account.health)))
    .sort(
      (a, b) =>
        b.step - a.step ||
        a.equity - a.maintenanceMargin - (b.equity - b.maintenanceMargin) ||
        (a.accountId < b.accountId ? -1 : 1),
    );
  const end = from + (pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize);
  const page = found.slice(from, end);
  const cures = await curesOf(context, scope, page.slice(0, curesMax));
  return codec('margincube.v1.ListCallsResponse').encode({
    calls: page.map((account, at) => ({
      callId: account.callId ?? '',
      accountId: account.accountId,
      state: stateMessage(account, MARGIN_HEALTHS[account.step] ?? 'INSOLVENT'),
      since: timestampOf(account.sinceMs),
      cureAmount: cureAmount(account.step, account),
      ...(account.breachProbability === undefined ? {} : { breachProbability: account.breachProbability }),
      ...cures[at],
    })),
    nextPageToken: end < found.length ? String(end) : '',
  });
}

/** All of them are admitted, or none. */
async function curesOf(
  context: ServerContext,
  scope: CallScope,
  accounts: readonly AccountMargin[],
): Promise<readonly Cure[]> {
  if (accounts.length === 0) return [];
  const kind: WorkKind = { ...CURE, units: accounts.length };
  return admitted(context, scope, 'PLANS', { kind, byteLength: 0 }, () => {
    const market = context.epochs.current?.market;
    // One copy of the market for all plans of the page.
    const handle = market === undefined ? undefined : publishMarket(market);
    return whileWanted(
      scope.cancellation,
      Promise.all(accounts.map((account) => cureOf(context, handle, scope, account))),
    );
  });
}

const CURE: WorkKind = { method: 'Cure', terms: '' };

type Cure = Pick<MarginCallMessage, 'cureTrades' | 'cureError'>;

/** The cheapest trades that cure an account on the newest epoch, none where trades alone do not, or why they cannot be looked for. */
async function cureOf(
  { accounts, config, costs, parameters, plans }: ServerContext,
  market: MarketHandle | undefined,
  { cancellation, trace }: CallScope,
  { accountId, step }: AccountMargin,
): Promise<Cure> {
  const account = accounts.book.get(accountId);
  if (account === undefined)
    return withoutCure('UNKNOWN_ACCOUNT', `Expected an account that is kept but ${accountId} is gone`);
  if (market === undefined)
    return withoutCure('MISSING_MARKET_DATA', 'Expected a market but none was published');
  const { model } = account.details;
  const name = model === '' ? config.model : model;
  const inUse = parameters.inUse(name);
  if (inUse === undefined)
    return withoutCure('UNKNOWN_MODEL', `Expected a model that is in use but received "${name}"`);
  const cure = await plans.cure({
    kind: 'CURE',
    market,
    model: inUse.reference,
    portfolio: encodeBook({ ...accountPortfolio(account), openOrders: [] }),
    allowApproximations: config.allowApproximations,
    step,
    stop: cancellation.signal,
  });
  const { planned } = cure;
  if (planned === 'STOPPED') throw unwanted(cancellation);
  costs.learn(CURE, cure.use.endedAtMs - cure.use.startedAtMs);
  trace.work(threadWork('plan', cure, 1));
  if (!planned.ok) return { cureError: statusOfFailure(planned.failure) };
  return { cureTrades: planned.value === undefined ? [] : [planned.value] };
}

function withoutCure(reason: FailureReason, message: string): Cure {
  return { cureError: statusOfFailure({ reason, field: '', message }) };
}

/** A number of the enum that this contract does not know arrives as a number. */
function healthOf(value: string | number, field: string): MarginHealth {
  try {
    return requiredWord(MARGIN_HEALTHS, 'MARGIN_HEALTH', value, field);
  } catch (error) {
    throw error instanceof ConversionError ? failed(error.failure) : error;
  }
}
