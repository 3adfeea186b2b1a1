/** Valid requests of every method, in bytes, to be damaged: some as a client would send them, some drawn from the schema. */
import fc from 'fast-check';
import { SERVICE_NAMES } from '../../src/rpc/services.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { structFromJson } from '../../src/wire/json/well-known.js';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec, serviceDefinition } from '../../src/wire/schema.js';
import { buy, event, order, PERPETUAL } from './account-calls.js';
import { arbitraryMessage, SCALARS } from './arbitrary-message.js';
import type { Scalars } from './arbitrary-message.js';
import { cash, NOW_MS, optionName, sampleSnapshot } from './sample-market.js';
import { MODEL } from './test-server.js';

export interface FuzzedMethod {
  /** As it stands in the request: `/service/method`. */
  readonly path: string;
  readonly hasRequestStream: boolean;
  readonly hasResponseStream: boolean;
  readonly bodies: readonly Buffer[];
}

const OPTION = optionName(30, 100_000, 'CALL', true);
const DRAWN_PER_METHOD = 40;

/** Accounts that the bodies speak of. */
export const FUZZED_ACCOUNTS = ['alice', 'bob', 'carol'] as const;

/** Names and numbers that lead further than what a schema can say. */
const MEANINGFUL: Scalars = new Map([
  ...SCALARS,
  [
    'string',
    fc.oneof(
      fc.constantFrom('BTC', 'ETH', 'USDC', PERPETUAL, OPTION, 'desk'),
      fc.constantFrom(MODEL, 'derive-pm2', 'grid@aevo', 'house', 'span', 'es'),
      fc.constantFrom(...FUZZED_ACCOUNTS),
      fc.string({ maxLength: 12, unit: 'grapheme' }),
    ),
  ],
  [
    'double',
    fc.oneof(
      fc.integer({ min: -500, max: 500 }).map((n) => n / 10),
      fc.double(),
    ),
  ],
  ['uint32', fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))],
  [
    'uint64',
    fc.oneof(fc.constantFrom('0', '0', '1', '7'), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)),
  ],
]);

const portfolio = {
  accountId: 'alice',
  positions: [
    { instrument: PERPETUAL, quantity: 2 },
    { instrument: OPTION, quantity: -3 },
  ],
  balances: [cash('USDC', 50_000)],
};
const calculation = { model: { name: MODEL } };
const onItsOwnMarket = { ...calculation, inline: snapshotToMessage(sampleSnapshot()) };
/** After the first accounts, which are there from the first moment on, milliseconds. */
const MOMENTS_MS = [0, 500, 5_000];
const proposed = {
  name: 'derive-pm2',
  parameterOverrides: structFromJson({ lossFactor: { initial: 1.2 } }, 'parameterOverrides'),
};
const legs = [{ instrument: PERPETUAL, quantity: 1 }];

/** One message in bytes. */
function body<Name extends MessageName>(name: Name, message: MessageTypes[Name]['input']): Buffer {
  return codec(name).encode(message);
}

/** A request whose margin is known before the damage and asked for again after it. */
export const CONTROL = body('margincube.v1.CalculateMarginRequest', {
  calculation: onItsOwnMarket,
  portfolio,
});

/** What a client would send, by the name of the method. */
const REALISTIC: Readonly<Record<string, readonly Buffer[]>> = {
  CalculateMargin: [
    CONTROL,
    body('margincube.v1.CalculateMarginRequest', {
      calculation: {
        ...calculation,
        options: { includeContributions: true, includeLiquidationPrices: true },
      },
      portfolio,
    }),
  ],
  BatchCalculateMargin: [
    body('margincube.v1.BatchCalculateMarginRequest', { header: { calculation } }),
    body('margincube.v1.BatchCalculateMarginRequest', { chunk: { portfolios: [portfolio, portfolio] } }),
  ],
  SimulateMargin: [
    body('margincube.v1.SimulateMarginRequest', { calculation, book: { portfolio }, legs }),
    body('margincube.v1.SimulateMarginRequest', { calculation, book: { accountId: 'alice' }, legs }),
  ],
  SolveSize: [
    body('margincube.v1.SolveSizeRequest', {
      ...{ calculation, book: { accountId: 'bob' } },
      ...{ instrument: PERPETUAL, side: 'SIDE_BUY' },
    }),
  ],
  SuggestHedge: [
    body('margincube.v1.SuggestHedgeRequest', {
      ...{ calculation, book: { portfolio }, candidates: [PERPETUAL] },
    }),
  ],
  PlanLiquidation: [
    body('margincube.v1.PlanLiquidationRequest', { calculation, book: { portfolio } }),
    body('margincube.v1.PlanLiquidationRequest', { calculation, book: { accountId: 'carol' } }),
  ],
  SimulateCascade: [
    body('margincube.v1.SimulateCascadeRequest', { shocks: [{ underlying: 'BTC', spotShock: -0.1 }] }),
  ],
  GetModel: [body('margincube.v1.GetModelRequest', { model: { name: MODEL } })],
  PreviewParameters: [body('margincube.v1.PreviewParametersRequest', { proposed })],
  ProposeParameters: [
    body('margincube.v1.ProposeParametersRequest', { model: proposed, rationale: 'it moved' }),
  ],
  FreezeParameters: [
    body('margincube.v1.FreezeParametersRequest', { modelId: 'derive-pm2', reason: 'it is calm again' }),
  ],
  CheckOrders: [
    ...FUZZED_ACCOUNTS.map((accountId) => body('margincube.v1.CheckOrdersRequest', order(accountId))),
    body(
      'margincube.v1.CheckOrdersRequest',
      order('alice', { mode: 'CHECK_MODE_RESERVE', quantity: 0.1, reservationTtlMs: 50 }),
    ),
  ],
  RecordEvents: FUZZED_ACCOUNTS.map((accountId) =>
    body('margincube.v1.RecordEventsRequest', { events: [event(accountId, buy(0.1, 96_700))] }),
  ),
  GetMarginAsOf: FUZZED_ACCOUNTS.flatMap((accountId) =>
    MOMENTS_MS.map((ms) =>
      body('margincube.v1.GetMarginAsOfRequest', { accountId, time: timestampOf(NOW_MS + ms) }),
    ),
  ),
  GetAttestation: [
    body('margincube.v1.GetAttestationRequest', {}),
    body('margincube.v1.GetAttestationRequest', { sequence: '1' }),
  ],
  GetInclusionProof: FUZZED_ACCOUNTS.map((accountId) =>
    body('margincube.v1.GetInclusionProofRequest', { accountId }),
  ),
  GetPrivateProof: FUZZED_ACCOUNTS.map((accountId) =>
    body('margincube.v1.GetPrivateProofRequest', { accountId }),
  ),
  PutPortfolio: [body('margincube.v1.PutPortfolioRequest', { portfolio, details: { model: MODEL } })],
};

/** Methods that answer when what they ask for has come into being, with a request that they then answer. */
export const FUZZED_PAST: readonly (readonly [string, Buffer])[] = [
  ['MarginService', 'GetMarginAsOf'],
  ['ReserveService', 'GetInclusionProof'],
  ['ReserveService', 'GetPrivateProof'],
].map(([service, name]) => [`/margincube.v1.${service!}/${name!}`, REALISTIC[name!]![0]!]);

/** All methods of the contract; `seed` chooses what is drawn. */
export function fuzzedMethods(seed: number): FuzzedMethod[] {
  return SERVICE_NAMES.flatMap((service) =>
    Object.entries(serviceDefinition(service)).map(([name, { path, requestStream, responseStream }]) => {
      const request = `margincube.v1.${name}Request`;
      const { encode } = codec(request as MessageName);
      const drawn = fc.sample(arbitraryMessage(request, 4, MEANINGFUL), { seed, numRuns: DRAWN_PER_METHOD });
      const realistic = REALISTIC[name] ?? [];
      // As many of either kind: what a schema says alone seldom gets past the first check.
      const repeats = realistic.length === 0 ? 0 : Math.ceil(DRAWN_PER_METHOD / realistic.length);
      return {
        path,
        hasRequestStream: requestStream,
        hasResponseStream: responseStream,
        bodies: [
          ...drawn.map((message) => encode(message)),
          ...Array<readonly Buffer[]>(repeats).fill(realistic).flat(),
        ],
      };
    }),
  );
}
