/** Risk of all accounts, summed up, streamed and shocked, over gRPC on real threads. */
import { status, type Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountRevaluation, simulateCascade } from '../../src/aggregation/account-revaluation.js';
import { stressedDepth } from '../../src/aggregation/stressed-depth.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import type { AggregateRiskRequest } from '../../src/gen/margincube/v1/AggregateRiskRequest.js';
import type { RiskAggregate__Output as Aggregate } from '../../src/gen/margincube/v1/RiskAggregate.js';
import type { SimulateCascadeRequest } from '../../src/gen/margincube/v1/SimulateCascadeRequest.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { codec } from '../../src/wire/schema.js';
import { buy, call, event, events } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { sampleMarket, sampleSnapshot } from '../support/sample-market.js';
import { detailOf, errorOf, eventually, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const market = sampleMarket();
const engine = new MarginEngine(loadKernels());
const margined = (portfolios: readonly Portfolio[]): MarginReport[] =>
  engine.calculate({ model: model(MODEL), market, portfolios, options: DEFAULT_REPORT_OPTIONS }).map(unwrap);
const withCash = (book: Portfolio, usd: number): Portfolio => ({
  ...book,
  balances: [{ asset: 'USDC', units: String(Math.ceil(usd)), decimals: 0 }],
});

const RICH_USD = 10_000_000;
const rich = randomBooks(sampleSnapshot(), 30, 6, 3).map((book) => withCash(book, RICH_USD));
/** Every third book barely covers its initial margin, so that shocks find somebody. */
const books: readonly Portfolio[] = margined(rich).map(({ equity, initialMargin }, at) =>
  withCash(rich[at]!, at % 3 === 0 ? RICH_USD - equity + 1.02 * initialMargin : RICH_USD),
);
const reports = margined(books);

const identity = (bytes: Buffer): Buffer => bytes;

describe('RiskService', () => {
  let server: TestServer;
  let client: Client;

  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ model: MODEL });
    client = rawClient(server.address);
    for (const [at, portfolio] of books.entries())
      await put(portfolio, {
        parentAccountId: at % 5 === 0 ? '' : `account-${String(at - (at % 5))}`,
        ownerId: at % 5 === 0 ? `owner-${String(at % 2)}` : '',
        groupId: at % 5 === 0 && at % 2 === 0 ? 'fund' : '',
      });
    await server.margins.settled();
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  const put = (portfolio: Portfolio, details: object) =>
    call(
      client,
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      { portfolio: portfolioToMessage(portfolio), details },
      'margincube.v1.PutPortfolioResponse',
    );

  const ask = async (request: AggregateRiskRequest): Promise<Aggregate[]> => {
    const { aggregates } = await call(
      client,
      'RiskService/AggregateRisk',
      'margincube.v1.AggregateRiskRequest',
      request,
      'margincube.v1.AggregateRiskResponse',
    );
    return aggregates;
  };

  const cascade = (request: SimulateCascadeRequest) =>
    call(
      client,
      'RiskService/SimulateCascade',
      'margincube.v1.SimulateCascadeRequest',
      request,
      'margincube.v1.SimulateCascadeResponse',
    );

  const sumOf = (of: (report: MarginReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0);
  const deltaOf = ({ greeks }: MarginReport): number => greeks[0]?.deltaCoins ?? 0;

  it('sums up to the venue what every account is margined at', async () => {
    const [venue] = await ask({
      level: 'AGGREGATION_LEVEL_VENUE',
      includeBuckets: true,
      includeScenarios: true,
    });
    const usdc = 1;
    expect(venue).toMatchObject({
      key: '',
      accountCount: 30,
      unmarginedAccountCount: 0,
      unpricedInstruments: [],
    });
    expect(venue?.initialMarginUsd).toBeCloseTo(usdc * sumOf(({ initialMargin }) => initialMargin), 4);
    expect(venue?.equityUsd).toBeCloseTo(usdc * sumOf(({ equity }) => equity), 4);
    expect(venue?.shortfallUsd).toBeCloseTo(
      sumOf(({ maintenanceExcess }) => Math.max(0, -maintenanceExcess)),
      4,
    );
    expect(venue?.greeks[0]?.deltaCoins).toBeCloseTo(sumOf(deltaOf), 9);
    expect(venue?.greeks[0]?.vegaUsdPerPoint).toBeCloseTo(
      sumOf(({ greeks }) => greeks[0]?.vegaUsdPerPoint ?? 0),
      6,
    );
    const inBuckets = venue?.buckets.reduce((sum, { greeks }) => sum + (greeks?.deltaCoins ?? NaN), 0);
    expect(inBuckets).toBeCloseTo(sumOf(deltaOf), 8);
    expect(venue?.scenarios.length).toBeGreaterThan(20);
    const worst = Math.min(...(venue?.scenarios ?? []).map(({ pnl }) => pnl));
    // The tail of a grid at 97.5 % is less than one scenario: the worst.
    expect(venue?.componentExpectedShortfallUsd).toBeCloseTo(-worst, 4);
    expect(venue?.healthCounts.reduce((sum, { accountCount }) => sum + accountCount, 0)).toBe(30);
    expect(venue?.concentration?.top_10Share).toBeGreaterThan(1 / 3);
  });

  it('divides the venue at every level, by where accounts say that they belong', async () => {
    const [venue] = await ask({ level: 'AGGREGATION_LEVEL_VENUE' });
    for (const [level, count] of [
      ['AGGREGATION_LEVEL_SUB_ACCOUNT', 30],
      ['AGGREGATION_LEVEL_ACCOUNT', 6],
      ['AGGREGATION_LEVEL_OWNER', 2],
      ['AGGREGATION_LEVEL_GROUP', 2],
    ] as const) {
      const parts = await ask({ level });
      expect(parts).toHaveLength(count);
      const sum = (of: (part: Aggregate) => number): number =>
        parts.reduce((total, part) => total + of(part), 0);
      expect(sum(({ initialMarginUsd }) => initialMarginUsd)).toBeCloseTo(venue?.initialMarginUsd ?? NaN, 4);
      expect(sum(({ greeks }) => greeks[0]?.deltaCoins ?? 0)).toBeCloseTo(
        venue?.greeks[0]?.deltaCoins ?? NaN,
        8,
      );
      expect(sum((part) => part.componentExpectedShortfallUsd ?? NaN)).toBeCloseTo(
        venue?.componentExpectedShortfallUsd ?? NaN,
        4,
      );
      const margins = parts.map(({ initialMarginUsd }) => initialMarginUsd);
      expect(margins).toEqual([...margins].sort((a, b) => b - a));
    }
    const names = (await ask({ level: 'AGGREGATION_LEVEL_GROUP' })).map(({ key }) => key).sort();
    expect(names).toEqual(['fund', 'owner-1']);
    const [own] = await ask({ level: 'AGGREGATION_LEVEL_SUB_ACCOUNT', filter: { keys: ['account-7'] } });
    expect(own?.equityUsd).toBeCloseTo(reports[7]?.equity ?? NaN, 6);
    expect(await ask({ level: 'AGGREGATION_LEVEL_ACCOUNT', filter: { underlyings: ['ETH'] } })).toEqual([]);
  });

  it('simulates the cascade that follows from margins one by one', async () => {
    const answer = await cascade({ shocks: [{ underlying: 'BTC', spotShock: -0.15, volShock: 0.3 }] });
    const depthOf = unwrap(stressedDepth());
    const spotUsd = market.columns.indexPrice[market.table.underlyingIndex.get('BTC') ?? -1] ?? NaN;
    const revaluation = new AccountRevaluation(engine, { model: model(MODEL), market }, books);
    const shocked = {
      underlying: 'BTC',
      spotUsd,
      spotShock: -0.15,
      volShock: 0.3,
      depth: depthOf('BTC', spotUsd),
    };
    const expected = unwrap(simulateCascade(revaluation, market, { underlyings: [shocked] }));
    expect(answer.converged).toBe(true);
    expect(answer.rounds.length).toBeGreaterThan(0);
    expect(answer.finalShocks[0]?.spotShock).toBeCloseTo(expected.finalSpotShocks[0] ?? NaN, 9);
    expect(answer.amplification).toBeCloseTo(expected.amplification, 9);
    expect(answer.firstShortfallUsd).toBeCloseTo(expected.firstShortfallUsd, 3);
    expect(answer.finalShortfallUsd).toBeCloseTo(expected.finalShortfallUsd, 3);
    expect(answer.shares.map(({ accountId }) => accountId)).toEqual(
      expected.shares.map(({ accountId }) => accountId),
    );
    expect(answer.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const calm = await cascade({
      shocks: [{ underlying: 'ETH', spotShock: -0.01, volShock: 0 }],
      impactCoefficient: 0,
    });
    expect(calm.amplification).toBe(1);
  });

  it('maps who would be liquidated at which price, as margins one by one say', async () => {
    const mapSpotShocks = [-0.3, -0.1, 0, 0.1, 0.3];
    const { liquidationMap } = await cascade({
      shocks: [{ underlying: 'BTC', spotShock: -0.15, volShock: 0.3 }],
      mapSpotShocks,
    });
    const spotUsd = market.columns.indexPrice[market.table.underlyingIndex.get('BTC') ?? -1] ?? NaN;
    const revaluation = new AccountRevaluation(engine, { model: model(MODEL), market }, books);
    const row = [market.table.underlyingIndex.get('BTC') ?? -1];
    for (const [at, spotShock] of mapSpotShocks.entries()) {
      const moves = { spotFactors: Float64Array.of(1 + spotShock), volFactors: Float64Array.of(1) };
      const { equityUsd, maintenanceMarginUsd, deltaCoins } = revaluation.at(moves, row);
      const below = [...equityUsd.keys()].filter((i) => equityUsd[i]! < maintenanceMarginUsd[i]!);
      const sum = (sign: number): number =>
        below.reduce((total, i) => total + Math.max(0, sign * deltaCoins[i]!), 0);
      const point = liquidationMap[at];
      expect(point).toMatchObject({ spotShock, liquidatedAccounts: below.length });
      expect(point?.spotUsd).toBeCloseTo(spotUsd * (1 + spotShock), 6);
      expect(point?.soldCoins).toBeCloseTo(sum(1), 8);
      expect(point?.boughtCoins).toBeCloseTo(sum(-1), 8);
    }
    expect(liquidationMap[0]?.liquidatedAccounts).toBeGreaterThan(
      liquidationMap[2]?.liquidatedAccounts ?? NaN,
    );
    expect(liquidationMap[0]?.soldCoins).toBeGreaterThan(0);
  });

  it('streams every key first, then what a fill changes', async () => {
    const stream = client.makeServerStreamRequest(
      '/margincube.v1.RiskService/StreamRisk',
      identity,
      identity,
      codec('margincube.v1.StreamRiskRequest').encode({
        level: 'AGGREGATION_LEVEL_OWNER',
        minimumIntervalMs: 100,
      }),
    );
    const seen: Aggregate[] = [];
    stream.on('data', (bytes: Buffer) =>
      seen.push(...codec('margincube.v1.StreamRiskResponse').decode(bytes).aggregates),
    );
    stream.on('error', () => undefined);
    await eventually(() => seen.length >= 2);
    const before = seen.find(({ key }) => key === 'owner-1')?.greeks[0]?.deltaCoins ?? NaN;
    const recording = events(client);
    await recording.ask({ events: [event('account-5', buy(2, 96_700))] });
    recording.end();
    const after = (): number => seen.findLast(({ key }) => key === 'owner-1')?.greeks[0]?.deltaCoins ?? NaN;
    await eventually(() => Math.abs(after() - before - 2) < 1e-9);
    expect(seen.slice(2).every(({ key }) => key === 'owner-1' || key === 'owner-0')).toBe(true);
    stream.cancel();
  });

  it('refuses what it cannot mean, by field', async () => {
    const fieldOf = async (promise: Promise<unknown>): Promise<string> => {
      const error = await errorOf(promise);
      expect(error.code).toBe(status.INVALID_ARGUMENT);
      const request = detailOf(error, 'BadRequest') as { fieldViolations: { field: string }[] } | undefined;
      return request?.fieldViolations[0]?.field ?? '';
    };
    const shock = { underlying: 'BTC', spotShock: -0.1, volShock: 0 };
    expect([
      await fieldOf(ask({})),
      await fieldOf(ask({ level: 'AGGREGATION_LEVEL_VENUE', limit: 10_001 })),
      await fieldOf(
        ask({ level: 'AGGREGATION_LEVEL_VENUE', filter: { health: ['MARGIN_HEALTH_UNSPECIFIED'] } }),
      ),
      await fieldOf(cascade({ shocks: [] })),
      await fieldOf(cascade({ shocks: [{ ...shock, underlying: 'DOGE' }] })),
      await fieldOf(cascade({ shocks: [shock, shock] })),
      await fieldOf(cascade({ shocks: [{ ...shock, spotShock: -1 }] })),
      await fieldOf(cascade({ shocks: [{ ...shock, volShock: NaN }] })),
      await fieldOf(cascade({ shocks: [shock], impactCoefficient: -1 })),
      await fieldOf(cascade({ shocks: [shock], roundsMax: 1_001 })),
      await fieldOf(cascade({ shocks: [shock], mapSpotShocks: [0, NaN] })),
      await fieldOf(cascade({ shocks: [shock], mapSpotShocks: new Array<number>(102).fill(0) })),
    ]).toEqual([
      'level',
      'limit',
      'filter.health[0]',
      'shocks',
      'shocks[0].underlying',
      'shocks[1].underlying',
      'shocks[0].spotShock',
      'shocks[0].volShock',
      'impactCoefficient',
      'roundsMax',
      'mapSpotShocks[1]',
      'mapSpotShocks',
    ]);
  });
});
