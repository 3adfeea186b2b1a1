import { LruCache } from '../engine/lru-cache.js';
import { WORK_COSTS_CACHED_MAX } from '../limits.js';

/** Weight of the newest calculation in what is expected of the next. */
const NEWEST_WEIGHT = 0.2;

/**
 * What one unit of a kind is taken to cost before one was seen, milliseconds. Measured over gRPC on two cores (AMD EPYC, AVX2) with 741
 * instruments and warm rows; medians of books with 20 and 300 positions for the models derive-pm2, es and grid@aevo:
 * - SimulateMargin, one leg: 5 and 6, 15 and 17, 1.5 and 1.6
 * - SolveSize: 5 and 13, 21 and 29, 20 and 27
 * - SuggestHedge without candidates of its own: 2 and 4, 38 and 26, 1.3 and 2.5
 * - PlanLiquidation: 10 and 23, 25 and 400, 2 and 12
 * - AggregateRisk, 1,000 accounts: 2 for the venue, 29 for every account
 * - SimulateCascade, 1,000 accounts: 24 with the default number of rounds
 *
 * A cure is a plan.
 */
const COST_MS = {
  CalculateMargin: 2,
  SimulateMargin: 5,
  SolveSize: 20,
  SuggestHedge: 20,
  /** Reading the book, and the market that a request may bring along, for a plan. */
  ReadBook: 1,
  PlanLiquidation: 25,
  Cure: 25,
  /** Per account. */
  AggregateRisk: 0.03,
  /** Per account and round. */
  SimulateCascade: 0.003,
} as const;

/** Calculations that cost about the same. */
export interface WorkKind {
  readonly method: keyof typeof COST_MS;
  /** What makes some of a method longer than others: the model, the size of the request. */
  readonly terms: string;
  /** How much of it there is, e.g. accounts; 1 unless it says so. */
  readonly units?: number;
}

interface Seen {
  /** Expected milliseconds of one unit. */
  costMs: number;
}

/** What calculations have cost, by kind, so that the next can be admitted by its cost and not by its size. */
export class WorkCosts {
  readonly #seen = new LruCache<Seen>(WORK_COSTS_CACHED_MAX);

  /** Expected time of a calculation of this kind, milliseconds, > 0. */
  expectedMs(kind: WorkKind): number {
    return unitsOf(kind) * (this.#seen.peek(keyOf(kind))?.costMs ?? COST_MS[kind.method]);
  }

  /** One has taken so long. */
  learn(kind: WorkKind, tookMs: number): void {
    if (!(tookMs >= 0)) return;
    const costMs = tookMs / unitsOf(kind);
    const known = this.#seen.getOrAdd(keyOf(kind), () => ({ costMs }));
    known.costMs += NEWEST_WEIGHT * (costMs - known.costMs);
  }
}

function unitsOf({ units = 1 }: WorkKind): number {
  return Math.max(1, units);
}

function keyOf({ method, terms }: WorkKind): string {
  return `${method} ${terms}`;
}
