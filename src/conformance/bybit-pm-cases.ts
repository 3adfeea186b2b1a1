import type { Portfolio } from '../domain/portfolio.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import { resolvePortfolio } from '../engine/resolve-portfolio.js';
import type { InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { parseInstrumentName } from '../market/venues/deribit/instrument-name.js';
import { standardShortOptionMargin } from '../models/bybit-pm/standard-option.js';
import { resolveModel } from '../models/catalogue.js';
import type { ModelResult } from '../models/model.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

const FOLDER = ['margin-models', 'bybit-pm'];
const MODEL = 'bybit-pm@2026-07-24';
/** Stated by the file. */
const ALL_TOLERANCE = 1e-4;
const INITIAL_FACTOR_TOLERANCE = 1e-12;
const CONTINGENCY_TOLERANCE = 2e-8;
const MAINTENANCE_TOLERANCE = 2e-4;
/** The worked example is exact; this is rounding of doubles. */
const ROUNDING = 1e-15;
/** Cells are printed with eight decimals. */
const CELL_TOLERANCE = 1e-8;
/** The hedge's size is printed with eight decimals, of which six are significant. */
const HEDGE_SIZE_ROUNDING = 5e-9;
/** The set's future contingency of BTC, per coin and index: what the response's index is told by. */
const FUTURE_COEFFICIENT = 0.0003;

interface PnlRanges {
  readonly pnlRanges: readonly { readonly priceScale: string; readonly pnls: readonly string[] }[];
}

interface PublishedMargin {
  readonly about: { readonly title: string; readonly provenance: readonly { readonly date: string }[] };
  readonly response: {
    readonly assetPnlRange: readonly {
      readonly baseCoin: string;
      readonly totalPnlRanges: { readonly ALL: PnlRanges; readonly OPTION: PnlRanges };
      readonly perpPositionPnlRanges: readonly (PnlRanges & {
        readonly symbolName: string;
        readonly position: string;
        readonly settleCoin: string;
      })[];
      readonly optionExpiryDatePnlRanges: readonly {
        readonly optionPositionPnlRanges: readonly (PnlRanges & {
          readonly symbolName: string;
          readonly position: string;
          readonly markPrice: string;
          readonly settleCoin: string;
        })[];
      }[];
      readonly contingency: Readonly<
        Record<
          | 'optionContingency'
          | 'futureDeltaContingency'
          | 'optionVegaContingency'
          | 'contingencyComponents'
          | 'usdtUsdcContingency'
          | 'futureContingency',
          string
        >
      >;
      readonly asset: { readonly assetIM: string; readonly assetMM: string };
      readonly maxLossPriceMove: string;
      readonly spotHedgeInfo: PnlRanges & { readonly hedgeSpotSize: string };
    }[];
  };
}

type PublishedAsset = PublishedMargin['response']['assetPnlRange'][number];

interface PublishedOptions {
  readonly about: { readonly title: string };
  readonly cases: readonly {
    readonly position: string;
    readonly strike: number;
    readonly index: number;
    readonly mark: number;
    readonly expected: { readonly MM: number; readonly IM: number };
  }[];
}

/** Runs the published response and the worked example; absent files have no cases. */
export function runBybitPmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  const margin = readVectorFile(vectors, ...FOLDER, 'portfolio_margin.json') as PublishedMargin | undefined;
  const options = readVectorFile(vectors, ...FOLDER, 'standard_option.json') as PublishedOptions | undefined;
  return [
    ...(margin?.response.assetPnlRange ?? []).flatMap((asset) =>
      margin === undefined ? [] : [perpetualCase(margin, asset, engine), assetCase(margin, asset)],
    ),
    ...(options?.cases ?? []).map((one) => standardOptionCase(options?.about.title ?? '', one)),
  ];
}

/** The perpetual through the whole engine: every price move of its range. */
function perpetualCase(margin: PublishedMargin, asset: PublishedAsset, engine: MarginCalculator): CaseResult {
  const [perpetual] = asset.perpPositionPnlRanges;
  return runCase(
    engine,
    {
      name: `${asset.baseCoin} perpetual`,
      source: margin.about.title,
      model: { name: MODEL },
      market: marketOf(margin, asset),
      portfolio: { ...portfolioOf(asset), positions: portfolioOf(asset).positions.slice(0, 1) },
    },
    (report) =>
      (perpetual?.pnlRanges ?? []).flatMap(({ priceScale, pnls }, row) =>
        [0, 1, 2].map((volatility) => ({
          quantity: `perpetual at ${priceScale}`,
          expected: Number(pnls[0]),
          actual: report.scenarioVector?.[3 * row + volatility]?.pnl ?? NaN,
          tolerance: CELL_TOLERANCE,
        })),
      ),
  );
}

/**
 * Maximum loss, contingencies and margins of the whole unit. The option's strike, mark and forward do not belong to one
 * snapshot, so that no price model gives its cells: the model is fed the response's own P&L of both positions. The spot hedge
 * and the delta contingency, whose rules are not public, are added from the response where a number includes them.
 */
function assetCase(margin: PublishedMargin, asset: PublishedAsset): CaseResult {
  const name = `${asset.baseCoin} margin`;
  const source = margin.about.title;
  const result = marginOfCells(margin, asset);
  if (typeof result === 'string') return { name, source, checks: [], error: result };
  return {
    name,
    source,
    checks: [...cellChecks(asset, result), ...marginChecks(asset, result), indexCheck(asset)],
  };
}

function cellChecks(asset: PublishedAsset, result: ModelResult): Check[] {
  const worstAt = (row: number): number => Math.min(...result.scenarioPnl.subarray(3 * row, 3 * row + 3));
  const { ALL, OPTION } = asset.totalPnlRanges;
  return ALL.pnlRanges.flatMap(({ priceScale, pnls }, row) => {
    const perpetual = Number(asset.perpPositionPnlRanges[0]?.pnlRanges[row]?.pnls[0]);
    return [
      {
        quantity: `all at ${priceScale}`,
        expected: Number(pnls[0]),
        actual: worstAt(row) + hedgeGain(asset, row),
        tolerance: ALL_TOLERANCE,
      },
      {
        quantity: `options at ${priceScale}`,
        expected: Number(OPTION.pnlRanges[row]?.pnls[0]),
        actual: worstAt(row) - perpetual,
        tolerance: CELL_TOLERANCE,
      },
    ];
  });
}

function marginChecks(asset: PublishedAsset, result: ModelResult): Check[] {
  const part = (name: string): number =>
    result.components.find((component) => component.name === `${asset.baseCoin}.${name}`)?.maintenance ?? NaN;
  const { contingency, maxLossPriceMove } = asset;
  const stated = Number(contingency.futureDeltaContingency);
  const worstRow = Math.floor((result.bindingScenario?.index ?? NaN) / 3);
  const hedge = hedgeGain(asset, worstRow);
  const contingencies =
    part('future_contingency') +
    part('option_contingency') +
    part('option_vega_contingency') +
    part('usdt_usdc_contingency');
  const assetMM = Number(asset.asset.assetMM);
  const check = (quantity: string, expected: number, actual: number, tolerance: number): Check => ({
    quantity,
    expected,
    actual,
    tolerance,
  });
  return [
    check(
      'price move of the maximum loss',
      Number(maxLossPriceMove),
      result.bindingScenario?.spotShock ?? NaN,
      0,
    ),
    check(
      'option contingency',
      Number(contingency.optionContingency),
      part('option_contingency'),
      CONTINGENCY_TOLERANCE,
    ),
    check(
      'vega contingency',
      Number(contingency.optionVegaContingency),
      part('option_vega_contingency'),
      CONTINGENCY_TOLERANCE,
    ),
    check(
      'USDT-USDC contingency',
      Number(contingency.usdtUsdcContingency),
      part('usdt_usdc_contingency'),
      CONTINGENCY_TOLERANCE,
    ),
    check(
      'contingencies',
      Number(contingency.contingencyComponents),
      contingencies + stated,
      CONTINGENCY_TOLERANCE,
    ),
    check('asset MM', assetMM, result.maintenanceMargin - hedge + stated, MAINTENANCE_TOLERANCE * assetMM),
    check(
      'asset IM over MM',
      Number(asset.asset.assetIM) / assetMM,
      result.initialMargin / result.maintenanceMargin,
      INITIAL_FACTOR_TOLERANCE * (Number(asset.asset.assetIM) / assetMM),
    ),
  ];
}

/** The index fed from the future contingency against the one that the spot hedge tells: what the coefficient rests on. */
function indexCheck(asset: PublishedAsset): Check {
  const { hedgeSpotSize, pnlRanges } = asset.spotHedgeInfo;
  const size = Number(hedgeSpotSize);
  const expected = Number(pnlRanges[0]?.pnls[0]) / (size * Number(pnlRanges[0]?.priceScale));
  return {
    quantity: 'index price of the spot hedge',
    expected,
    actual: indexOf(asset),
    tolerance: expected * (HEDGE_SIZE_ROUNDING / Math.abs(size)),
  };
}

function hedgeGain(asset: PublishedAsset, row: number): number {
  return Number(asset.spotHedgeInfo.pnlRanges[row]?.pnls[0]);
}

function indexOf(asset: PublishedAsset): number {
  const coins = asset.perpPositionPnlRanges.reduce(
    (sum, { position }) => sum + Math.abs(Number(position)),
    0,
  );
  return Number(asset.contingency.futureContingency) / (FUTURE_COEFFICIENT * coins);
}

/** The model on the response's own cells; text says why there is no result. */
function marginOfCells(margin: PublishedMargin, asset: PublishedAsset): ModelResult | string {
  const model = resolveModel({ name: MODEL });
  if (!model.ok) return `${model.failure.field}: ${model.failure.message}`;
  const resolved = resolveMarket(marketOf(margin, asset));
  if (!resolved.ok) return `${resolved.failure.field}: ${resolved.failure.message}`;
  const market = resolved.value;
  const { instruments } = market.table;
  const portfolio = resolvePortfolio(portfolioOf(asset), market, new Uint8Array(instruments.length).fill(1));
  if (!portfolio.ok) return `${portfolio.failure.field}: ${portfolio.failure.message}`;
  const { scenarios } = model.value.cube(market);
  const vectors = new Map(heldRanges(asset).map(({ symbolName, pnlRanges }) => [symbolName, pnlRanges]));
  const pnl = (instrument: number, scenario: number): number => {
    const pnls = vectors.get(instruments[instrument]?.name ?? '')?.[Math.floor(scenario / 3)]?.pnls ?? [];
    return Number(pnls[scenario % 3] ?? pnls[0]);
  };
  const { stride, count } = scenarios.columns;
  const { positions, groups } = portfolio.value;
  const groupPnl = new Float64Array(groups.length * stride);
  groups.forEach(({ firstPosition, positionCount }, row) => {
    for (const { instrument } of positions.slice(firstPosition, firstPosition + positionCount))
      for (let s = 0; s < count; s += 1)
        groupPnl[row * stride + s] = (groupPnl[row * stride + s] ?? 0) + pnl(instrument, s);
  });
  const outcome = model.value.margin({
    ...portfolio.value,
    market,
    scenarios,
    groupPnl,
    further: [],
    // Not read for linear contracts but for their own delta: one coin of a perpetual, none stated for the option.
    unitValue: new Float64Array(instruments.length),
    unitDelta: Float64Array.from(instruments, ({ kind }) => (kind === 'PERPETUAL' ? 1 : 0)),
    unitPnl: (instrument, scenario) =>
      pnl(instrument, scenario) / (positions.find((held) => held.instrument === instrument)?.quantity ?? NaN),
  });
  return outcome.ok ? outcome.value : `${outcome.failure.field}: ${outcome.failure.message}`;
}

function heldRanges(asset: PublishedAsset): (PnlRanges & { symbolName: string; position: string })[] {
  const options = asset.optionExpiryDatePnlRanges.flatMap((expiry) => expiry.optionPositionPnlRanges);
  return [...asset.perpPositionPnlRanges, ...options];
}

/** The perpetual's printed mark is of another moment: its price is fed from the range's smallest move up. */
function marketOf({ about }: PublishedMargin, asset: PublishedAsset): MarketSnapshot {
  const { baseCoin } = asset;
  const index = indexOf(asset);
  const timeMs = Date.parse(about.provenance[0]?.date ?? '');
  const perpetuals = asset.perpPositionPnlRanges.map((held): InstrumentQuote => {
    const up = held.pnlRanges.find(({ priceScale }) => Number(priceScale) > 0);
    return {
      instrument: { ...linear(held.symbolName, baseCoin, held.settleCoin), kind: 'PERPETUAL' },
      markPrice: Number(up?.pnls[0]) / (Number(held.position) * Number(up?.priceScale)),
      priceConfidence: 1,
    };
  });
  const options = asset.optionExpiryDatePnlRanges
    .flatMap((expiry) => expiry.optionPositionPnlRanges)
    .flatMap((held): InstrumentQuote[] => {
      const terms = parseInstrumentName(held.symbolName.replace(`-${held.settleCoin}`, ''));
      if (terms?.kind !== 'OPTION') return [];
      const { expiryMs, strike, optionType } = terms;
      return [
        {
          instrument: {
            ...linear(held.symbolName, baseCoin, held.settleCoin),
            kind: 'OPTION',
            expiryMs,
            strike,
            optionType,
          },
          markPrice: Number(held.markPrice),
          // Prices nothing here; a market without a volatility would refuse the option.
          markVolatility: 0.5,
        },
      ];
    });
  const expiriesMs = options.flatMap(({ instrument }) =>
    'expiryMs' in instrument ? [instrument.expiryMs] : [],
  );
  return {
    epoch: 0,
    timeMs,
    venue: 'bybit',
    underlyings: [{ name: baseCoin, indexPrice: index, confidence: 1 }],
    assets: [{ asset: 'USDT', priceUsd: 1, confidence: 1 }],
    expiries: [...new Set(expiriesMs)].map((expiryMs) => ({
      underlying: baseCoin,
      expiryMs,
      forward: index,
      forwardConfidence: 1,
    })),
    instruments: [...perpetuals, ...options],
  };
}

function linear(name: string, underlying: string, settlementCurrency: string) {
  return { name, underlying, settlement: 'LINEAR', settlementCurrency, contractSize: 1 } as const;
}

function portfolioOf(asset: PublishedAsset): Portfolio {
  return {
    accountId: 'published',
    positions: heldRanges(asset).map(({ symbolName, position }) => ({
      instrument: symbolName,
      quantity: Number(position),
    })),
    balances: [],
    openOrders: [],
    mmpGroups: [],
  };
}

/** The regular margin of one short option. */
function standardOptionCase(source: string, one: PublishedOptions['cases'][number]): CaseResult {
  const { strike, index, mark, position, expected } = one;
  const size = Math.abs(Number.parseFloat(position));
  const unit = standardShortOptionMargin({ isCall: position.endsWith('call'), strike, index, mark });
  return {
    name: `regular margin of ${position}`,
    source,
    checks: [
      {
        quantity: 'maintenance margin',
        expected: expected.MM,
        actual: size * unit.maintenance,
        tolerance: ROUNDING * expected.MM,
      },
      {
        quantity: 'initial margin',
        expected: expected.IM,
        actual: size * unit.initial,
        tolerance: ROUNDING * expected.IM,
      },
    ],
  };
}
