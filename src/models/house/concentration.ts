import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { tailMeasures } from '../../measures/tail-measures.js';
import type { ModelComponent } from '../model.js';
import type { DollarAccount } from '../shared/dollar-account.js';
import { component } from '../shared/result.js';
import type { HouseInput } from './house-input.js';
import type { CloseOutCost } from './liquidity.js';
import type { BookVectors } from '../drawn/book-vectors.js';

/**
 * Time that a large book takes to close, once: M_u (sqrt((n + 1)(2n + 1) / (6n)) - 1) with M_u the expected shortfall of an
 * underlying and n its days, weighted by the delta of its buckets; nothing below a day (market-and-risk.md 5.7).
 */
function concentrationLosses(
  { parameters }: HouseInput,
  drawn: BookVectors,
  { buckets }: CloseOutCost,
): Outcome<ReadonlyMap<number, number>> {
  const losses = new Map<number, number>();
  for (const [underlying, vector] of drawn.byUnderlying) {
    const own = buckets.filter(({ bucket }) => bucket.unit.underlying === underlying);
    const weightOf = (at: number): number =>
      own[at]?.bucket.legs.reduce((sum, { delta }) => sum + Math.abs(delta), 0) ?? 0;
    const weight = own.reduce((sum, _, at) => sum + weightOf(at), 0);
    if (!(weight > 0)) continue;
    const days = own.reduce((sum, { days: each }, at) => sum + each * weightOf(at), 0) / weight;
    if (!(days > 1)) continue;
    const measured = tailMeasures(
      vector.map((pnl) => -pnl),
      parameters.tail.confidence,
    );
    if (!measured.ok) return measured;
    const longer = Math.sqrt(((days + 1) * (2 * days + 1)) / (6 * days)) - 1;
    losses.set(underlying, Math.max(0, measured.value.expectedShortfall) * longer);
  }
  return success(losses);
}

/** The charge, divided among the positions of each underlying by their delta. */
export function concentrationCharge(
  input: HouseInput,
  { units }: DollarAccount,
  drawn: BookVectors,
  cost: CloseOutCost,
): Outcome<ModelComponent> {
  const losses = concentrationLosses(input, drawn, cost);
  if (!losses.ok) return losses;
  const byPosition = new Float64Array(input.positions.length);
  for (const { underlying, legs } of units) {
    const loss = losses.value.get(underlying) ?? 0;
    const gross = legs.reduce((sum, { delta }) => sum + Math.abs(delta), 0);
    if (!(gross > 0)) continue;
    for (const { at, delta } of legs) byPosition[at] = (loss * Math.abs(delta)) / gross;
  }
  const total = [...losses.value.values()].reduce((sum, loss) => sum + loss, 0);
  return success(component('concentration', total, total, 'EXACT', () => ({ total, byPosition })));
}
