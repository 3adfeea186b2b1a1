import { KIND } from '../../domain/codes.js';
import { failure, success, type Outcome } from '../../domain/outcome.js';
import type { ModelInput, ResolvedPosition } from '../model.js';
import { ownEntry } from '../shared/own-entry.js';
import type { SpanParameters, SpanRanges } from './parameters.js';
import { priceMove, SPAN_SCENARIOS } from './scenarios.js';

type Input = ModelInput<SpanParameters>;

/** What SPAN knows of one long contract. */
export interface ContractRisk {
  readonly combinedCommodity: string;
  /** `2026-03`. */
  readonly month: string;
  /** Loss in each of the 16 scenarios, positive = loss. */
  readonly riskArray: readonly number[];
  readonly compositeDelta: number;
  /** Whether the array is the file's, or follows from the price scan range alone: no model price stands in it. */
  readonly isExact: boolean;
}

/** The file's array of a position's contract, else one built from the ranges of its underlying. */
export function contractRisk(input: Input, position: ResolvedPosition): Outcome<ContractRisk> {
  const { parameters, market } = input;
  const terms = market.table.instruments[position.instrument];
  const listed = ownEntry(parameters.contracts, terms?.name ?? '');
  if (listed !== undefined) return success({ ...listed, isExact: true });
  const built = Object.entries(parameters.combinedCommodities).find(
    ([, { ranges }]) => ranges !== undefined && ranges.underlying === terms?.underlying,
  );
  if (built?.[1].ranges === undefined) {
    return failure(
      'MISSING_MARKET_DATA',
      `positions[${String(position.requestIndex)}].instrument`,
      `Expected a risk array in parameters.contracts, or ranges of its underlying in parameters.combinedCommodities, for ${terms?.name ?? ''} but the risk-array set has neither`,
    );
  }
  const [combinedCommodity, { ranges }] = built;
  // A contract without an expiry settles continuously: it belongs to the month of the market.
  const month = monthOf(terms !== undefined && 'expiryMs' in terms ? terms.expiryMs : market.timeMs);
  if (market.columns.kind[position.instrument] !== KIND.OPTION) {
    return success({
      combinedCommodity,
      month,
      ...futureRisk(input, position.instrument, ranges),
      isExact: true,
    });
  }
  return success({
    combinedCommodity,
    month,
    ...optionRisk(input, position.instrument, ranges),
    isExact: false,
  });
}

function monthOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 'YYYY-MM'.length);
}

type ArrayAndDelta = Pick<ContractRisk, 'riskArray' | 'compositeDelta'>;

/** A future loses its size times the move, whatever its own price. */
function futureRisk({ market }: Input, instrument: number, { priceScanRange }: SpanRanges): ArrayAndDelta {
  const size = market.columns.contractSize[instrument] ?? NaN;
  const mark = market.columns.markPrice[instrument] ?? NaN;
  const range = priceScanRange.unit === 'PRICE' ? priceScanRange.value : priceScanRange.value * mark;
  return {
    riskArray: SPAN_SCENARIOS.map((scenario) => -priceMove(scenario) * scenario.cover * range * size),
    compositeDelta: size,
  };
}

/** An option loses what the cube says: Black-76 at the shocked forward and volatility after the look-ahead. */
function optionRisk(input: Input, instrument: number, ranges: SpanRanges): ArrayAndDelta {
  const riskArray = SPAN_SCENARIOS.map(({ cover }, scenario) => -cover * input.unitPnl(instrument, scenario));
  return { riskArray, compositeDelta: compositeDelta(input, instrument, ranges) };
}

/** Weights of the price points by thirds of the range, for both volatilities alike (general knowledge; they add up to .998). */
const DELTA_WEIGHTS: readonly (readonly [thirds: number, weight: number])[] = [
  [-3, 0.037],
  [-2, 0.11],
  [-1, 0.217],
  [0, 0.27],
  [1, 0.217],
  [2, 0.11],
  [3, 0.037],
];

/** Scenario of a price point, by thirds of the range, with volatility up and down. */
const SCENARIO_OF = { [1]: scenarioByThirds(1), [-1]: scenarioByThirds(-1) } as const;

function scenarioByThirds(volMove: 1 | -1): ReadonlyMap<number, number> {
  return new Map(
    SPAN_SCENARIOS.flatMap((scenario, index) =>
      scenario.volMove === volMove ? [[scenario.thirds, index] as const] : [],
    ),
  );
}

/**
 * Coins per contract: the weighted mean of the slopes of the built array around each price point, between its neighbours
 * (one-sided at the ends). Exchanges publish composite deltas; this stands in for them.
 */
function compositeDelta(input: Input, instrument: number, { priceScanRange }: SpanRanges): number {
  const { expiry, forward, underlying, indexPrice } = input.market.columns;
  const price = forward[expiry[instrument] ?? -1] ?? NaN;
  const index = indexPrice[underlying[instrument] ?? 0] ?? NaN;
  const fraction = priceScanRange.unit === 'FRACTION' ? priceScanRange.value : priceScanRange.value / index;
  const third = (price * fraction) / 3;
  const pnl = (thirds: number, volMove: 1 | -1): number =>
    input.unitPnl(instrument, SCENARIO_OF[volMove].get(thirds) ?? -1);
  let sum = 0;
  let weights = 0;
  for (const [thirds, weight] of DELTA_WEIGHTS) {
    const below = Math.max(-3, thirds - 1);
    const above = Math.min(3, thirds + 1);
    for (const volMove of [1, -1] as const) {
      sum += (weight * (pnl(above, volMove) - pnl(below, volMove))) / ((above - below) * third);
      weights += weight;
    }
  }
  return sum / weights;
}
