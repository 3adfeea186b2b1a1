import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { buildScenarioSet, NO_SHOCK, scenarioName } from '../../scenarios/build-set.js';
import type { ScenarioSet } from '../../scenarios/scenario-set.js';
import { deltaMinimum, deltaMinimumRates } from '../charges/delta-minimum.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import {
  arrangeParadexBook,
  tradingFee,
  type ParadexBook,
  type ParadexMarket,
} from '../shared/paradex-book.js';
import { buildResult, exact } from '../shared/result.js';
import { sharesOf } from '../shared/shares.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { parseParadexPmParameters, type ParadexPmParameters } from './parameters.js';

/**
 * Paradex portfolio margin: weighted scenarios measured from the mark, orders at their adverse side in every scenario, a
 * floor on delta, provisions for funding and fees. Formulas: margin-models.md 11; US dollars, exact normal CDF.
 */
export const paradexPm: MarginModel<ParadexPmParameters> = {
  id: 'paradex-pm',
  title: 'Paradex portfolio margin',
  version: '1.0.0',
  parseParameters: parseParadexPmParameters,
  parameterWarnings: () => [],
  cube: (parameters) => ({
    scenarios: paradexScenarios(parameters),
    discounted: true,
    // The venue prices on spot, not on the expiry's own forward.
    forward: ({ spot, rate, timeToExpiryYears }) => spot * Math.exp(Math.max(rate, 0) * timeToExpiryYears),
    factorRow: () => 0,
    shockFactors: (option) => ({
      term: volatilityTermFactor(parameters.volatility, option.secondsToExpiry),
      skew: 0,
      smile: 0,
    }),
    weight: (_underlying, scenario) => parameters.scenarios[scenario]?.weight ?? 1,
  }),
  countsOrders: () => true,
  margin,
};

function paradexScenarios({ scenarios, volatility }: ParadexPmParameters): ScenarioSet {
  return buildScenarioSet(
    'paradex-pm',
    scenarios.map(({ spotShock, volShock, weight }) => {
      const direction = volShock > 0 ? 'UP' : volShock < 0 ? 'DOWN' : 'NONE';
      const family = weight === 1 ? 'grid' : 'tail';
      return { label: scenarioName(spotShock, direction), family, spotShock, volShock: direction };
    }),
    [
      scenarios.map(({ spotShock, volShock }) => ({
        ...NO_SHOCK,
        spotFactor: 1 + spotShock,
        volShock,
        volFloor: volShock > 0 ? volatility.minVolUp : 0,
      })),
    ],
  );
}

function margin(input: ModelInput<ParadexPmParameters>): Outcome<ModelResult> {
  const { parameters } = input;
  const arranged = arrangeParadexBook(input, 'paradex-pm', parameters.cashAsset);
  if (!arranged.ok) return arranged;
  const book = arranged.value;
  const positionPnl = parameters.scenarios.map(
    ({ weight }, s) => weight * positionsUnderScenario(input, book, s),
  );
  const orderPnl = parameters.scenarios.map(({ weight }, s) => -weight * ordersUnderScenario(input, book, s));
  const scenarioPnl = positionPnl.map((pnl, s) => pnl + (orderPnl[s] ?? NaN));
  const worst = worstOf(scenarioPnl);
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash: book.cash + book.otherBalances,
      markToMarket: book.markToMarket,
      components: components(input, book, worst, worstOf(positionPnl)),
      scenarioPnl,
      worst,
      confidences: [],
    }),
  );
}

/** Sum of live x (price_s - mark) x size. */
function positionsUnderScenario(
  input: ModelInput<ParadexPmParameters>,
  book: ParadexBook,
  s: number,
): number {
  return book.markets.reduce(
    (sum, market) =>
      sum + market.live * (priceUnderScenario(input, market, s) - market.mark) * market.position,
    0,
  );
}

/** What all orders would lose if filled at their limit: live x max(0, adverse gap) x size. */
function ordersUnderScenario(input: ModelInput<ParadexPmParameters>, book: ParadexBook, s: number): number {
  let loss = 0;
  for (const market of book.markets) {
    if (market.orders.length === 0) continue;
    const price = priceUnderScenario(input, market, s);
    for (const { size, limitPrice } of market.orders) {
      loss += market.live * Math.max(0, Math.sign(size) * (limitPrice - price)) * Math.abs(size);
    }
  }
  return loss;
}

function priceUnderScenario(
  input: ModelInput<ParadexPmParameters>,
  market: ParadexMarket,
  s: number,
): number {
  const contractSize = input.market.columns.contractSize[market.instrument] ?? NaN;
  const start = market.isOption ? market.modelValue : market.mark;
  return start + input.unitPnl(market.instrument, s) / contractSize;
}

function components(
  input: ModelInput<ParadexPmParameters>,
  book: ParadexBook,
  worst: Worst,
  worstPosition: Worst,
): ModelComponent[] {
  const { parameters } = input;
  const { maintenanceFactor } = parameters;
  const marketOf = new Map(book.markets.map((market) => [market.instrument, market]));
  const initialFloor = deltaMinimum({ ...deltaSides(book), ...factors(parameters, book) }).amount;
  const withoutOrders = { ...deltaSides(book), longOrders: 0, shortOrders: 0 };
  const maintenanceFloor = deltaMinimum({ ...withoutOrders, ...factors(parameters, book) }).amount;
  const loss = Math.max(0, -worst.pnl);
  const maintenanceLoss = Math.max(0, -worstPosition.pnl);
  const feeOf = (market: ParadexMarket, coins: number): number =>
    tradingFee(market, coins, book.spot, parameters.optionFeeCap);
  const fee = (coins: (market: ParadexMarket) => number): number =>
    book.markets.reduce((sum, market) => sum + feeOf(market, coins(market)), 0);
  /** What the positions of a market lose in the worst scenario; nothing where there is none. */
  const lossOf = (market: ParadexMarket): number => {
    if (loss === 0) return 0;
    const weight = parameters.scenarios[worst.index]?.weight ?? 0;
    const move = priceUnderScenario(input, market, worst.index) - market.mark;
    return -weight * market.live * move * market.position;
  };
  const shares = (total: number, share: (market: ParadexMarket) => number): ComponentShares =>
    sharesOf(input, total, ({ instrument }) => {
      const market = marketOf.get(instrument);
      return market === undefined ? 0 : share(market);
    });
  const beyond = Math.max(0, initialFloor - loss);
  return [
    exact('scenario_loss', loss, maintenanceFactor * maintenanceLoss, () => shares(loss, lossOf)),
    exact(
      'delta_minimum',
      beyond,
      maintenanceFactor * Math.max(0, maintenanceFloor - maintenanceLoss),
      () => {
        const rate = deltaMinimumRates({ ...deltaSides(book), ...factors(parameters, book) });
        return shares(beyond, (market) => {
          const delta = market.delta * market.position;
          return Math.abs(delta) * (delta > 0 ? rate.long : rate.short) - lossOf(market);
        });
      },
    ),
    exact('funding_provision', fundingProvision(book, true), fundingProvision(book, false)),
    exact(
      'fee_provision',
      fee((market) => Math.abs(market.position) + orderSize(market)),
      fee((market) => Math.abs(market.position)),
      () =>
        shares(
          fee((market) => Math.abs(market.position) + orderSize(market)),
          (market) => feeOf(market, Math.abs(market.position)),
        ),
    ),
    exact('other_balances', book.otherBalances, book.otherBalances),
  ];
}

function factors({ hedgedFactor, unhedgedFactor }: ParadexPmParameters, { spot }: ParadexBook) {
  return { hedgedFactor, unhedgedFactor, spot };
}

/** Deltas of long and short positions and orders, coins, >= 0. */
function deltaSides(book: ParadexBook) {
  const sides = { longPositions: 0, shortPositions: 0, longOrders: 0, shortOrders: 0 };
  for (const { delta, position, orders } of book.markets) {
    if (delta * position > 0) sides.longPositions += delta * position;
    else sides.shortPositions -= delta * position;
    for (const { size } of orders) {
      if (delta * size > 0) sides.longOrders += delta * size;
      else sides.shortOrders -= delta * size;
    }
  }
  return sides;
}

/**
 * Eight hours of funding on the net perpetual size. Orders enter with the sign opposite to positions, as in the venue's own
 * engine; it looks like a defect and is kept because the published numbers rest on it.
 */
function fundingProvision(book: ParadexBook, withOrders: boolean): number {
  const net = book.markets
    .filter(({ isPerpetual }) => isPerpetual)
    .reduce((sum, { fundingRate, position, orders }) => {
      const ordered = withOrders ? orders.reduce((coins, { size }) => coins + size, 0) : 0;
      return sum + fundingRate * (position - ordered);
    }, 0);
  return Math.max(0, net * book.spot);
}

function orderSize({ orders }: ParadexMarket): number {
  return orders.reduce((sum, { size }) => sum + Math.abs(size), 0);
}
