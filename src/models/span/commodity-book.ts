import { KIND } from '../../domain/codes.js';
import { failure, success, type Outcome } from '../../domain/outcome.js';
import type { ModelInput, ResolvedPosition } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import { contractRisk, type ContractRisk } from './contract-risk.js';
import type { SpanCommodity, SpanParameters } from './parameters.js';
import { SPAN_SCENARIO_COUNT } from './scenarios.js';

type Input = ModelInput<SpanParameters>;

/** The positions of one combined commodity, and what its charges are worked out from. */
export interface CommodityBook {
  readonly name: string;
  readonly rules: SpanCommodity;
  readonly legs: readonly CommodityLeg[];
  /** Loss of the positions in each scenario. */
  readonly scan: Float64Array;
  /** Index of the largest loss, the lowest on ties. */
  readonly active: number;
  /** Largest loss, >= 0. */
  readonly scanRisk: number;
  /** Signed composite delta by contract month, in order of the months. */
  readonly deltaByMonth: ReadonlyMap<string, number>;
  readonly netDelta: number;
  readonly isExact: boolean;
}

export interface CommodityLeg {
  /** Index into the positions of the input. */
  readonly at: number;
  readonly position: ResolvedPosition;
  readonly risk: ContractRisk;
}

/** Sorts positions into combined commodities and scans each, in order of names. */
export function commodityBooks(input: Input): Outcome<CommodityBook[]> {
  const legsOf = new Map<string, CommodityLeg[]>();
  for (const [at, position] of input.positions.entries()) {
    const risk = contractRisk(input, position);
    if (!risk.ok) return risk;
    const untiered = outsideTiers(input, position, risk.value);
    if (untiered !== undefined) return untiered;
    const legs = legsOf.get(risk.value.combinedCommodity) ?? [];
    legsOf.set(risk.value.combinedCommodity, legs);
    legs.push({ at, position, risk: risk.value });
  }
  const names = [...legsOf.keys()].sort();
  return success(
    names.flatMap((name) => {
      const rules = ownEntry(input.parameters.combinedCommodities, name);
      return rules === undefined ? [] : [scanCommodity(name, rules, legsOf.get(name) ?? [])];
    }),
  );
}

/** The scan takes months to move together; where spreads are charged, a month of no tier would go uncharged. */
function outsideTiers(
  { parameters, market }: Input,
  { instrument, requestIndex }: ResolvedPosition,
  { combinedCommodity, month }: ContractRisk,
): ReturnType<typeof failure> | undefined {
  const rules = ownEntry(parameters.combinedCommodities, combinedCommodity);
  if (rules === undefined || rules.interMonthSpreads.length === 0) return undefined;
  if (rules.tiers.some((tier) => isInTier(tier, month))) return undefined;
  return failure(
    'UNSUPPORTED',
    `positions[${String(requestIndex)}].instrument`,
    `Expected a month of parameters.combinedCommodities.${combinedCommodity}.tiers but ${market.table.instruments[instrument]?.name ?? ''} is of ${month}`,
  );
}

export function isInTier({ firstMonth, lastMonth }: SpanCommodity['tiers'][number], month: string): boolean {
  return !(firstMonth !== undefined && month < firstMonth) && !(lastMonth !== undefined && month > lastMonth);
}

function scanCommodity(name: string, rules: SpanCommodity, legs: readonly CommodityLeg[]): CommodityBook {
  const scan = new Float64Array(SPAN_SCENARIO_COUNT);
  const deltas = new Map<string, number>();
  for (const { position, risk } of legs) {
    for (let s = 0; s < SPAN_SCENARIO_COUNT; s += 1) {
      scan[s] = (scan[s] ?? NaN) + position.quantity * (risk.riskArray[s] ?? NaN);
    }
    deltas.set(risk.month, (deltas.get(risk.month) ?? 0) + position.quantity * risk.compositeDelta);
  }
  const active = scan.reduce((best, loss, s) => (loss > (scan[best] ?? NaN) ? s : best), 0);
  const largest = scan[active] ?? NaN;
  const deltaByMonth = new Map([...deltas].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    name,
    rules,
    legs,
    scan,
    active,
    // NaN must surface.
    scanRisk: largest < 0 ? 0 : largest,
    deltaByMonth,
    netDelta: [...deltaByMonth.values()].reduce((sum, delta) => sum + delta, 0),
    isExact: legs.every(({ risk }) => risk.isExact),
  };
}

/** Short calls and puts in the unit of the minimum's rate, counted as its rule says; >= 0. */
export function shortOptionCount(input: Input, { legs, rules }: CommodityBook): number {
  const rule = rules.shortOptionMinimum;
  if (rule === undefined) return 0;
  const { kind, isCall, contractSize } = input.market.columns;
  let calls = 0;
  let puts = 0;
  for (const { position } of legs) {
    const { instrument, quantity } = position;
    if (kind[instrument] !== KIND.OPTION || quantity >= 0) continue;
    const units = -quantity * (rule.per === 'UNIT' ? (contractSize[instrument] ?? NaN) : 1);
    if (isCall[instrument] === 1) calls += units;
    else puts += units;
  }
  return rule.count === 'SUM' ? calls + puts : Math.max(calls, puts);
}

/** Notional that an exposure margin is charged on: futures at their mark, short options at the index; >= 0. */
export function exposureNotional({ market }: Input, { position }: CommodityLeg): number {
  const { kind, contractSize, markPrice, indexPrice, underlying } = market.columns;
  const { instrument, quantity } = position;
  const isOption = kind[instrument] === KIND.OPTION;
  if (isOption && quantity >= 0) return 0;
  const price = isOption ? indexPrice[underlying[instrument] ?? 0] : markPrice[instrument];
  return Math.abs(quantity) * (contractSize[instrument] ?? NaN) * (price ?? NaN);
}
