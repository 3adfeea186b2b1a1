import type { Portfolio } from '../domain/portfolio.js';
import { numberToAmount } from '../domain/money.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { listVectorFiles, readVectorFile } from './vector-files.js';

const FOLDER = ['margin-models', 'okx-pm'];
/** Stated by the file. */
const RELATIVE_TOLERANCE = 1e-9;
/** Coins per contract, stated in the file's conventions. */
const CONTRACT_SIZE: Readonly<Record<string, number>> = { BTC: 0.01, LTC: 1 };
const ASSET_DECIMALS = 8;
const NOTHING_MOVES = [0, 0, 0];

interface PublishedCase {
  readonly about: { readonly title: string };
  readonly request: {
    readonly simPos: readonly { readonly pos: string; readonly instId: string; readonly avgPx: string }[];
    readonly simAsset: readonly { readonly ccy: string; readonly amt: string }[];
  };
  readonly response: {
    readonly eq: string;
    readonly borrowMmr: string;
    readonly derivMmr: string;
    readonly totalImr: string;
    readonly totalMmr: string;
    readonly upl: string;
    readonly assets: readonly { readonly ccy: string; readonly borrowImr: string }[];
    readonly ts: string;
    readonly riskUnitData: readonly PublishedUnit[];
  };
}

type Scenarios = Readonly<Record<string, string>>;

interface PublishedUnit {
  readonly riskUnit: string;
  readonly delta: string;
  readonly imr: string;
  readonly mmr: string;
  readonly mr1: string;
  readonly mr1FinalResult: { readonly pnl: string; readonly spotShock: string };
  readonly mr2: string;
  readonly mr3: string;
  readonly mr4: string;
  readonly mr5: string;
  readonly mr6: string;
  readonly mr6FinalResult: { readonly pnl: string; readonly spotShock: string };
  readonly mr7: string;
  readonly mr9: string;
  readonly portfolios: readonly {
    readonly instId: string;
    readonly amt: string;
    readonly markPx: string;
  }[];
  readonly mr1Scenarios: {
    readonly volShockDown: Scenarios;
    readonly volSame: Scenarios;
    readonly volShockUp: Scenarios;
  };
}

/** Runs every published position-builder response of a folder; an absent folder has no cases. */
export function runOkxPmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return listVectorFiles(vectors, FOLDER, /^position_builder_.*\.json$/).flatMap((file) =>
    runFile(readVectorFile(vectors, ...FOLDER, file) as PublishedCase, file.replace('.json', ''), engine),
  );
}

/**
 * One response is three cases: the margin itself, then MR6 and MR7 with the arms before them switched off, because a report
 * shows those two with what they exceed the others by.
 */
function runFile(published: PublishedCase, name: string, engine: MarginCalculator): CaseResult[] {
  const source = published.about.title;
  const units = published.response.riskUnitData;
  const market = marketOf(published);
  const portfolio = portfolioOf(published);
  const run = (
    label: string,
    overrides: unknown,
    compare: (report: MarginReport) => readonly Check[],
  ): CaseResult =>
    runCase(
      engine,
      {
        name: label,
        source,
        model:
          overrides === undefined ? { name: 'okx-pm@2025-01-15' } : { name: 'okx-pm@2025-01-15', overrides },
        market,
        portfolio,
      },
      compare,
    );
  const still = {
    spotMoves: ofUnits(units, NOTHING_MOVES),
    perpetualBasis: ofUnits(units, 0),
  };
  return [
    run(name, undefined, (report) => [
      ...accountChecks(published, report),
      ...units.flatMap((unit) => unitChecks(unit, report)),
    ]),
    run(`${name}, MR6 alone`, still, (report) =>
      units.map((unit) => check(`${unit.riskUnit} mr6`, unit.mr6, unitSum(report, unit).maintenance)),
    ),
    run(`${name}, MR7 alone`, { ...still, extremeMove: ofUnits(units, 0) }, (report) =>
      units.map((unit) => check(`${unit.riskUnit} mr7`, unit.mr7, unitSum(report, unit).maintenance)),
    ),
  ];
}

function ofUnits<Value>(units: readonly PublishedUnit[], value: Value): Record<string, Value> {
  return Object.fromEntries(units.map(({ riskUnit }) => [riskUnit, value]));
}

function accountChecks({ response }: PublishedCase, report: MarginReport): Check[] {
  const borrow = report.components.find(({ name }) => name === 'mr8');
  const borrowImr = response.assets.find(({ borrowImr: value }) => Number(value) !== 0)?.borrowImr ?? '0';
  return [
    check('equity', response.eq, report.equity),
    check('unrealised P&L', response.upl, report.markToMarket),
    check('borrow MMR', response.borrowMmr, borrow?.maintenance ?? NaN),
    check('borrow IMR', borrowImr, borrow?.initial ?? NaN),
    check('derivatives MMR', response.derivMmr, report.maintenanceMargin - (borrow?.maintenance ?? NaN)),
    check('total MMR', response.totalMmr, report.maintenanceMargin),
    check('total IMR', response.totalImr, report.initialMargin),
  ];
}

function unitChecks(unit: PublishedUnit, report: MarginReport): Check[] {
  const { riskUnit } = unit;
  const part = (name: string): number =>
    report.components.find((component) => component.name === `${riskUnit}.${name}`)?.maintenance ?? NaN;
  const sum = unitSum(report, unit);
  const cells = (report.scenarioVector ?? []).filter(({ label }) => label.startsWith(`${riskUnit}: `));
  const cell = (volShock: string, spotShock: string, family = 'grid'): number =>
    cells.find(
      (one) => one.volShock === volShock && one.family === family && one.spotShock === Number(spotShock),
    )?.pnl ?? NaN;
  const { volShockDown, volSame, volShockUp } = unit.mr1Scenarios;
  const grid = Object.entries({ DOWN: volShockDown, NONE: volSame, UP: volShockUp }).flatMap(
    ([volShock, scenarios]) =>
      Object.entries(scenarios).map(([spotShock, pnl]) =>
        check(`${riskUnit} P&L at ${spotShock} vol ${volShock}`, pnl, cell(volShock, spotShock)),
      ),
  );
  const worst = Math.min(...cells.filter(({ family }) => family === 'grid').map(({ pnl }) => pnl));
  const { mr6FinalResult } = unit;
  return [
    check(`${riskUnit} MMR`, unit.mmr, sum.maintenance),
    check(`${riskUnit} IMR`, unit.imr, sum.initial),
    check(`${riskUnit} mr1`, unit.mr1, part('mr1')),
    check(`${riskUnit} mr1 worst P&L`, unit.mr1FinalResult.pnl, worst),
    check(
      `${riskUnit} mr1 worst spot move`,
      unit.mr1FinalResult.spotShock,
      cells.find(({ pnl, family }) => family === 'grid' && pnl === worst)?.spotShock ?? NaN,
    ),
    check(`${riskUnit} mr2`, unit.mr2, part('mr2')),
    check(`${riskUnit} mr3`, unit.mr3, part('mr3')),
    check(`${riskUnit} mr4`, unit.mr4, part('mr4')),
    check(`${riskUnit} mr5`, unit.mr5, part('mr5')),
    check(`${riskUnit} mr9`, unit.mr9, part('mr9')),
    check(`${riskUnit} extreme P&L`, mr6FinalResult.pnl, cell('NONE', mr6FinalResult.spotShock, 'extreme')),
    ...grid,
  ];
}

function unitSum(
  report: MarginReport,
  { riskUnit }: PublishedUnit,
): { initial: number; maintenance: number } {
  const own = report.components.filter(({ name }) => name.startsWith(`${riskUnit}.`));
  return {
    initial: own.reduce((sum, { initial }) => sum + initial, 0),
    maintenance: own.reduce((sum, { maintenance }) => sum + maintenance, 0),
  };
}

function check(quantity: string, published: string, actual: number): Check {
  const expected = Number(published);
  return { quantity, expected, actual, tolerance: RELATIVE_TOLERANCE * Math.abs(expected) };
}

/**
 * Marks are stated. The price of USDT is not: it is the first unit's cash delta over its coins at the mark, and the other
 * units' numbers test it. Index prices are not stated either: each is fed from the P&L of the smallest move up, and every
 * other move tests it.
 */
function marketOf({ response }: PublishedCase): MarketSnapshot {
  const units = response.riskUnitData.map((unit) => {
    const [position] = unit.portfolios;
    const coins = Number(position?.amt) * (CONTRACT_SIZE[unit.riskUnit] ?? NaN);
    return { unit, coins, instrument: position?.instId ?? '', markPrice: Number(position?.markPx) };
  });
  const [first] = units;
  const quotePrice = Number(first?.unit.delta) / ((first?.coins ?? NaN) * (first?.markPrice ?? NaN));
  return {
    epoch: 0,
    timeMs: Number(response.ts),
    venue: 'okx',
    underlyings: units.map(({ unit, coins }) => {
      const moves = Object.entries(unit.mr1Scenarios.volSame).filter(([move]) => Number(move) > 0);
      const [move, pnl] = moves.reduce((a, b) => (Number(b[0]) < Number(a[0]) ? b : a));
      return { name: unit.riskUnit, indexPrice: Number(pnl) / (coins * Number(move)), confidence: 1 };
    }),
    assets: [{ asset: 'USDT', priceUsd: quotePrice, confidence: 1 }],
    expiries: [],
    instruments: units.map(({ unit, instrument, markPrice }) => ({
      instrument: {
        name: instrument,
        kind: 'PERPETUAL',
        underlying: unit.riskUnit,
        settlement: 'LINEAR',
        settlementCurrency: 'USDT',
        contractSize: CONTRACT_SIZE[unit.riskUnit] ?? NaN,
      },
      markPrice,
      priceConfidence: 1,
    })),
  };
}

function portfolioOf({ request }: PublishedCase): Portfolio {
  return {
    accountId: 'published',
    positions: request.simPos.map(({ pos, instId, avgPx }) => ({
      instrument: instId,
      quantity: Number(pos),
      averageEntryPrice: Number(avgPx),
    })),
    balances: request.simAsset.map(({ ccy, amt }) => numberToAmount(ccy, Number(amt), ASSET_DECIMALS)),
    openOrders: [],
    mmpGroups: [],
  };
}
