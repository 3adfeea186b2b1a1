import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { tailWeights } from '../../measures/tail-weights.js';
import { bookVectors } from '../drawn/book-vectors.js';
import { drawCubes } from '../drawn/draw-sets.js';
import { factorRows } from '../drawn/factor-rows.js';
import { assetPrices, coinHoldings } from '../drawn/holdings.js';
import { underlyingRules } from '../drawn/law.js';
import { tailStatistics } from '../drawn/tail-statistics.js';
import { drawnWarnings } from '../drawn/drawn-warnings.js';
import { refusedUnderlying } from '../drawn/refused-underlying.js';
import type { MarginModel, ModelInput, ModelResult } from '../model.js';
import { positionConfidences } from '../shared/cash-account.js';
import { arrangeDollarAccount } from '../shared/dollar-account.js';
import { refusedOrders } from '../shared/orders.js';
import { buildResult, component } from '../shared/result.js';
import { worstOf } from '../shared/worst.js';
import { esTradedMargins } from './traded-margins.js';
import { parseEsParameters, type EsParameters } from './parameters.js';

/**
 * Expected shortfall of a book over drawn market moves, and nothing else: the pure tail that end-of-day runs measure, beside the
 * house model, which adds grid, liquidity, credit and the rest to it. Options keep their age; US dollars.
 */
export const es: MarginModel<EsParameters> = {
  id: 'es',
  title: 'Expected shortfall over drawn moves',
  version: '1.1.0',
  parseParameters: parseEsParameters,
  parameterWarnings: () => [],
  drawCount: ({ draws }) => draws.count,
  cube: (parameters, market) => drawCubes(parameters, market, parameters.holdingHours)[0],
  tradedMargins: esTradedMargins,
  margin,
  pureTail: (parameters) => ({
    component: COMPONENT,
    confidence: parameters.confidence,
    scenarioCount: parameters.draws.count,
    maintenanceShare: parameters.maintenanceShare,
    draws: (underlying) => underlyingRules(parameters, underlying) !== undefined,
  }),
};

const COMPONENT = 'expected_shortfall';

type Input = ModelInput<EsParameters>;

function margin(input: Input): Outcome<ModelResult> {
  const { parameters, market } = input;
  const refused = refusedUnderlying(input) ?? refusedOrders(input, 'es');
  if (refused !== undefined) return refused;
  const account = arrangeDollarAccount(input, {
    model: 'es',
    deltaOneMove: 'MARK',
    factorRow: (underlying) => factorRows(market).rowOf(underlying),
  });
  if (!account.ok) return account;
  const vectors = bookVectors(input, [input], coinHoldings(input), assetPrices(input));
  const losses = vectors.total.map((pnl) => -pnl);
  const statistics = tailStatistics(vectors.total, parameters.confidence, parameters.holdingHours);
  if (!statistics.ok) return statistics;
  const { expectedShortfall } = statistics.value;
  const initial = Math.max(0, expectedShortfall);
  const shares = (): Float64Array => {
    const byPosition = new Float64Array(input.positions.length);
    const tail = tailWeights(losses, parameters.confidence);
    if (!tail.ok) return byPosition;
    tail.value.scenario.forEach((scenario, k) => {
      for (let at = 0; at < byPosition.length; at += 1)
        byPosition[at] =
          (byPosition[at] ?? NaN) - (tail.value.weight[k] ?? NaN) * vectors.positionPnl(at, scenario);
    });
    return byPosition;
  };
  return success({
    ...buildResult(input, {
      currency: 'USD',
      cash: account.value.cash,
      markToMarket: account.value.markToMarket,
      components: [
        component(COMPONENT, initial, parameters.maintenanceShare * initial, 'EXACT', () => ({
          total: expectedShortfall,
          byPosition: shares(),
        })),
      ],
      scenarioPnl: vectors.total,
      worst: worstOf(vectors.total),
      confidences: positionConfidences(input),
      warnings: drawnWarnings(input),
    }),
    tailStatistics: statistics.value,
  });
}
