import { expected } from '../domain/outcome.js';
import { publishMarket } from '../market/snapshot/shared-market.js';
import { encodeBook } from '../pool/encode-books.js';
import { optionalNumber } from '../wire/convert/fields.js';
import { slicesOf, type DepthSlices } from '../live/liquidation/depth-slices.js';
import type { Market } from '../market/snapshot/market.js';
import { admitted, onLoop, requestWork, unwanted, whileWanted } from './costed-work.js';
import { decodeRequest } from './decode-request.js';
import { failed } from './errors.js';
import { orFail, referencedTerms } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import { threadWork } from './thread-work.js';
import type { CallScope } from './with-call.js';
import { asBuffer } from '../wire/twin.js';

/**
 * RiskService.PlanLiquidation: closes and hedges after which the initial excess is what the request says. Orders of the book are
 * cancelled before anything is closed, and do not count. With a share of depth every step takes at most that of the book of now.
 */
export function answerPlanLiquidation(
  context: ServerContext,
  request: Buffer,
  scope: CallScope,
): Promise<Buffer> {
  const work = requestWork('PlanLiquidation', request);
  return admitted(context, scope, 'PLANS', work, async () => {
    const asked = await onLoop(context, scope, { ...requestWork('ReadBook', request), byteLength: 0 }, () =>
      read(context, request, scope),
    );
    const { cancellation } = scope;
    const result = await whileWanted(cancellation, context.plans.plan(asked));
    if (result.planned === 'STOPPED') throw unwanted(cancellation);
    context.costs.learn(work.kind, result.use.endedAtMs - result.use.startedAtMs);
    scope.trace.work(threadWork('plan', result, 1));
    return asBuffer(orFail(result.planned));
  });
}

/** What the thread of plans is asked. */
function read(
  context: ServerContext,
  request: Buffer,
  { caller, cancellation }: CallScope,
): Parameters<ServerContext['plans']['plan']>[0] {
  const message = decodeRequest('margincube.v1.PlanLiquidationRequest', request);
  const targetInitialExcess = optionalNumber(message.targetInitialExcess) ?? 0;
  if (!Number.isFinite(targetInitialExcess)) {
    const wanted = expected('a finite number', 'targetInitialExcess', targetInitialExcess);
    throw failed({ reason: 'INVALID_VALUE', field: 'targetInitialExcess', message: wanted });
  }
  const depthShare = optionalNumber(message.depthShare);
  if (depthShare !== undefined && !(depthShare > 0 && depthShare <= 1)) {
    const wanted = expected('a share in (0, 1]', 'depthShare', depthShare);
    throw failed({ reason: 'INVALID_VALUE', field: 'depthShare', message: wanted });
  }
  const terms = referencedTerms(context, caller, message.calculation, message.book);
  const { reference, market, options, portfolio, accountSeq } = terms;
  return {
    kind: 'LIQUIDATION',
    market: publishMarket(market),
    model: reference,
    portfolio: encodeBook({ ...portfolio, openOrders: [] }),
    accountSeq,
    stop: cancellation.signal,
    targetInitialExcess,
    ...(depthShare === undefined ? {} : { slices: slicesOfNow(context, market, depthShare) }),
    allowApproximations: options.allowApproximations,
  };
}

/** Books are known of now only: a share of the depth of another market would be an invention. */
function slicesOfNow({ epochs, publisher }: ServerContext, market: Market, share: number): DepthSlices {
  if (market !== epochs.current?.market) {
    const wanted = expected('nothing beside a market other than the current one', 'depthShare', share);
    throw failed({ reason: 'UNSUPPORTED', field: 'depthShare', message: wanted });
  }
  return new Map(
    market.table.instruments.flatMap(({ name }) => {
      const depth = publisher?.feed.depthOf(name);
      return depth === undefined ? [] : [[name, slicesOf(depth, share)] as const];
    }),
  );
}
