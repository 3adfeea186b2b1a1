import type { Portfolio, Position } from '../domain/portfolio.js';
import type { Contribution, MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { BookColumns } from './book-columns.js';
import { decimalAmount } from './decimal-amount.js';
import type { ModelColumnsBuilder } from './shard-columns.js';
import type { RunTerms } from './tasks.js';

/** Margins one account by the ordinary engine and adds its rows, or its failure. */
export function addEngineRows(
  calculator: MarginCalculator,
  market: Market,
  model: ResolvedModel,
  terms: Pick<RunTerms, 'topPositions' | 'includeVectors' | 'allowApproximations'>,
  columns: BookColumns,
  firstAccount: number,
  at: number,
  rows: ModelColumnsBuilder,
): void {
  const portfolio = portfolioOf(columns, firstAccount + at, market);
  const options = {
    includeScenarioVector: terms.includeVectors,
    includePositionVectors: false,
    includeContributions: terms.topPositions > 0,
    allowApproximations: terms.allowApproximations,
  };
  const [outcome] = calculator.calculate({ market, model, options, portfolios: [portfolio] });
  if (outcome?.ok === true) {
    addReport(outcome.value, portfolio, market, terms.topPositions, at, rows);
    return;
  }
  const { reason, field, message, closestMatches } = outcome?.failure ?? DEFECT;
  const suggestion = closestMatches?.length ? ` (closest: ${closestMatches.join(', ')})` : '';
  rows.failures.push({ account: at, reason, field, message: message + suggestion });
}

const DEFECT = {
  reason: 'INTERNAL',
  field: '',
  message: 'The calculator gave no outcome',
  closestMatches: [],
} as const;

function addReport(
  report: MarginReport,
  portfolio: Portfolio,
  market: Market,
  topPositions: number,
  at: number,
  rows: ModelColumnsBuilder,
): void {
  const tail = report.tailStatistics;
  rows.accounts.add({
    account: at,
    currency: rows.currencyOf(report.currency),
    equity: report.equity,
    markToMarket: report.markToMarket,
    initialMargin: report.initialMargin,
    maintenanceMargin: report.maintenanceMargin,
    initialExcess: report.initialExcess,
    maintenanceExcess: report.maintenanceExcess,
    worstScenarioPnl: report.bindingScenario?.pnl ?? NaN,
    valueAtRisk: tail?.valueAtRisk ?? NaN,
    expectedShortfall: tail?.expectedShortfall ?? NaN,
    standardError: tail?.expectedShortfallStandardError ?? NaN,
    positionCount: portfolio.positions.length,
  });
  rows.worstScenario.push(report.bindingScenario?.label ?? null);
  rows.quality.push(report.quality);
  for (const { name, initial, maintenance, quality } of report.components) {
    rows.components.add({ account: at, initial, maintenance });
    rows.componentName.push(name);
    rows.componentQuality.push(quality);
  }
  const quantityOf = new Map(portfolio.positions.map(({ instrument, quantity }) => [instrument, quantity]));
  for (const { key, initial } of largestPositions(report.contributions ?? [], topPositions)) {
    const instrument = market.table.instrumentIndex.get(key);
    // What belongs to no position stands under the name of its component.
    if (instrument === undefined) continue;
    rows.contributions.add({
      account: at,
      instrument,
      quantity: quantityOf.get(key) ?? NaN,
      initialMargin: initial,
    });
  }
  if (report.scenarioVector !== undefined)
    rows.vectors.push({ account: at, pnl: Float64Array.from(report.scenarioVector, ({ pnl }) => pnl) });
}

function largestPositions(contributions: readonly Contribution[], count: number): readonly Contribution[] {
  return contributions
    .filter(({ level, key }) => level === 'POSITION' && key !== '')
    .sort((a, b) => Math.abs(b.initial) - Math.abs(a.initial))
    .slice(0, count);
}

function portfolioOf(columns: BookColumns, account: number, market: Market): Portfolio {
  const positions: Position[] = [];
  for (let row = columns.rowOffsets[account] ?? 0; row < (columns.rowOffsets[account + 1] ?? 0); row += 1) {
    const instrument = columns.instrument[row] ?? -1;
    const averagePrice = columns.averagePrice?.[row] ?? NaN;
    positions.push({
      instrument: market.table.instruments[instrument]?.name ?? columns.unknownInstruments.get(row) ?? '',
      quantity: columns.quantity[row] ?? NaN,
      ...(Number.isNaN(averagePrice) ? {} : { averageEntryPrice: averagePrice }),
    });
  }
  const balances = [];
  const end = columns.balanceOffsets[account + 1] ?? 0;
  for (let row = columns.balanceOffsets[account] ?? 0; row < end; row += 1) {
    const asset = columns.assets[columns.balanceAsset[row] ?? 0] ?? '';
    const amount = columns.balanceAmount[row] ?? NaN;
    // Units that are none are refused by the engine, with the field's name.
    balances.push(
      Number.isFinite(amount) ? decimalAmount(asset, amount) : { asset, units: String(amount), decimals: 0 },
    );
  }
  return { accountId: '', positions, balances, openOrders: [], mmpGroups: [] };
}
