import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type {
  MarginModel,
  ModelComponent,
  ModelInput,
  ModelResult,
  ResolvedOrder,
  ResolvedPosition,
} from '../model.js';
import { noCube } from '../shared/no-cube.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, component } from '../shared/result.js';
import { sharesOf } from '../shared/shares.js';
import { parseDeribitSmParameters, type DeribitSmParameters } from './parameters.js';

/**
 * Deribit's standard margin: every position by a formula, nothing nets. A book settles in one currency and is margined in it.
 * Formulas: margin-models.md 8, reproduced on real positions. Rates of inverse futures are not published.
 */
export const deribitSm: MarginModel<DeribitSmParameters> = {
  id: 'deribit-sm',
  title: 'Deribit standard margin',
  version: '1.0.0',
  parseParameters: parseDeribitSmParameters,
  parameterWarnings: () => [],
  cube: () => noCube('deribit-sm'),
  countsOrders: () => true,
  margin,
};

type Input = ModelInput<DeribitSmParameters>;

interface Requirement {
  readonly initial: number;
  readonly maintenance: number;
}

const NOTHING: Requirement = { initial: 0, maintenance: 0 };

function margin(input: Input): Outcome<ModelResult> {
  const settlement = settlementCurrency(input);
  if (!settlement.ok) return settlement;
  const currency = settlement.value;
  let options = NOTHING;
  let perpetuals = NOTHING;
  const needs: Requirement[] = [];
  let markToMarket = 0;
  const confidences: number[] = [];
  for (const position of input.positions) {
    const isOption = input.market.columns.kind[position.instrument] === KIND.OPTION;
    if (isOption) {
      const needed = optionRequirement(input, position);
      if (!needed.ok) return needed;
      options = add(options, needed.value);
      needs.push(needed.value);
      markToMarket += position.quantity * coinMark(input, position.instrument);
    } else {
      const needed = perpetualRequirement(input, position);
      if (!needed.ok) return needed;
      perpetuals = add(perpetuals, needed.value);
      needs.push(needed.value);
      markToMarket += (position.unrealisedPnl ?? 0) + (position.unsettledFunding ?? 0);
    }
    const { volatilityConfidence, priceConfidence } = input.market.columns;
    const confidence = (isOption ? volatilityConfidence : priceConfidence)[position.instrument] ?? NaN;
    if (confidence >= 0) confidences.push(confidence);
  }
  let orders = 0;
  for (const order of input.orders) {
    const needed = orderRequirement(input, order);
    if (!needed.ok) return needed;
    orders += needed.value;
  }
  const isOption = (at: number): boolean =>
    input.market.columns.kind[input.positions[at]?.instrument ?? 0] === KIND.OPTION;
  const part = (name: string, needed: Requirement, ofOptions: boolean): ModelComponent =>
    component(name, needed.initial, needed.maintenance, 'EXACT', () =>
      sharesOf(input, needed.initial, (_, at) =>
        isOption(at) === ofOptions ? (needs[at]?.initial ?? 0) : 0,
      ),
    );
  return success(
    buildResult(input, {
      currency,
      cash: input.balances.find(({ asset }) => asset === currency)?.amount ?? 0,
      markToMarket,
      components: [
        part('short_options', options, true),
        part('perpetuals', perpetuals, false),
        component('open_orders', orders, 0, orders === 0 ? 'EXACT' : 'FITTED'),
      ],
      scenarioPnl: [],
      worst: { pnl: 0, index: 0 },
      confidences,
    }),
  );
}

function add(a: Requirement, b: Requirement): Requirement {
  return { initial: a.initial + b.initial, maintenance: a.maintenance + b.maintenance };
}

/** The one currency of positions, orders and balances; USD for an account that is empty. */
function settlementCurrency(input: Input): Outcome<string> {
  const { instruments } = input.market.table;
  let currency: string | undefined;
  const named = [
    ...input.positions.map(({ instrument, requestIndex }) => ({
      field: `positions[${String(requestIndex)}].instrument`,
      name: instruments[instrument]?.settlementCurrency ?? '',
    })),
    ...input.orders.map(({ instrument, requestIndex }) => ({
      field: `openOrders[${String(requestIndex)}].instrument`,
      name: instruments[instrument]?.settlementCurrency ?? '',
    })),
    ...input.balances
      .filter(({ amount }) => amount !== 0)
      .map(({ asset, requestIndex }) => ({ field: `balances[${String(requestIndex)}].asset`, name: asset })),
  ];
  for (const { field, name } of named) {
    currency ??= name;
    if (name !== currency) {
      return failure(
        'UNSUPPORTED',
        field,
        `Expected one settlement currency for deribit-sm but received ${currency} and ${name}`,
      );
    }
  }
  return success(currency ?? 'USD');
}

/** Coins per contract: the quoted mark of the venue, else the model value. */
function coinMark(input: Input, instrument: number): number {
  const quoted = input.market.columns.markPrice[instrument] ?? NaN;
  return Number.isFinite(quoted) ? quoted : (input.unitValue[instrument] ?? NaN);
}

function optionRequirement(input: Input, position: ResolvedPosition): Outcome<Requirement> {
  const { instrument, quantity, requestIndex } = position;
  if (input.market.columns.isInverse[instrument] !== 1) {
    return unsupported(`positions[${String(requestIndex)}].instrument`, 'an inverse option', 'a linear one');
  }
  if (quantity >= 0) return success(NOTHING);
  const rule = input.parameters.option;
  const mark = coinMark(input, instrument);
  const size = -quantity * (input.market.columns.contractSize[instrument] ?? NaN);
  const initial = initialRate(input, instrument) + mark;
  if (input.market.columns.isCall[instrument] === 1) {
    return success({ initial: size * initial, maintenance: size * (rule.maintenance + mark) });
  }
  const maintenance = Math.max(rule.maintenance, rule.putMarkMaintenance * mark) + mark;
  return success({ initial: size * Math.max(initial, maintenance), maintenance: size * maintenance });
}

/** max(.15 - OTM/S, .10): coins per contract, before the mark. */
function initialRate(input: Input, instrument: number): number {
  const { columns } = input.market;
  const { maxInitial, minInitial } = input.parameters.option;
  const index = columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN;
  const strike = columns.strike[instrument] ?? NaN;
  const outOfTheMoney = Math.max(0, columns.isCall[instrument] === 1 ? strike - index : index - strike);
  return Math.max(maxInitial - outOfTheMoney / index, minInitial);
}

/** price x size x (base + slope x size). */
function perpetualRequirement(input: Input, position: ResolvedPosition): Outcome<Requirement> {
  const { columns, table } = input.market;
  const { instrument, requestIndex } = position;
  const field = `positions[${String(requestIndex)}].instrument`;
  const underlying = table.underlyings[columns.underlying[instrument] ?? 0] ?? '';
  const rule = ownEntry(input.parameters.linear, underlying);
  if (
    columns.isInverse[instrument] === 1 ||
    columns.kind[instrument] !== KIND.PERPETUAL ||
    rule === undefined
  ) {
    return unsupported(
      field,
      'an inverse option or a linear perpetual with published rates',
      table.instruments[instrument]?.name ?? '',
    );
  }
  const size = Math.abs(position.quantity) * (columns.contractSize[instrument] ?? NaN);
  const notional = size * (columns.markPrice[instrument] ?? NaN);
  return success({
    initial: notional * (rule.initial.base + rule.initial.slope * size),
    maintenance: notional * (rule.maintenance.base + rule.maintenance.slope * size),
  });
}

/** An open sell order of an option pays the initial rate and its fee, not the premium (fitted on one observed order). */
function orderRequirement(input: Input, { instrument, order, requestIndex }: ResolvedOrder): Outcome<number> {
  const field = `openOrders[${String(requestIndex)}].instrument`;
  const { columns } = input.market;
  if (columns.kind[instrument] !== KIND.OPTION || columns.isInverse[instrument] !== 1) {
    return unsupported(field, 'an order for an inverse option', 'another instrument');
  }
  if (order.side === 'BUY') {
    return unsupported(field, 'a sell order, whose margin is known,', 'a buy order');
  }
  const size = order.quantity * (columns.contractSize[instrument] ?? NaN);
  return success(size * (initialRate(input, instrument) + input.parameters.option.orderFee));
}

function unsupported(field: string, wanted: string, received: string): ReturnType<typeof failure> {
  return failure('UNSUPPORTED', field, `Expected ${wanted} for deribit-sm but received ${received}`);
}
