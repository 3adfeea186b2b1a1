import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { tailMeasures } from '../../measures/tail-measures.js';
import {
  concentrationCharge,
  daysToUnwind,
  type ConcentrationBucket,
} from '../charges/liquidity/concentration.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import type { ModelComponent } from '../model.js';
import type { DollarAccount } from '../shared/dollar-account.js';
import { component } from '../shared/result.js';
import type { HouseInput } from './house-input.js';
import type { CloseOutCost, ClosedBucket } from './liquidity.js';

/**
 * KC: the longer time that a large book takes to close, per underlying (`charges/liquidity/concentration`, market-and-risk.md 5.7),
 * divided among its positions by their delta. Buckets are measured only where one of them takes more than a day: the mean of
 * shorter ones charges nothing.
 */
export function concentrationTerm(
  input: HouseInput,
  { units }: DollarAccount,
  drawn: BookVectors,
  { buckets }: CloseOutCost,
): Outcome<ModelComponent> {
  const { participation } = input.parameters.liquidity;
  const byPosition = new Float64Array(input.positions.length);
  let total = 0;
  for (const { underlying, legs } of units) {
    const own = buckets
      .filter(({ bucket }) => bucket.unit.underlying === underlying)
      .map((closed) => ({ closed, ...slowerUnit(closed, participation) }));
    if (!own.some(({ days }) => days > 1)) continue;
    const shortfall = shortfallOf(input, drawn.byUnderlying.get(underlying) ?? new Float64Array(drawn.count));
    if (!shortfall.ok) return shortfall;
    const measured: ConcentrationBucket[] = [];
    for (const { closed, quantity, dailyVolume } of own) {
      const alone = shortfallOf(input, bucketVector(closed, drawn));
      if (!alone.ok) return alone;
      measured.push({ quantity, dailyVolume, expectedShortfall: alone.value });
    }
    const charge = concentrationCharge(
      [{ expectedShortfall: shortfall.value, buckets: measured }],
      participation,
    );
    if (!charge.ok) return charge;
    total += charge.value.total;
    const gross = legs.reduce((sum, { delta }) => sum + Math.abs(delta), 0);
    for (const { at, delta } of legs)
      byPosition[at] = gross > 0 ? (charge.value.total * Math.abs(delta)) / gross : 0;
  }
  return success(component('concentration', total, total, 'EXACT', () => ({ total, byPosition })));
}

/** Delta or vega, whichever takes longer to trade. */
function slowerUnit({ charge, market }: ClosedBucket, participation: number): ConcentrationBucketSize {
  const of = (quantity: number, dailyVolume: number): ConcentrationBucketSize => ({
    quantity,
    dailyVolume,
    days: daysToUnwind(quantity, dailyVolume, participation),
  });
  const delta = of(charge.grossDelta, market.dailyVolume);
  const vega = of(charge.grossVega, market.dailyVegaVolume);
  return vega.days > delta.days ? vega : delta;
}

type ConcentrationBucketSize = Pick<ConcentrationBucket, 'quantity' | 'dailyVolume'> & {
  readonly days: number;
};

function bucketVector({ bucket }: ClosedBucket, drawn: BookVectors): Float64Array {
  return Float64Array.from({ length: drawn.count }, (_, s) =>
    bucket.legs.reduce((sum, { at }) => sum + drawn.positionPnl(at, s), 0),
  );
}

function shortfallOf({ parameters }: HouseInput, pnl: Float64Array): Outcome<number> {
  const losses = pnl.map((gain) => -gain);
  const measured = tailMeasures(losses, parameters.tail.confidence);
  return measured.ok ? success(Math.max(0, measured.value.expectedShortfall)) : measured;
}
