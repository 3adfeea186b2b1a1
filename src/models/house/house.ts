import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { worstSideOrderLoss } from '../charges/open-orders.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import type { MarginModel, ModelComponent, ModelResult } from '../model.js';
import { positionConfidences } from '../shared/cash-account.js';
import { buildResult, component } from '../shared/result.js';
import {
  basisCharge,
  fundingCharge,
  guardedValueCharge,
  haircutCharge,
  liquidityBuckets,
  nakedShortCharge,
  oracleCharge,
} from './charges.js';
import { concentrationTerm } from './concentration.js';
import { correlationBreak } from './correlation-break.js';
import { creditTerm } from './credit.js';
import { drawCubes } from '../drawn/draw-sets.js';
import { stressCube } from './stress-set.js';
import { drawnWarnings } from '../drawn/drawn-warnings.js';
import { tailStatistics } from '../drawn/tail-statistics.js';
import { gridCube } from './grid-set.js';
import { arrangeHouseBook } from './house-book.js';
import type { HouseInput } from './house-input.js';
import { closeOutCost, liquidityCharges } from './liquidity.js';
import { parseHouseParameters, type HouseParameters } from './parameters.js';
import { houseRisk } from './risk.js';
import type { RiskTerm } from './risk-terms.js';

/**
 * The house model (market-and-risk.md 5.6):
 *
 *   MM = max(ES(close-out), 0.8 grid, roll-off) + liquidity + concentration + basis + naked shorts + haircut
 *   IM = max(ES(holding period), grid, roll-off, 1.25 MM risk) + liquidity + concentration + basis + naked shorts + haircut
 *        + correlation break + funding + oracle confidence + guarded value + counterparty credit + open orders
 *
 * Expected shortfall, grid and stress stand on cubes of the same repriced instruments. US dollars.
 */
export const house: MarginModel<HouseParameters> = {
  id: 'house',
  title: 'Expected shortfall with liquidity, credit and stress',
  version: '1.2.0',
  parseParameters: parseHouseParameters,
  parameterWarnings: () => [],
  cube: gridCube,
  furtherCubes: (parameters, market) => [
    ...drawCubes(parameters, market, parameters.tail.initialHours),
    ...drawCubes(parameters, market, parameters.tail.closeOutHours),
    stressCube(parameters, market),
  ],
  drawCount: ({ draws }) => draws.count,
  countsOrders: () => true,
  margin,
};

function margin(input: HouseInput): Outcome<ModelResult> {
  const arranged = arrangeHouseBook(input);
  if (!arranged.ok) return arranged;
  const book = arranged.value;
  const { account } = book;
  const measured = houseRisk(input, book);
  if (!measured.ok) return measured;
  const risk = measured.value;
  const closing = closeOutCost(input, liquidityBuckets(input, account), risk.grid);
  if (!closing.ok) return closing;
  const cost = closing.value;
  const concentration = concentrationTerm(input, account, risk.initialDraws, cost);
  if (!concentration.ok) return concentration;
  const broken = correlationBreak(input, risk.initialDraws);
  if (!broken.ok) return broken;

  const shared: ModelComponent[] = [
    riskComponent('initial_risk', risk.initial, 1, 0),
    riskComponent('maintenance_risk', risk.maintenance, 0, 1),
    ...liquidityCharges(cost),
    concentration.value,
    basisCharge(input, account, risk.grid),
    nakedShortCharge(input),
    haircutCharge(input, account, book.coins),
  ];
  const maintenanceMargin = shared.reduce((sum, part) => sum + part.maintenance, 0);
  const credit = creditTerm(input, risk.closeOutDraws, cost, maintenanceMargin);
  if (!credit.ok) return credit;
  const orders = orderLoss(input);
  const { confidence, initialHours } = input.parameters.tail;
  const statistics = tailStatistics(risk.initialDraws.total, confidence, initialHours);
  if (!statistics.ok) return statistics;
  return success({
    ...buildResult(input, {
      currency: 'USD',
      cash: account.cash,
      markToMarket: account.markToMarket,
      components: [
        ...shared,
        component('correlation_break', broken.value, 0, 'EXACT'),
        fundingCharge(input, account),
        oracleCharge(input, account),
        guardedValueCharge(input, risk.grid),
        credit.value,
        component('open_orders', orders, 0, 'EXACT'),
      ],
      scenarioPnl: [...risk.gridPnl, ...risk.stress.total],
      labels: reportedLabels(input),
      worst: { pnl: -risk.gridLoss.loss, index: risk.gridLoss.row },
      confidences: positionConfidences(input),
      warnings: drawnWarnings(input),
    }),
    tailStatistics: statistics.value,
  });
}

/** Rows that a report shows: the instant moves, then the stress libraries. */
function reportedLabels({ scenarios, further }: HouseInput): readonly ScenarioLabel[] {
  return [...scenarios.labels, ...(further.at(-1)?.scenarios.labels ?? [])];
}

function riskComponent(name: string, risk: RiskTerm, initial: number, maintenance: number): ModelComponent {
  const { loss } = risk;
  return component(name, initial * loss, maintenance * loss, 'EXACT', () => ({
    total: loss,
    byPosition: risk.shares(),
  }));
}

/** Open orders at the side that hurts, in the instant move where they hurt most, beside the worst of the book. */
function orderLoss(input: HouseInput): number {
  if (input.orders.length === 0) return 0;
  let worst = 0;
  for (let s = 0; s < input.scenarios.columns.count; s += 1)
    worst = Math.max(worst, worstSideOrderLoss(input, s));
  return worst;
}
