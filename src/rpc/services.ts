import { callType } from '../observability/call-tally.js';
import { serviceDefinition } from '../wire/schema.js';
import { batchCalculateMargin } from './batch-calculate-margin.js';
import type { Service } from './bytes-service.js';
import { bytesService } from './bytes-service.js';
import { calculateMargin } from './calculate-margin.js';
import { onLoop, requestWork } from './costed-work.js';
import { getMarginAsOf } from './get-margin-as-of.js';
import { getVolatilitySurface } from './get-volatility-surface.js';
import { checkOrders } from './check-orders.js';
import { listCalls } from './list-calls.js';
import { answerListModels, getModel, getSnapshot } from './lookups.js';
import {
  approveParameters,
  freezeParameters,
  previewParameters,
  proposeParameters,
} from './model-parameters.js';
import { answerPlanLiquidation } from './plan-liquidation.js';
import { getPortfolio, listPortfolios, putPortfolio } from './portfolio-service.js';
import { recordEvents } from './record-events.js';
import { answerAggregateRisk } from './risk-service.js';
import { answerSimulateCascade } from './simulate-cascade.js';
import { getAttestation, getInclusionProof, getPrivateProof, listAttestations } from './reserve-service.js';
import type { ServerContext } from './server-context.js';
import { answerSolveSize, answerSuggestHedge, simulateMargin } from './what-if-service.js';
import { publishMarketData } from './publish-market-data.js';
import type { DuplexHandler, ServerStreamHandler, UnaryHandler } from './with-call.js';
import { CallWrapper } from './with-call.js';

export const SERVICE_NAMES = [
  'margincube.v1.MarginService',
  'margincube.v1.ModelService',
  'margincube.v1.MarketDataService',
  'margincube.v1.PortfolioService',
  'margincube.v1.RiskService',
  'margincube.v1.ReserveService',
] as const;

interface Handlers {
  readonly unary: ReadonlyMap<string, UnaryHandler>;
  readonly duplex: ReadonlyMap<string, DuplexHandler>;
  readonly serverStream: ReadonlyMap<string, ServerStreamHandler>;
}

/** What answers, by service and method. */
function handlers(context: ServerContext): Handlers {
  const { accounts } = context;
  return {
    unary: new Map<string, UnaryHandler>([
      [
        'margincube.v1.MarginService/CalculateMargin',
        (request, scope) => calculateMargin(context, request, scope),
      ],
      [
        'margincube.v1.MarginService/SimulateMargin',
        (request, scope) =>
          onLoop(context, scope, requestWork('SimulateMargin', request), () =>
            simulateMargin(context, request, scope),
          ),
      ],
      [
        'margincube.v1.MarginService/SolveSize',
        (request, scope) =>
          onLoop(context, scope, requestWork('SolveSize', request), () =>
            answerSolveSize(context, request, scope),
          ),
      ],
      [
        'margincube.v1.MarginService/SuggestHedge',
        (request, scope) =>
          onLoop(context, scope, requestWork('SuggestHedge', request), () =>
            answerSuggestHedge(context, request, scope),
          ),
      ],
      [
        'margincube.v1.PortfolioService/PutPortfolio',
        (request, scope) => putPortfolio(accounts.book, context.risk, request, scope),
      ],
      [
        'margincube.v1.PortfolioService/GetPortfolio',
        (request, scope) => getPortfolio(accounts.book, request, scope),
      ],
      [
        'margincube.v1.PortfolioService/ListPortfolios',
        (request, scope) => listPortfolios(accounts.book, request, scope),
      ],
      [
        'margincube.v1.RiskService/PlanLiquidation',
        (request, scope) => answerPlanLiquidation(context, request, scope),
      ],
      [
        'margincube.v1.RiskService/AggregateRisk',
        (request, scope) => answerAggregateRisk(context, request, scope),
      ],
      [
        'margincube.v1.RiskService/SimulateCascade',
        (request, scope) => answerSimulateCascade(context, request, scope),
      ],
      [
        'margincube.v1.MarginService/GetMarginAsOf',
        (request, scope) => getMarginAsOf(context, request, scope),
      ],
      ['margincube.v1.MarginService/ListCalls', (request, scope) => listCalls(context, request, scope)],
      ['margincube.v1.ModelService/ListModels', (request) => answerListModels(request)],
      ['margincube.v1.ModelService/GetModel', (request) => getModel(request)],
      [
        'margincube.v1.ModelService/ProposeParameters',
        (request, scope) => proposeParameters(context, request, scope),
      ],
      [
        'margincube.v1.ModelService/ApproveParameters',
        (request, scope) => approveParameters(context, request, scope),
      ],
      [
        'margincube.v1.ModelService/FreezeParameters',
        (request, scope) => freezeParameters(context, request, scope),
      ],
      ['margincube.v1.MarketDataService/GetSnapshot', (request) => getSnapshot(context, request)],
      [
        'margincube.v1.MarketDataService/GetVolatilitySurface',
        (request) => getVolatilitySurface(context, request),
      ],
      [
        'margincube.v1.ReserveService/GetAttestation',
        (request) => getAttestation(context.reserveAudit, request),
      ],
      [
        'margincube.v1.ReserveService/ListAttestations',
        (request) => listAttestations(context.reserveAudit, request),
      ],
      [
        'margincube.v1.ReserveService/GetInclusionProof',
        (request, scope) => getInclusionProof(context.reserveAudit, request, scope),
      ],
      [
        'margincube.v1.ReserveService/GetPrivateProof',
        (request, scope) => getPrivateProof(context.reserveAudit, request, scope),
      ],
    ]),
    duplex: new Map<string, DuplexHandler>([
      [
        'margincube.v1.MarginService/BatchCalculateMargin',
        (call, scope) => batchCalculateMargin(context, call, scope),
      ],
      ['margincube.v1.MarginService/CheckOrders', (call, scope) => checkOrders(accounts, call, scope)],
      [
        'margincube.v1.PortfolioService/RecordEvents',
        (call, scope) => recordEvents(accounts.book, call, scope),
      ],
      ['margincube.v1.MarketDataService/PublishMarketData', (call) => publishMarketData(context, call)],
    ]),
    serverStream: new Map<string, ServerStreamHandler>([
      [
        'margincube.v1.ModelService/PreviewParameters',
        (call, scope) => previewParameters(context, call, scope),
      ],
      ['margincube.v1.RiskService/StreamRisk', (call) => context.riskStreams.follow(call)],
      [
        'margincube.v1.MarginService/StreamMargin',
        (call, scope) => context.marginStreams.follow(call, scope),
      ],
      [
        'margincube.v1.MarketDataService/StreamMarks',
        (call) => context.marks.follow(call, context.epochs.current),
      ],
    ]),
  };
}

/** Every service of the contract with an answer for every method. */
export function services(context: ServerContext): Service[] {
  const known = handlers(context);
  return SERVICE_NAMES.map((service) =>
    bytesService(service, serviceDefinition(service), ({ method, requestStream, responseStream }) => {
      const path = `${service}/${method}`;
      const wrapper = new CallWrapper(context, {
        ...{ service, method, path },
        type: callType(requestStream, responseStream),
      });
      if (requestStream) return wrapper.duplex(handlerOf(known.duplex, path));
      if (responseStream) return wrapper.serverStream(handlerOf(known.serverStream, path));
      return wrapper.unary(handlerOf(known.unary, path));
    }),
  );
}

/** A contract that promises more than the server does is a defect that no caller shall find. */
function handlerOf<Handler>(known: ReadonlyMap<string, Handler>, path: string): Handler {
  const handler = known.get(path);
  if (handler === undefined) throw new Error(`${path} of the contract has no handler`);
  return handler;
}
