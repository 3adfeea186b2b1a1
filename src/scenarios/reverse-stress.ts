/**
 * Reverse stress: of all joint moves that lose a given amount, the least unlikely one. Likelihood is measured by the Mahalanobis
 * distance of the move under the covariance of the factors, in standard deviations: `sqrt(x' C^-1 x)`.
 *
 * With C = D L L' D and x = D L z this is the point of the loss surface that is nearest to the origin in z. Directions are scanned for
 * the first radius that breaks the loss; the best are turned towards the gradient there as long as that shortens them (the
 * first-order reliability method of A. Hasofer and N. Lind, 1974, with steps that only improve).
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { Kernels } from '../kernel/kernels.js';
import { normalQuantile } from '../kernel/reference/normal.js';
import { FACTORS_MAX } from '../limits.js';
import { randomStream } from '../measures/random.js';
import { EIGENVALUE_FLOOR } from './monte-carlo.js';
import type { FactorMoves } from './risk-factor.js';

export interface ReverseStressOptions {
  /** Loss to be reached, > 0, in the unit of the loss function. */
  readonly lossLevel: number;
  readonly seed: readonly number[];
  /** Farthest move that is looked at, standard deviations. Default 12. */
  readonly distanceMax?: number;
  /** Random directions besides the axes. Default 256. */
  readonly directions?: number;
}

export interface ReverseStress {
  /** One joint move, `count` 1. */
  readonly moves: FactorMoves;
  /** Mahalanobis distance, standard deviations. */
  readonly distance: number;
  /** At the move: at least the level asked for. */
  readonly loss: number;
  readonly evaluations: number;
}

export const DISTANCE_MAX_DEFAULT = 12;
export const DIRECTIONS_DEFAULT = 256;

/** Radii tried in each direction before the crossing is bisected. */
const RADII = 24;
const BISECTIONS = 40;
/** Best directions that are refined. */
const REFINED = 4;
const REFINEMENTS = 60;
/** Step of the numerical gradient, standard deviations. */
const GRADIENT_STEP = 1e-4;

/**
 * The least unlikely breaking move of the factors of a set; undefined where no move within the distance loses as much. The distance
 * is an upper bound of the true minimum: a search can miss a narrow valley.
 *
 * @param rows joint moves (historical or filtered) whose covariance about 0 measures likelihood
 * @param lossOf loss of a move, one entry per factor on the scale of `MOVE_SCALE`; a number that is not finite fails the search
 */
export function reverseStress(
  kernels: Kernels,
  rows: FactorMoves,
  lossOf: (move: Float64Array) => number,
  options: ReverseStressOptions,
): Outcome<ReverseStress | undefined> {
  const refused = refuse(rows, options);
  if (refused !== undefined) return refused;
  const root = covarianceRoot(kernels, rows);
  const search = new Search(root, lossOf, options);
  const start = lossOf(new Float64Array(rows.factors.length));
  if (!Number.isFinite(start)) return notFinite(start);
  const found = search.run();
  if (search.badLoss !== undefined) return notFinite(search.badLoss);
  if (found === undefined) return success(undefined);
  const move = multiplied(root, found.direction, found.radius);
  return success({
    moves: {
      method: 'REVERSE_STRESS',
      factors: rows.factors,
      horizonDays: rows.horizonDays,
      count: 1,
      moves: move,
      names: [`least unlikely move that loses ${options.lossLevel}`],
      notes: [...rows.notes, `${found.radius.toFixed(2)} standard deviations from no move`],
    },
    distance: found.radius,
    loss: lossOf(move),
    evaluations: search.evaluations,
  });
}

interface Crossing {
  /** Unit vector. */
  readonly direction: Float64Array;
  /** Smallest radius found at which the loss is reached. */
  readonly radius: number;
}

class Search {
  evaluations = 0;
  badLoss: number | undefined;
  readonly #root: Float64Array;
  readonly #lossOf: (move: Float64Array) => number;
  readonly #level: number;
  readonly #distanceMax: number;
  readonly #directions: number;
  readonly #seed: readonly number[];
  readonly #size: number;

  constructor(root: Float64Array, lossOf: (move: Float64Array) => number, options: ReverseStressOptions) {
    this.#root = root;
    this.#lossOf = lossOf;
    this.#level = options.lossLevel;
    this.#distanceMax = options.distanceMax ?? DISTANCE_MAX_DEFAULT;
    this.#directions = options.directions ?? DIRECTIONS_DEFAULT;
    this.#seed = options.seed;
    this.#size = Math.sqrt(root.length);
  }

  run(): Crossing | undefined {
    const crossings = this.#startDirections()
      .map((direction) => this.#crossing(direction, this.#distanceMax))
      .filter((crossing) => crossing !== undefined)
      .sort((a, b) => a.radius - b.radius)
      .slice(0, REFINED);
    return crossings.map((crossing) => this.#refined(crossing)).sort((a, b) => a.radius - b.radius)[0];
  }

  /** The axes both ways in z, then random directions. */
  #startDirections(): Float64Array[] {
    const axes = Array.from({ length: 2 * this.#size }, (_, i) => {
      const direction = new Float64Array(this.#size);
      direction[i >> 1] = i % 2 === 0 ? 1 : -1;
      return direction;
    });
    const random = randomStream(...this.#seed);
    const others = Array.from({ length: this.#directions }, () =>
      unit(Float64Array.from({ length: this.#size }, () => normalQuantile(random.uniform()))),
    );
    return [...axes, ...others];
  }

  #loss(direction: Float64Array, radius: number): number {
    this.evaluations += 1;
    const loss = this.#lossOf(multiplied(this.#root, direction, radius));
    if (!Number.isFinite(loss)) this.badLoss ??= loss;
    return loss;
  }

  /** First radius up to a limit at which the loss is reached, to the last bit of 40 bisections. */
  #crossing(direction: Float64Array, limit: number): Crossing | undefined {
    let low = 0;
    let high = 0;
    for (let k = 1; k <= RADII; k += 1) {
      high = (limit * k) / RADII;
      if (this.#loss(direction, high) >= this.#level) break;
      low = high;
      if (k === RADII) return undefined;
    }
    for (let k = 0; k < BISECTIONS; k += 1) {
      const middle = (low + high) / 2;
      if (this.#loss(direction, middle) >= this.#level) high = middle;
      else low = middle;
    }
    return { direction, radius: high };
  }

  /** Turns towards the gradient at the crossing, with a smaller turn where the whole one does not shorten the way. */
  #refined(start: Crossing): Crossing {
    let best = start;
    let turn = 1;
    for (let k = 0; k < REFINEMENTS && turn > 1e-6; k += 1) {
      const gradient = this.#gradient(best);
      if (gradient === undefined) break;
      const direction = unit(best.direction.map((x, i) => (1 - turn) * x + turn * gradient[i]!));
      const crossing = this.#crossing(direction, best.radius);
      if (crossing !== undefined && crossing.radius < best.radius) {
        best = crossing;
        turn = Math.min(1, 2 * turn);
      } else turn /= 2;
    }
    return best;
  }

  /** Unit gradient of the loss in z; undefined on a plateau. */
  #gradient({ direction, radius }: Crossing): Float64Array | undefined {
    const point = direction.map((x) => x * radius);
    const gradient = point.map((_, i) => {
      const side = (step: number): number =>
        this.#loss(
          point.map((x, j) => (i === j ? x + step : x)),
          1,
        );
      return side(GRADIENT_STEP) - side(-GRADIENT_STEP);
    });
    return gradient.some((x) => x !== 0) ? unit(gradient) : undefined;
  }
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** D L of the covariance D L L' D about 0; the correlation is repaired where it must be. */
function covarianceRoot(kernels: Kernels, rows: FactorMoves): Float64Array {
  const size = rows.factors.length;
  const correlation = new Float64Array(size * size);
  kernels.ewmaCorrelation(rows.moves, size, rows.count, 1, correlation);
  const factored = {
    repaired: new Float64Array(size * size),
    lower: new Float64Array(size * size),
    report: new Float64Array(2),
  };
  kernels.correlationFactor(correlation, size, EIGENVALUE_FLOOR, factored);
  const deviations = rows.factors.map((_, f) => {
    const own = rows.moves.subarray(f * rows.count, (f + 1) * rows.count);
    return Math.sqrt(own.reduce((sum, move) => sum + move * move, 0) / rows.count);
  });
  return factored.lower.map((entry, index) => entry * deviations[Math.floor(index / size)]!);
}

function multiplied(root: Float64Array, direction: Float64Array, radius: number): Float64Array {
  const size = direction.length;
  return direction.map((_, i) => {
    let sum = 0;
    for (let k = 0; k <= i; k += 1) sum += root[i * size + k]! * direction[k]!;
    return sum * radius;
  });
}

function notFinite(loss: number): Outcome<never> {
  return failure('INVALID_VALUE', 'lossOf', `Expected a finite loss but received ${loss}`);
}

function refuse(rows: FactorMoves, options: ReverseStressOptions): Outcome<never> | undefined {
  const { lossLevel, distanceMax = DISTANCE_MAX_DEFAULT, directions = DIRECTIONS_DEFAULT } = options;
  if (rows.factors.length === 0 || rows.factors.length > FACTORS_MAX || rows.count < 2) {
    return failure(
      'MISSING_MARKET_DATA',
      'rows',
      `Expected 1 to ${FACTORS_MAX} factors with at least 2 rows but received ${rows.factors.length} with ${rows.count}`,
    );
  }
  for (const [f, { id }] of rows.factors.entries()) {
    const own = rows.moves.subarray(f * rows.count, (f + 1) * rows.count);
    if (own.every(Number.isFinite) && own.some((move) => move !== 0)) continue;
    return failure('INVALID_VALUE', `rows.${id}`, `Expected finite moves that are not all 0 for ${id}`);
  }
  for (const [name, value] of Object.entries({ lossLevel, distanceMax })) {
    if (value > 0 && value < Infinity) continue;
    return failure('INVALID_PARAMETER', name, `Expected a finite number > 0 but received ${value}`);
  }
  if (Number.isInteger(directions) && directions >= 0) return undefined;
  return failure('INVALID_PARAMETER', 'directions', `Expected an integer >= 0 but received ${directions}`);
}
