import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { Quality } from '../../domain/report.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import { positionConfidences } from '../shared/cash-account.js';
import {
  arrangeDollarAccount,
  hedgesAcrossQuotes,
  legShares,
  type DollarUnit,
} from '../shared/dollar-account.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, component, unpublished } from '../shared/result.js';
import { sectionVectors } from '../shared/sections.js';
import { worstOf } from '../shared/worst.js';
import {
  futureNotional,
  hedgesVegaAcrossExpiries,
  legFutureNotional,
  shortOptionNotional,
  shortOptionShares,
  spansMaturities,
} from './contingencies.js';
import { parseBybitPmParameters, type BybitPmParameters } from './parameters.js';
import { bybitCube } from './scenarios.js';

/**
 * Bybit's portfolio margin: per coin the largest loss over a grid of price and volatility moves plus contingencies, added up
 * over coins; IM is a multiple of MM (margin-models.md 10). US dollars. Volatility shocks and most coefficients are not
 * public. Balances count as equity: the switch by which spot hedges derivatives is taken as off.
 */
export const bybitPm: MarginModel<BybitPmParameters> = {
  id: 'bybit-pm',
  title: 'Bybit portfolio margin',
  version: '1.0.0',
  parseParameters: parseBybitPmParameters,
  parameterWarnings: () => [],
  cube: bybitCube,
  margin,
};

type Input = ModelInput<BybitPmParameters>;

function margin(input: Input): Outcome<ModelResult> {
  const arranged = arrangeDollarAccount(input, {
    model: 'bybit-pm',
    deltaOneMove: 'MARK',
    factorRow: () => 0,
  });
  if (!arranged.ok) return arranged;
  const { cash, markToMarket, units } = arranged.value;
  const vectors = sectionVectors(units, input.scenarios);
  return success(
    buildResult(input, {
      currency: 'USD',
      cash,
      markToMarket,
      components: [
        ...units.flatMap((unit) => unitComponents(input, unit)),
        unpublished('open_orders', input.orders.length > 0),
      ],
      ...vectors,
      worst: worstOf(vectors.scenarioPnl),
      confidences: positionConfidences(input),
    }),
  );
}

/** MM = maximum loss + contingencies; IM = factor x MM. */
function unitComponents(input: Input, unit: DollarUnit): ModelComponent[] {
  const { initialFactor, volatility, futureContingency, shortOptionContingency } = input.parameters;
  const worst = worstOf(unit.pnl);
  const part = (
    name: string,
    amount: number,
    quality: Quality,
    shares: () => ComponentShares,
  ): ModelComponent => component(`${unit.name}.${name}`, initialFactor * amount, amount, quality, shares);
  const missing = (name: string, applies: boolean): ModelComponent =>
    unpublished(`${unit.name}.${name}`, applies);
  /** A coefficient of the parameters times what it is on; without one the charge is unavailable where it applies. */
  const charge = (
    name: string,
    notional: number,
    coefficient: number | undefined,
    shares: () => ComponentShares,
    quality: Quality,
  ): ModelComponent =>
    coefficient === undefined || notional === 0
      ? missing(name, notional !== 0)
      : part(name, coefficient * notional, quality, shares);
  const isReproduced = unit.legs.every(({ isOption, isInverse }) => !isOption && !isInverse);
  const futures = futureNotional(unit);
  const shortOptions = shortOptionNotional(input, unit);
  return [
    part('max_loss', Math.max(0, -worst.pnl), isReproduced ? 'EXACT' : 'APPROXIMATE', () =>
      legShares(input, unit, -worst.pnl, (leg) => (worst.pnl < 0 ? -unit.legPnl(leg, worst.index) : 0)),
    ),
    missing('max_loss_volatility', unit.hasOptions && volatility === null),
    charge(
      'future_contingency',
      futures,
      ownEntry(futureContingency, unit.name),
      () => legShares(input, unit, futures, (leg) => legFutureNotional(unit, leg)),
      'FITTED',
    ),
    charge(
      'option_contingency',
      shortOptions,
      ownEntry(shortOptionContingency, unit.name),
      () => ({ total: shortOptions, byPosition: shortOptionShares(input, unit) }),
      'APPROXIMATE',
    ),
    missing('option_vega_contingency', hedgesVegaAcrossExpiries(input, unit)),
    missing('future_delta_contingency', spansMaturities(unit)),
    missing('usdt_usdc_contingency', hedgesAcrossQuotes(unit)),
  ];
}
