import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import { DAYS_PER_YEAR } from '../../domain/time.js';
import type { CubeSpec } from '../model.js';
import type { SpanParameters, SpanRanges } from './parameters.js';

/** One of the 16 scenarios of a risk array, in the order of the file (published; margin-models.md 12). */
export interface SpanScenario {
  /** Move of the price in thirds of the price scan range. */
  readonly thirds: number;
  /** Move of volatility in volatility scan ranges. */
  readonly volMove: 1 | -1 | 0;
  /** Share of the loss that counts. */
  readonly cover: number;
}

const EXTREME_THIRDS = 6;
const EXTREME_COVER = 0.35;

export const SPAN_SCENARIOS: readonly SpanScenario[] = [
  ...[0, 1, -1, 2, -2, 3, -3].flatMap((thirds): SpanScenario[] => [
    { thirds, volMove: 1, cover: 1 },
    { thirds, volMove: -1, cover: 1 },
  ]),
  { thirds: EXTREME_THIRDS, volMove: 0, cover: EXTREME_COVER },
  { thirds: -EXTREME_THIRDS, volMove: 0, cover: EXTREME_COVER },
];
export const SPAN_SCENARIO_COUNT = SPAN_SCENARIOS.length;

/** Move of the price in price scan ranges. */
export function priceMove({ thirds }: SpanScenario): number {
  return thirds / 3;
}

/** The scenario with the same price and the other volatility; the extreme ones have none and stand for themselves. */
export function pairedScenario(scenario: number): number {
  return SPAN_SCENARIOS[scenario]?.volMove === 0 ? scenario : scenario ^ 1;
}

/** A price cannot fall to 0 or below, whatever the range. */
const LOWEST_SPOT_FACTOR = 1e-6;

/** Every underlying has a factor row of its own; one without ranges does not move, because its contracts have arrays. */
export function spanCube(parameters: SpanParameters, market: Market): CubeSpec {
  const { table, columns } = market;
  const ranges = table.underlyings.map((name) => rangesOf(parameters, name));
  const rows = ranges.map((own, row) =>
    SPAN_SCENARIOS.map((scenario) => shockOf(scenario, own, columns.indexPrice[row] ?? NaN)),
  );
  const fractions = ranges.flatMap((own, row) =>
    own === undefined ? [] : [scanFraction(own, columns.indexPrice[row] ?? NaN)],
  );
  const oneFraction = fractions.length === 1 ? fractions[0] : undefined;
  return {
    scenarios: buildScenarioSet(
      'span',
      SPAN_SCENARIOS.map((scenario) => labelOf(scenario, oneFraction)),
      rows.length === 0 ? [SPAN_SCENARIOS.map(() => NO_SHOCK)] : rows,
    ),
    discounted: false,
    ...(parameters.lookAheadDays > 0
      ? { remainingYears: (years) => Math.max(0, years - parameters.lookAheadDays / DAYS_PER_YEAR) }
      : {}),
    factorRow: (underlying) => underlying,
    // Volatility moves by points: a relative move of points over the volatility.
    shockFactors: ({ volatility }) => ({ term: volatility > 0 ? 1 / volatility : 0, skew: 0, smile: 0 }),
    weight: (_underlying, scenario) => SPAN_SCENARIOS[scenario]?.cover ?? 1,
  };
}

/** Ranges of the combined commodity whose arrays are built from the market's prices of an underlying. */
export function rangesOf(
  { combinedCommodities }: SpanParameters,
  underlying: string,
): SpanRanges | undefined {
  return Object.values(combinedCommodities).find(({ ranges }) => ranges?.underlying === underlying)?.ranges;
}

/** Price scan range relative to the index price. */
function scanFraction({ priceScanRange }: SpanRanges, indexPrice: number): number {
  return priceScanRange.unit === 'FRACTION' ? priceScanRange.value : priceScanRange.value / indexPrice;
}

function shockOf(scenario: SpanScenario, ranges: SpanRanges | undefined, indexPrice: number): Shock {
  if (ranges === undefined || !(indexPrice > 0)) return NO_SHOCK;
  const move = priceMove(scenario) * scanFraction(ranges, indexPrice);
  return {
    ...NO_SHOCK,
    spotFactor: Math.max(LOWEST_SPOT_FACTOR, 1 + move),
    volShock: scenario.volMove * ranges.volatilityScanRange,
  };
}

function labelOf(scenario: SpanScenario, fraction: number | undefined): ScenarioLabel {
  const { thirds, volMove } = scenario;
  const volShock = volMove === 0 ? 'NONE' : volMove > 0 ? 'UP' : 'DOWN';
  const volatility = volMove === 0 ? 'vol unchanged' : `vol ${volShock.toLowerCase()}`;
  const price = thirds === 0 ? '0' : `${thirds > 0 ? '+' : '-'}${String(Math.abs(thirds))}/3`;
  return {
    label: `price ${price} scan range ${volatility}`,
    family: volMove === 0 ? 'extreme' : 'scan',
    spotShock: (fraction ?? 0) * priceMove(scenario),
    volShock,
  };
}
