import type { MessageName, MessageTypes } from '../wire/message-types.js';
import { codec } from '../wire/schema.js';

/** Package of the contract. */
export const PACKAGE = 'margincube.v1';

/**
 * The methods with one request and one answer, and how often one may be asked: `again` for those that change nothing, `once` for those
 * of which a lost answer leaves open whether they have changed something.
 */
export const UNARY_METHODS = {
  MarginService: {
    CalculateMargin: 'again',
    SimulateMargin: 'again',
    SolveSize: 'again',
    SuggestHedge: 'again',
    GetMarginAsOf: 'again',
    ListCalls: 'again',
  },
  ModelService: {
    ListModels: 'again',
    GetModel: 'again',
    ProposeParameters: 'once',
    ApproveParameters: 'once',
    FreezeParameters: 'once',
  },
  MarketDataService: { GetSnapshot: 'again', GetVolatilitySurface: 'again' },
  PortfolioService: { PutPortfolio: 'once', GetPortfolio: 'again', ListPortfolios: 'again' },
  RiskService: { AggregateRisk: 'again', SimulateCascade: 'again', PlanLiquidation: 'again' },
  ReserveService: {
    GetAttestation: 'again',
    ListAttestations: 'again',
    GetInclusionProof: 'again',
    GetPrivateProof: 'again',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, 'again' | 'once'>>>>;

type Services = typeof UNARY_METHODS;

/** e.g. `MarginService/CalculateMargin`. */
export type UnaryMethod = {
  [Service in keyof Services]: `${Service}/${keyof Services[Service] & string}`;
}[keyof Services];

/** e.g. `CalculateMargin`. */
type NameOf<Method extends string> = Method extends `${string}/${infer Name}` ? Name : never;

type MessageOf<Name extends string> = Name extends MessageName ? MessageTypes[Name] : never;

/** What a method is asked with; fields may be absent. */
export type RequestOf<Method extends string> =
  MessageOf<`${typeof PACKAGE}.${NameOf<Method>}Request`>['input'];
/** What a method answers; fields without a value have their default. */
export type ResponseOf<Method extends string> =
  MessageOf<`${typeof PACKAGE}.${NameOf<Method>}Response`>['output'];

/** A method as grpc-js wants it. */
export interface WireMethod<Request, Response> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly encode: (request: Request) => Buffer;
  readonly decode: (bytes: Buffer) => Response;
}

/** The path and codecs of a method, e.g. of `MarginService/CheckOrders`, by the contract's own rule for names of messages. */
export function wireMethod<Method extends string>(
  method: Method,
): WireMethod<RequestOf<Method>, ResponseOf<Method>> {
  const message = `${PACKAGE}.${method.slice(method.indexOf('/') + 1)}`;
  return {
    path: `/${PACKAGE}.${method}`,
    // The compiler does not compute names: the types above say the same of them.
    encode: codec(`${message}Request` as MessageName).encode,
    decode: codec(`${message}Response` as MessageName).decode as (bytes: Buffer) => ResponseOf<Method>,
  };
}
