import type { ResolvedLeg, WhatIfBook } from '../../engine/what-if-book.js';
import type { ModelResult } from '../../models/model.js';
import { flattestPoint } from './flattest-point.js';

/** An instrument that may be traded. */
export interface HedgeCandidate {
  readonly instrument: number;
  /** Cost of one contract in the report's currency: half the spread and fees, >= 0. */
  readonly costPerContract: number;
  /** P&L of one contract in every scenario that the model reports, in the report's currency. */
  readonly unitPnl: Float64Array;
}

export interface Hedge {
  readonly legs: readonly ResolvedLeg[];
  /** In the report's currency. */
  readonly cost: number;
  readonly after: ModelResult;
}

/** Suggestions of one answer: more than anybody compares. */
const SUGGESTIONS_MAX = 10;

/** Halvings of the interval between nothing and the best size. */
const BISECTIONS = 50;

/**
 * Trades that lift the initial excess to `target`, cheapest first: the smallest size of each single candidate that does, and
 * the best chain of several where one is not enough. The direction and the best size come from the scenario vectors; every size
 * that is suggested has been margined.
 */
export function suggestHedges(
  book: WhatIfBook,
  candidates: readonly HedgeCandidate[],
  target: number,
  legsMax: number,
): Hedge[] {
  const single = candidates.flatMap((candidate) => {
    const step = bestStep(book, [], candidate);
    return step === undefined ? [] : [{ candidate, step }];
  });
  const reaching = single.flatMap(({ candidate, step }) =>
    step.after.initialExcess >= target ? [smallest(book, [], candidate, step, target)] : [],
  );
  const chain = reaching.length > 0 ? undefined : chained(book, candidates, target, legsMax);
  const all = chain === undefined ? reaching : [...reaching, chain];
  return all.sort((a, b) => a.cost - b.cost).slice(0, SUGGESTIONS_MAX);
}

/** The size of a candidate that flattens the worst loss, after the legs that are already chosen. */
function bestStep(
  book: WhatIfBook,
  legs: readonly ResolvedLeg[],
  candidate: HedgeCandidate,
): { quantity: number; after: ModelResult } | undefined {
  const now = legs.length === 0 ? book.before : valueOf(book, legs);
  if (now === undefined) return undefined;
  const point = flattestPoint(now.scenarioPnl, candidate.unitPnl.subarray(0, now.scenarioPnl.length));
  if (point === undefined) return undefined;
  const after = valueOf(book, [...legs, { instrument: candidate.instrument, quantity: point.quantity }]);
  if (after === undefined || after.initialExcess <= now.initialExcess) return undefined;
  return { quantity: point.quantity, after };
}

/** The smallest part of a step that still reaches the target. */
function smallest(
  book: WhatIfBook,
  legs: readonly ResolvedLeg[],
  { instrument, costPerContract }: HedgeCandidate,
  step: { quantity: number; after: ModelResult },
  target: number,
): Hedge {
  let best = step;
  let low = 0;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const quantity = low + (best.quantity - low) / 2;
    if (quantity === low || quantity === best.quantity) break;
    const after = valueOf(book, [...legs, { instrument, quantity }]);
    if (after !== undefined && after.initialExcess >= target) best = { quantity, after };
    else low = quantity;
  }
  return {
    legs: [...legs, { instrument, quantity: best.quantity }],
    cost: Math.abs(best.quantity) * costPerContract,
    after: best.after,
  };
}

/** Leg after leg the candidate that releases most margin for its cost, until the target is met; undefined when it is not. */
function chained(
  book: WhatIfBook,
  candidates: readonly HedgeCandidate[],
  target: number,
  legsMax: number,
): Hedge | undefined {
  let legs: readonly ResolvedLeg[] = [];
  let cost = 0;
  let excess = book.before.initialExcess;
  while (legs.length < legsMax) {
    let best: { candidate: HedgeCandidate; step: { quantity: number; after: ModelResult } } | undefined;
    let bestGain = -Infinity;
    for (const candidate of candidates) {
      const step = bestStep(book, legs, candidate);
      if (step === undefined) continue;
      const spent = Math.abs(step.quantity) * candidate.costPerContract;
      const gain = (step.after.initialExcess - excess - spent) / Math.max(spent, Number.MIN_VALUE);
      if (gain > bestGain) {
        best = { candidate, step };
        bestGain = gain;
      }
    }
    if (best === undefined) return undefined;
    if (best.step.after.initialExcess >= target) {
      const last = smallest(book, legs, best.candidate, best.step, target);
      return { ...last, cost: cost + last.cost };
    }
    legs = [...legs, { instrument: best.candidate.instrument, quantity: best.step.quantity }];
    cost += Math.abs(best.step.quantity) * best.candidate.costPerContract;
    excess = best.step.after.initialExcess;
  }
  return undefined;
}

function valueOf(book: WhatIfBook, legs: readonly ResolvedLeg[]): ModelResult | undefined {
  const after = book.after(legs);
  return after.ok ? after.value : undefined;
}
