import type { Portfolio, Position } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { SPAN_SCENARIOS, priceMove } from '../models/span/scenarios.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** All three files are exact; this is rounding of doubles. */
const ROUNDING = 1e-12;
const FOLDER = ['margin-models', 'span'];
const NOW_MS = Date.UTC(2025, 0, 1);
const EXPIRY_MS = Date.UTC(2025, 2, 20);
const FUTURE = 'FUTURE';
const CALL = 'CALL';

interface PublishedArrays {
  readonly about: { readonly title: string };
  readonly future_long: readonly number[];
  readonly dec410_call_long: readonly number[];
  readonly covered_write: readonly number[];
  readonly required: Readonly<Record<'future' | 'long_call' | 'covered_write', number>>;
}

interface PublishedScenarios {
  readonly about: { readonly title: string };
  readonly scenarios: readonly {
    readonly scenario: number;
    readonly priceMoveInScanRanges: number;
    readonly volMove: number;
    readonly cover: number;
  }[];
}

interface PublishedUnits {
  readonly about: { readonly title: string };
  readonly cases: readonly { readonly name: string; readonly expected: number }[];
}

/** Runs the published risk arrays, the scenario table and the unit examples; absent files have no cases. */
export function runSpanCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  const arrays = readVectorFile(vectors, ...FOLDER, 'mcmillan_risk_arrays.json') as
    PublishedArrays | undefined;
  const scenarios = readVectorFile(vectors, ...FOLDER, 'span_scenarios.json') as
    PublishedScenarios | undefined;
  const units = readVectorFile(vectors, ...FOLDER, 'nse_unit_examples.json') as PublishedUnits | undefined;
  return [
    ...(arrays === undefined ? [] : arrayCases(arrays, engine)),
    ...(scenarios === undefined ? [] : [scenarioCase(scenarios, engine)]),
    ...(units?.cases ?? []).map((one) => unitCase(units?.about.title ?? '', one, engine)),
  ];
}

/** The arrays of the file go in as they are, gains turned into losses; a case is held cell by cell. */
function arrayCases(published: PublishedArrays, engine: MarginCalculator): CaseResult[] {
  const contracts = {
    [FUTURE]: contract(published.future_long, 1),
    [CALL]: contract(published.dec410_call_long, 0.5),
  };
  const held = (
    name: string,
    positions: Position[],
    cells: readonly number[],
    required: number,
  ): CaseResult =>
    runCase(
      engine,
      {
        name,
        source: published.about.title,
        model: { name: 'span', overrides: { contracts } },
        market: market(410, 500),
        portfolio: book(positions),
      },
      (report) => [
        check('scan risk', required, componentOf(report, 'scan_risk')),
        ...cells.map((cell, s) =>
          check(`scenario ${String(s + 1)}`, cell, report.scenarioVector?.[s]?.pnl ?? NaN),
        ),
      ],
    );
  const { required } = published;
  const long = (instrument: string): Position => ({ instrument, quantity: 1 });
  const short = { instrument: CALL, quantity: -1 };
  return [
    held('long future', [long(FUTURE)], published.future_long, required.future),
    held('long call', [long(CALL)], published.dec410_call_long, required.long_call),
    held('covered write', [long(FUTURE), short], published.covered_write, required.covered_write),
  ];
}

function contract(gains: readonly number[], compositeDelta: number): unknown {
  const riskArray = gains.map((gain) => 0 - gain);
  return { combinedCommodity: 'SP500', month: '2025-03', compositeDelta, riskArray };
}

/** Price moves and covers by a long future with a scan range of 1; volatility moves by the labels. */
function scenarioCase({ about, scenarios }: PublishedScenarios, engine: MarginCalculator): CaseResult {
  return runCase(
    engine,
    {
      name: 'the 16 scenarios',
      source: about.title,
      model: { name: 'span', overrides: builtArrays(1) },
      market: market(100, 1),
      portfolio: book([{ instrument: FUTURE, quantity: 1 }]),
    },
    (report): Check[] => [
      check('count', scenarios.length, report.scenarioVector?.length ?? NaN),
      ...scenarios.flatMap(({ scenario, priceMoveInScanRanges, volMove, cover }): Check[] => {
        const cell = report.scenarioVector?.[scenario - 1];
        const own = SPAN_SCENARIOS[scenario - 1];
        const name = `scenario ${String(scenario)}`;
        const move = own === undefined ? NaN : priceMove(own);
        return [
          check(`${name} price move`, priceMoveInScanRanges, move),
          check(`${name} cover`, cover, own?.cover ?? NaN),
          check(`${name} P&L`, priceMoveInScanRanges * cover, cell?.pnl ?? NaN),
          check(`${name} volatility`, volMove, VOL_MOVES.get(cell?.volShock ?? '') ?? NaN),
        ];
      }),
    ],
  );
}

const VOL_MOVES = new Map([
  ['UP', 1],
  ['DOWN', -1],
  ['NONE', 0],
]);

/** The numbers stand in the names of the cases; a case of another name is an error, not a pass. */
function unitCase(
  source: string,
  { name, expected }: PublishedUnits['cases'][number],
  engine: MarginCalculator,
): CaseResult {
  const run = UNIT_EXAMPLES.find(([beginning]) => name.startsWith(beginning))?.[1];
  if (run === undefined) return { name, source, checks: [], error: 'no such example is known' };
  const { overrides, index, size, position, read } = run;
  return runCase(
    engine,
    {
      name,
      source,
      model: { name: 'span', overrides },
      market: market(index, size),
      portfolio: book([position]),
    },
    (report) => [check(name, expected, read(report))],
  );
}

interface UnitExample {
  readonly overrides: unknown;
  readonly index: number;
  readonly size: number;
  readonly position: Position;
  readonly read: (report: MarginReport) => number;
}

const LOT = 25;

const UNIT_EXAMPLES: readonly (readonly [beginning: string, example: UnitExample])[] = [
  [
    'scan risk',
    {
      overrides: builtArrays(1_000),
      index: 22_000,
      size: 1,
      position: { instrument: FUTURE, quantity: 1 },
      read: (report) => componentOf(report, 'scan_risk'),
    },
  ],
  [
    'exposure margin',
    {
      overrides: builtArrays(1_000, { exposureRate: 0.02 }),
      index: 22_000,
      size: LOT,
      position: { instrument: FUTURE, quantity: -1 },
      read: (report) => componentOf(report, 'exposure'),
    },
  ],
  [
    'short option minimum',
    {
      // Nothing else is at risk: the array of the call is empty.
      overrides: {
        ...builtArrays(1_000, { shortOptionMinimum: { rate: 50, per: 'UNIT', count: 'SUM' } }),
        contracts: { [CALL]: contract(new Array<number>(SPAN_SCENARIOS.length).fill(0), 0) },
      },
      index: 22_000,
      size: LOT,
      position: { instrument: CALL, quantity: -1 },
      read: (report) => componentOf(report, 'short_option_minimum'),
    },
  ],
  [
    'variation margin',
    {
      overrides: builtArrays(1_000),
      index: 22_050,
      size: LOT,
      position: { instrument: FUTURE, quantity: 1, averageEntryPrice: 21_000 },
      read: (report) => report.markToMarket,
    },
  ],
];

function builtArrays(priceScanRange: number, rules: object = {}): object {
  return {
    combinedCommodities: {
      SP500: {
        ranges: {
          underlying: 'INDEX',
          priceScanRange: { unit: 'PRICE', value: priceScanRange },
          volatilityScanRange: 0.04,
        },
        ...rules,
      },
    },
  };
}

/** A future at the index and a call whose array the file states: its volatility and forward price nothing. */
function market(index: number, contractSize: number): MarketSnapshot {
  const common = {
    underlying: 'INDEX',
    settlement: 'LINEAR',
    settlementCurrency: 'USD',
    contractSize,
    expiryMs: EXPIRY_MS,
  } as const;
  const instruments: InstrumentQuote[] = [
    { instrument: { ...common, name: FUTURE, kind: 'FUTURE' }, markPrice: index, priceConfidence: 1 },
    {
      instrument: { ...common, name: CALL, kind: 'OPTION', strike: index, optionType: 'CALL' },
      markPrice: 0.01 * index,
      markVolatility: 0.15,
    },
  ];
  return {
    epoch: 0,
    timeMs: NOW_MS,
    venue: 'published',
    underlyings: [{ name: 'INDEX', indexPrice: index, confidence: 1 }],
    assets: [{ asset: 'USD', priceUsd: 1, confidence: 1 }],
    expiries: [{ underlying: 'INDEX', expiryMs: EXPIRY_MS, forward: index, forwardConfidence: 1 }],
    instruments,
  };
}

function book(positions: readonly Position[]): Portfolio {
  return { accountId: 'published', positions, balances: [], openOrders: [], mmpGroups: [] };
}

function componentOf(report: MarginReport, name: string): number {
  return report.components.find((component) => component.name === name)?.maintenance ?? NaN;
}

function check(quantity: string, expected: number, actual: number): Check {
  return { quantity, expected, actual, tolerance: ROUNDING * Math.max(Math.abs(expected), 1) };
}
