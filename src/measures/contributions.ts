import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { tailMeasures } from './tail-measures.js';
import { tailWeights } from './tail-weights.js';

/** How much of an expected shortfall is whose. One entry per component, in the unit of the P&L, positive = loss. */
export interface ShortfallContributions {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  /** Tail-weighted mean loss of the component (Euler); they add up to `expectedShortfall`. */
  readonly component: Float64Array;
  /** What one more unit of the component costs: its contribution over its size; 0 for a size of 0. */
  readonly marginal: Float64Array;
  /** With the component less without it. */
  readonly incremental: Float64Array;
  /** The component alone. */
  readonly standalone: Float64Array;
  /** 1 - ES / sum of the stand-alone figures; 0 where these sum to nothing. */
  readonly diversification: number;
}

/**
 * Contributions to the expected shortfall (FRACTIONAL_TAIL, or WEIGHTED) of a sum of components. D. Tasche, "Risk contributions and
 * performance measurement" (1999).
 *
 * @param pnl P&L of every component, row-major `[component][scenario]`, gains positive
 * @param sizes one per component, e.g. contracts; absent: 1
 * @param weights one per scenario
 */
export function shortfallContributions(
  pnl: Float64Array,
  componentCount: number,
  confidence: number,
  { sizes, weights }: { readonly sizes?: ArrayLike<number>; readonly weights?: ArrayLike<number> } = {},
): Outcome<ShortfallContributions> {
  const scenarioCount = pnl.length / componentCount;
  if (!(Number.isInteger(componentCount) && componentCount >= 1 && Number.isInteger(scenarioCount))) {
    return failure(
      'INVALID_VALUE',
      'componentCount',
      `Expected a divisor of the ${pnl.length} entries but received ${componentCount}`,
    );
  }
  const rows = Array.from({ length: componentCount }, (_, i) =>
    pnl.subarray(i * scenarioCount, (i + 1) * scenarioCount),
  );
  const losses = new Float64Array(scenarioCount);
  for (const row of rows) for (let s = 0; s < scenarioCount; s += 1) losses[s]! -= row[s]!;
  const options = weights === undefined ? {} : { weights };
  const total = tailMeasures(losses, confidence, options);
  if (!total.ok) return total;
  const tail = tailWeights(losses, confidence, weights);
  if (!tail.ok) return tail;
  const { valueAtRisk, expectedShortfall } = total.value;
  const component = new Float64Array(componentCount);
  const incremental = new Float64Array(componentCount);
  const standalone = new Float64Array(componentCount);
  for (let i = 0; i < componentCount; i += 1) {
    const row = rows[i]!;
    tail.value.scenario.forEach((s, k) => {
      component[i]! -= tail.value.weight[k]! * row[s]!;
    });
    const without = tailMeasures(
      losses.map((loss, s) => loss + row[s]!),
      confidence,
      options,
    );
    const alone = tailMeasures(
      row.map((gain) => -gain),
      confidence,
      options,
    );
    if (!without.ok) return without;
    if (!alone.ok) return alone;
    incremental[i] = expectedShortfall - without.value.expectedShortfall;
    standalone[i] = alone.value.expectedShortfall;
  }
  const sum = standalone.reduce((left, right) => left + right, 0);
  return success({
    valueAtRisk,
    expectedShortfall,
    component,
    marginal: component.map((share, i) => perUnit(share, sizes?.[i] ?? 1)),
    incremental,
    standalone,
    diversification: sum === 0 ? 0 : 1 - expectedShortfall / sum,
  });
}

function perUnit(share: number, size: number): number {
  return size === 0 ? 0 : share / size;
}
