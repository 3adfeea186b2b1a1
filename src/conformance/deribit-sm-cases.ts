import type { Portfolio } from '../domain/portfolio.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

const FOLDER = ['margin-models', 'deribit-sm'];
/** Stated by the file: marks on the wire are rounded. */
const TOLERANCE_PER_COIN = 1e-6;
const OPEN_ORDER_TOLERANCE = 2e-9;
const RELATIVE_TOLERANCE = 1e-12;

interface ShortOptions {
  readonly about: { readonly title: string };
  readonly cases: readonly {
    readonly instrument: string;
    readonly size: number;
    readonly mark_price: number;
    readonly index_price: number;
    readonly observed: string;
    readonly open_sell_order_size?: number;
    readonly expected: {
      readonly initial_margin: number;
      readonly maintenance_margin: number;
      readonly open_orders_margin: number;
    };
  }[];
}

interface LinearPerpetuals {
  readonly about: { readonly title: string };
  readonly cases: readonly {
    readonly name: string;
    readonly price: number;
    readonly size: number;
    readonly base: number;
    readonly slope_per_unit: number;
    readonly expected_usdc: number;
  }[];
}

/** Runs the published positions and worked examples of Deribit's standard margin; absent files have no cases. */
export function runDeribitSmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  const options = readVectorFile(vectors, ...FOLDER, 'short_options.json') as ShortOptions | undefined;
  const perpetuals = readVectorFile(vectors, ...FOLDER, 'linear_perpetuals.json') as
    LinearPerpetuals | undefined;
  return [
    ...(options?.cases ?? []).map((one) => shortOptionCase(engine, options?.about.title ?? '', one)),
    ...(perpetuals?.cases ?? []).map((one) => perpetualCase(engine, perpetuals?.about.title ?? '', one)),
  ];
}

function shortOptionCase(
  engine: MarginCalculator,
  source: string,
  one: ShortOptions['cases'][number],
): CaseResult {
  const orderSize = one.open_sell_order_size ?? 0;
  return runCase(
    engine,
    {
      name: one.instrument,
      source,
      model: { name: 'deribit-sm@published' },
      market: optionMarket(one),
      portfolio: {
        ...emptyBook(one.instrument),
        positions: [{ instrument: one.instrument, quantity: one.size }],
        openOrders:
          orderSize > 0
            ? [{ orderId: 'sell', instrument: one.instrument, side: 'SELL', quantity: orderSize }]
            : [],
      },
    },
    (report): Check[] => {
      const orders = report.components.find(({ name }) => name === 'open_orders')?.initial ?? NaN;
      const tolerance = TOLERANCE_PER_COIN * Math.abs(one.size);
      const { initial_margin, maintenance_margin, open_orders_margin } = one.expected;
      return [
        {
          quantity: 'initial margin',
          expected: initial_margin,
          actual: report.initialMargin - orders,
          tolerance,
        },
        {
          quantity: 'maintenance margin',
          expected: maintenance_margin,
          actual: report.maintenanceMargin,
          tolerance,
        },
        {
          quantity: 'open orders',
          expected: open_orders_margin,
          actual: orders,
          tolerance: OPEN_ORDER_TOLERANCE,
        },
      ];
    },
  );
}

/** The mark is stated, so that the forward and the volatility of the option price nothing here. */
function optionMarket(one: ShortOptions['cases'][number]): MarketSnapshot {
  const [, , strike = '', right] = one.instrument.split('-');
  const timeMs = Date.parse(one.observed);
  const expiryMs = timeMs + 86_400_000;
  return {
    epoch: 0,
    timeMs,
    venue: 'deribit',
    underlyings: [{ name: 'BTC', indexPrice: one.index_price, confidence: 1 }],
    assets: [],
    expiries: [{ underlying: 'BTC', expiryMs, forward: one.index_price, forwardConfidence: 1 }],
    instruments: [
      {
        instrument: {
          name: one.instrument,
          kind: 'OPTION',
          underlying: 'BTC',
          settlement: 'INVERSE',
          settlementCurrency: 'BTC',
          contractSize: 1,
          expiryMs,
          strike: Number(strike),
          optionType: right === 'C' ? 'CALL' : 'PUT',
        },
        markPrice: one.mark_price,
        markVolatility: 1,
      },
    ],
  };
}

function perpetualCase(
  engine: MarginCalculator,
  source: string,
  one: LinearPerpetuals['cases'][number],
): CaseResult {
  const underlying = one.name.split('_')[0] ?? '';
  const isInitial = one.name.includes(' IM ');
  const instrument = `${underlying}_USDC-PERPETUAL`;
  const rate = { base: one.base, slope: one.slope_per_unit };
  return runCase(
    engine,
    {
      name: one.name,
      source,
      model: {
        name: 'deribit-sm@published',
        overrides: { linear: { [underlying]: isInitial ? { initial: rate } : { maintenance: rate } } },
      },
      market: {
        epoch: 0,
        timeMs: Date.UTC(2024, 0, 1),
        venue: 'deribit',
        underlyings: [{ name: underlying, indexPrice: one.price, confidence: 1 }],
        assets: [],
        expiries: [],
        instruments: [
          {
            instrument: {
              name: instrument,
              kind: 'PERPETUAL',
              underlying,
              settlement: 'LINEAR',
              settlementCurrency: 'USDC',
              contractSize: 1,
            },
            markPrice: one.price,
          },
        ],
      },
      portfolio: { ...emptyBook(one.name), positions: [{ instrument, quantity: one.size }] },
    },
    (report) => [
      {
        quantity: isInitial ? 'initial margin' : 'maintenance margin',
        expected: one.expected_usdc,
        actual: isInitial ? report.initialMargin : report.maintenanceMargin,
        tolerance: RELATIVE_TOLERANCE * one.expected_usdc,
      },
    ],
  );
}

function emptyBook(accountId: string): Portfolio {
  return { accountId, positions: [], balances: [], openOrders: [], mmpGroups: [] };
}
