import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { randomStream } from '../../measures/random.js';
import { tailMeasures } from '../../measures/tail-measures.js';
import type { HouseInput } from './house-input.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import { factorRows } from '../drawn/factor-rows.js';

/**
 * What netting between underlyings may be worth less than drawn: the tail when all move together (rows joined by the rank of
 * their return) or apart (frozen permutations), and a cap on diversification (market-and-risk.md 5.6, CB). 0 for one underlying.
 */
export function correlationBreak(input: HouseInput, drawn: BookVectors): Outcome<number> {
  if (drawn.byUnderlying.size < 2) return success(0);
  const { confidence } = input.parameters.tail;
  const { weight, diversificationCap } = input.parameters.correlationBreak;
  const together = new Float64Array(drawn.count);
  const apart = new Float64Array(drawn.count);
  let standalone = 0;
  for (const [underlying, vector] of drawn.byUnderlying) {
    const alone = shortfall(vector, confidence);
    if (!alone.ok) return alone;
    standalone += Math.max(0, alone.value);
    const ranked = rankOrder(input, underlying, drawn.count);
    const shuffled = permutation(underlying, drawn.count);
    for (let s = 0; s < drawn.count; s += 1) {
      together[s] = (together[s] ?? NaN) + (vector[ranked[s] ?? 0] ?? NaN);
      apart[s] = (apart[s] ?? NaN) + (vector[shuffled[s] ?? 0] ?? NaN);
    }
  }
  const joint = shortfall(drawn.total, confidence);
  const one = shortfall(together, confidence);
  const none = shortfall(apart, confidence);
  if (!joint.ok) return joint;
  if (!one.ok) return one;
  if (!none.ok) return none;
  const held = Math.max(0, joint.value);
  return success(
    Math.max(
      0,
      weight * (Math.max(one.value, none.value) - held),
      (1 - diversificationCap) * standalone - held,
    ),
  );
}

function shortfall(pnl: Float64Array, confidence: number): Outcome<number> {
  const measured = tailMeasures(
    pnl.map((gain) => -gain),
    confidence,
  );
  return measured.ok ? success(measured.value.expectedShortfall) : measured;
}

/** Draws of an underlying from its lowest return to its highest. */
function rankOrder(input: HouseInput, underlying: number, count: number): Uint32Array {
  const { columns } = input.further[0]?.scenarios ?? input.scenarios;
  const at = factorRows(input.market).rowOf(underlying) * columns.stride;
  return Uint32Array.from({ length: count }, (_, s) => s).sort(
    (a, b) => (columns.spotFactor[at + a] ?? NaN) - (columns.spotFactor[at + b] ?? NaN) || a - b,
  );
}

const PERMUTATION_SEED = 5;

/** A frozen permutation for each row of the market's underlyings. */
function permutation(underlying: number, count: number): Uint32Array {
  const random = randomStream(PERMUTATION_SEED, underlying, count);
  const order = Uint32Array.from({ length: count }, (_, s) => s);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1);
    const swapped = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = swapped;
  }
  return order;
}
