import { expected } from '../domain/outcome.js';
import { publishMarket } from '../market/snapshot/shared-market.js';
import { encodeBook } from '../pool/encode-books.js';
import { optionalNumber } from '../wire/convert/fields.js';
import { decodeRequest } from './decode-request.js';
import { failed } from './errors.js';
import { orFail, referencedTerms } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import { threadWork } from './thread-work.js';
import type { CallScope } from './with-call.js';
import { asBuffer } from '../wire/twin.js';

/**
 * RiskService.PlanLiquidation: closes and hedges after which the initial excess is what the request says. Orders of the book are
 * cancelled before anything is closed, and do not count. Depth beyond the touch is not in a market, so that a share of it is refused.
 */
export async function answerPlanLiquidation(
  context: ServerContext,
  request: Buffer,
  { caller, trace }: CallScope,
): Promise<Buffer> {
  const message = decodeRequest('margincube.v1.PlanLiquidationRequest', request);
  const targetInitialExcess = optionalNumber(message.targetInitialExcess) ?? 0;
  if (!Number.isFinite(targetInitialExcess)) {
    const wanted = expected('a finite number', 'targetInitialExcess', targetInitialExcess);
    throw failed({ reason: 'INVALID_VALUE', field: 'targetInitialExcess', message: wanted });
  }
  if (optionalNumber(message.depthShare) !== undefined) {
    const wanted = expected('nothing: the market holds no depth', 'depthShare', message.depthShare);
    throw failed({ reason: 'UNSUPPORTED', field: 'depthShare', message: wanted });
  }
  const terms = referencedTerms(context, caller, message.calculation, message.book);
  const { reference, market, options, portfolio, accountSeq } = terms;
  const result = await context.plans.plan({
    kind: 'LIQUIDATION',
    market: publishMarket(market),
    model: reference,
    portfolio: encodeBook({ ...portfolio, openOrders: [] }),
    accountSeq,
    targetInitialExcess,
    allowApproximations: options.allowApproximations,
  });
  trace.work(threadWork('plan', result, 1));
  return asBuffer(orFail(result.planned));
}
