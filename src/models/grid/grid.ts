import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { worstQuality } from '../../domain/report.js';
import { worstSideOrderLoss } from '../charges/open-orders.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import { groupPnl } from '../shared/group-pnl.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, component } from '../shared/result.js';
import { sharesOf } from '../shared/shares.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { gridCharge } from './grid-charges.js';
import { gridCells, gridCube, rangeOf } from './grid-scenarios.js';
import { parseGridParameters, type GridParameters } from './parameters.js';

/**
 * The grid family as one model that its parameter file describes: price moves times volatility moves, far moves with
 * weights, netting between underlyings, charges and floors (margin-models.md 1, last paragraph). Venues that differ only in
 * these numbers are parameter sets; a user's own model is a file of the same form (docs/own-model.md).
 */
export const grid: MarginModel<GridParameters> = {
  id: 'grid',
  title: 'Scenario grid described by its parameters',
  version: '1.0.0',
  parseParameters: parseGridParameters,
  parameterWarnings: () => [],
  cube: gridCube,
  countsOrders: (parameters) => parameters.openOrders === 'WORST_SIDE',
  margin,
};

type Input = ModelInput<GridParameters>;

function margin(input: Input): Outcome<ModelResult> {
  const { parameters } = input;
  const refused = refusal(input);
  if (refused !== undefined) return refused;
  const balances = balanceValues(input);
  if (!balances.ok) return balances;
  const { cash, collateral, haircut } = balances.value;

  const scenarioPnl = accountVector(input);
  const joint = worstOf(scenarioPnl);
  const loss = parameters.netting.between === 'JOINT' ? Math.max(0, -joint.pnl) : separateLoss(input);
  const parts = [
    component(
      'scenario_loss',
      parameters.loss.initial * loss,
      parameters.loss.maintenance * loss,
      parameters.loss.quality,
      () => lossShares(input, joint, loss),
    ),
    ...parameters.charges.map((charge) => gridCharge(input, charge)),
  ];
  const components = [
    ...parts,
    ...floorOf(input, parts),
    component('collateral_haircut', haircut, haircut, 'EXACT'),
  ];
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash,
      markToMarket: collateral + positionValue(input),
      components,
      scenarioPnl,
      worst: joint,
      confidences: confidences(input),
    }),
  );
}

function refusal(input: Input): ReturnType<typeof failure> | undefined {
  const { parameters, market } = input;
  for (const { instrument, requestIndex } of input.positions) {
    const field = `positions[${String(requestIndex)}].instrument`;
    const refused = refusedInstrument(input, instrument, field);
    if (refused !== undefined) return refused;
    const underlying = market.table.underlyings[market.columns.underlying[instrument] ?? 0] ?? '';
    if (rangeOf(parameters, underlying) === undefined) {
      return failure(
        'UNSUPPORTED',
        field,
        `Expected an underlying of parameters.range but received ${underlying}`,
      );
    }
  }
  for (const { instrument, requestIndex } of input.orders) {
    const field = `openOrders[${String(requestIndex)}].instrument`;
    if (parameters.openOrders === 'REFUSED') {
      return failure(
        'UNSUPPORTED',
        field,
        'Expected a book without open orders: their margin is not published for this model',
      );
    }
    const refused = refusedInstrument(input, instrument, field);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusedInstrument(
  { market, parameters }: Input,
  instrument: number,
  field: string,
): ReturnType<typeof failure> | undefined {
  const terms = market.table.instruments[instrument];
  if (
    terms === undefined ||
    (terms.settlement === 'LINEAR' && terms.settlementCurrency === parameters.cashAsset)
  ) {
    return undefined;
  }
  const wanted = `an instrument settled in ${parameters.cashAsset}`;
  return failure(
    'UNSUPPORTED',
    field,
    `Expected ${wanted} but received ${terms.name}, which settles in ${terms.settlementCurrency}`,
  );
}

/** P&L per scenario of the account: weights, gains offset between underlyings, orders at their worst side. */
function accountVector(input: Input): Float64Array {
  const { gainOffset } = input.parameters.netting;
  return Float64Array.from(gridCells(input.parameters), ({ weight }, scenario) => {
    const byUnderlying = underlyingPnl(input, scenario);
    const offset = byUnderlying.size > 1 ? gainOffset : 1;
    let pnl = 0;
    for (const own of byUnderlying.values()) pnl += own > 0 ? offset * own : own;
    return weight * (pnl - worstSideOrderLoss(input, scenario));
  });
}

function underlyingPnl(input: Input, scenario: number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [row, { underlying }] of input.groups.entries()) {
    sums.set(underlying, (sums.get(underlying) ?? 0) + groupPnl(input, row, scenario));
  }
  return sums;
}

/** The worst of every underlying by itself, added up; orders count with the whole account's worst. */
function separateLoss(input: Input): number {
  const cells = gridCells(input.parameters);
  const underlyings = new Set(input.groups.map(({ underlying }) => underlying));
  let total = 0;
  for (const underlying of underlyings) {
    const own = cells.map(
      ({ weight }, scenario) => weight * (underlyingPnl(input, scenario).get(underlying) ?? 0),
    );
    total += Math.max(0, -worstOf(own).pnl);
  }
  const orders: Worst = worstOf(
    cells.map(({ weight }, scenario) => -weight * worstSideOrderLoss(input, scenario)),
  );
  return total + Math.max(0, -orders.pnl);
}

/** What each position loses in the binding scenario: of the account, or of its own underlying where those stand apart. */
function lossShares(input: Input, joint: Worst, loss: number): ComponentShares {
  const cells = gridCells(input.parameters);
  const weight = (scenario: number): number => cells[scenario]?.weight ?? 0;
  const { underlying: underlyingOf } = input.market.columns;
  if (input.parameters.netting.between === 'JOINT') {
    const byUnderlying = underlyingPnl(input, joint.index);
    const offset = byUnderlying.size > 1 ? input.parameters.netting.gainOffset : 1;
    return sharesOf(input, loss, ({ instrument, quantity }) => {
      const gains = (byUnderlying.get(underlyingOf[instrument] ?? 0) ?? 0) > 0;
      return -weight(joint.index) * (gains ? offset : 1) * quantity * input.unitPnl(instrument, joint.index);
    });
  }
  const binding = new Map<number, number>();
  for (const { underlying } of input.groups) {
    const own = cells.map((_, s) => weight(s) * (underlyingPnl(input, s).get(underlying) ?? 0));
    const worst = worstOf(own);
    if (worst.pnl < 0) binding.set(underlying, worst.index);
  }
  return sharesOf(input, loss, ({ instrument, quantity }) => {
    const scenario = binding.get(underlyingOf[instrument] ?? 0);
    return scenario === undefined ? 0 : -weight(scenario) * quantity * input.unitPnl(instrument, scenario);
  });
}

/** What the floors ask for beyond all other parts. */
function floorOf(input: Input, parts: readonly ModelComponent[]): ModelComponent[] {
  const floors = input.parameters.floors.map((charge) => gridCharge(input, charge));
  if (floors.length === 0) return [];
  const beyond = (pick: (part: ModelComponent) => number): number => {
    const floor = Math.max(...floors.map(pick));
    return Math.max(0, floor - parts.reduce((sum, part) => sum + pick(part), 0));
  };
  return [
    component(
      'floor',
      beyond((part) => part.initial),
      beyond((part) => part.maintenance),
      worstQuality(floors.map(({ quality }) => quality)),
    ),
  ];
}

function balanceValues(input: Input): Outcome<{ cash: number; collateral: number; haircut: number }> {
  const { parameters, market } = input;
  let cash = 0;
  let collateral = 0;
  let haircut = 0;
  for (const { asset, amount, requestIndex } of input.balances) {
    if (asset === parameters.cashAsset) {
      cash = amount;
      continue;
    }
    if (amount === 0) continue;
    const field = `balances[${String(requestIndex)}].asset`;
    const share = ownEntry(parameters.haircuts, asset);
    if (share === undefined) {
      return failure(
        'UNSUPPORTED',
        field,
        `Expected an asset of parameters.haircuts but received "${asset}"`,
      );
    }
    const row = market.table.assetIndex.get(asset);
    const price = row === undefined ? NaN : (market.columns.assetPriceUsd[row] ?? NaN);
    if (!(price > 0)) {
      return failure(
        'MISSING_MARKET_DATA',
        field,
        `Expected a price of the asset ${asset} but the market has none`,
      );
    }
    collateral += amount * price;
    haircut += share * Math.max(0, amount) * price;
  }
  return success({ cash, collateral, haircut });
}

function positionValue(input: Input): number {
  const { kind } = input.market.columns;
  return input.positions.reduce((sum, { instrument, quantity, unrealisedPnl, unsettledFunding }) => {
    const isOption = kind[instrument] === KIND.OPTION;
    const value = isOption ? quantity * (input.unitValue[instrument] ?? NaN) : (unrealisedPnl ?? 0);
    return sum + value + (unsettledFunding ?? 0);
  }, 0);
}

function confidences({ positions, market }: Input): number[] {
  const { kind, volatilityConfidence, priceConfidence } = market.columns;
  return positions.flatMap(({ instrument }) => {
    const known =
      (kind[instrument] === KIND.OPTION ? volatilityConfidence : priceConfidence)[instrument] ?? NaN;
    return known >= 0 ? [known] : [];
  });
}
