/**
 * Monte Carlo moves: a Student t copula over the factors of a set of joint rows (historical or filtered), whose margins are those
 * rows with Pareto tails, drawn on scrambled Sobol points.
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { Kernels } from '../kernel/kernels.js';
import type { FactorMargins, TCopula } from '../kernel/scenario-generation.js';
import { FACTORS_MAX, SCENARIOS_MAX } from '../limits.js';
import { randomStream } from '../measures/random.js';
import { DEGREES_MAX, DEGREES_MIN, copulaDegreesOfFreedom } from './copula-degrees.js';
import { fitFactorMargins } from './factor-margins.js';
import type { FactorMoves } from './risk-factor.js';

export interface MonteCarloOptions {
  /** Independent scramblings: their spread is the error of what is measured on the set. Default 16. */
  readonly scrambles?: number;
  /** A power of two keeps the balance of the points. Default 8,192. */
  readonly pointsPerScramble?: number;
  /** `drawSeed` of the set. */
  readonly seed: readonly number[];
  /** In [3, 15]; absent: by maximum likelihood. */
  readonly degreesOfFreedom?: number;
  /** Decay per row of the correlation's weights. Default 0.99. */
  readonly correlationDecay?: number;
  /** Share of all factors moving as one in the correlation, in [0, 1]. Default 0. */
  readonly correlationStress?: number;
}

export interface MonteCarloMoves extends FactorMoves {
  readonly scrambles: number;
  readonly degreesOfFreedom: number;
  /** The matrix that was drawn from, row-major `[factor][factor]`. */
  readonly correlation: Float64Array;
  /** Smallest eigenvalue before repair. */
  readonly smallestEigenvalue: number;
  /** Largest change of a correlation by the repair; 0 where none was needed. */
  readonly correlationRepair: number;
}

export const SCRAMBLES_DEFAULT = 16;
export const POINTS_PER_SCRAMBLE_DEFAULT = 8_192;
/** Effective memory of 100 rows: below, twenty factors have a correlation of noise. */
export const CORRELATION_DECAY_DEFAULT = 0.99;
/** Smallest eigenvalue that is left as it is. */
export const EIGENVALUE_FLOOR = 1e-8;

/** What the draws follow; fitted once, drawn from as often as wanted. */
export interface FittedCopula {
  readonly copula: TCopula;
  readonly margins: FactorMargins;
  readonly correlation: Float64Array;
  readonly smallestEigenvalue: number;
  readonly correlationRepair: number;
}

/**
 * Fits copula and margins to joint rows, oldest first. Fails for fewer than 200 rows, too many factors, a factor without
 * movement, and parameters out of range.
 */
export function fitCopula(
  kernels: Kernels,
  rows: FactorMoves,
  {
    degreesOfFreedom,
    correlationDecay = CORRELATION_DECAY_DEFAULT,
    correlationStress = 0,
  }: Omit<MonteCarloOptions, 'seed'>,
): Outcome<FittedCopula> {
  const factorCount = rows.factors.length;
  const refused = refuseFit(rows, correlationDecay, correlationStress, degreesOfFreedom);
  if (refused !== undefined) return refused;
  const correlation = new Float64Array(factorCount * factorCount);
  kernels.ewmaCorrelation(rows.moves, factorCount, rows.count, correlationDecay, correlation);
  const stressed = correlation.map((value) => (1 - correlationStress) * value + correlationStress);
  const factored = {
    repaired: new Float64Array(stressed.length),
    lower: new Float64Array(stressed.length),
    report: new Float64Array(2),
  };
  kernels.correlationFactor(stressed, factorCount, EIGENVALUE_FLOOR, factored);
  const degrees = degreesOfFreedom ?? copulaDegreesOfFreedom(rows, factored.lower);
  const margins = fitFactorMargins(rows, degrees);
  if (!margins.ok) return margins;
  const [smallestEigenvalue = NaN, correlationRepair = NaN] = factored.report;
  return success({
    copula: { factorCount, lower: factored.lower, degreesOfFreedom: degrees },
    margins: margins.value,
    correlation: factored.repaired,
    smallestEigenvalue,
    correlationRepair,
  });
}

/**
 * Draws a fitted copula. Scenario k of scramble j depends on the seed, j and k alone: any split over threads gives the same bits.
 *
 * @param moves row-major `[factor][stride]`, filled from `firstScenario` on
 */
export function drawScramble(
  kernels: Kernels,
  { copula, margins }: FittedCopula,
  seed: readonly number[],
  scramble: number,
  pointsPerScramble: number,
  moves: Float64Array,
): void {
  const uniform = new Float64Array((copula.factorCount + 1) * pointsPerScramble);
  const scrambleSeed = randomStream(...seed, scramble).integer(2 ** 32);
  kernels.sobol(scrambleSeed, 0, pointsPerScramble, copula.factorCount + 1, uniform);
  const stride = moves.length / copula.factorCount;
  const first = moves.subarray(scramble * pointsPerScramble);
  kernels.tCopulaMoves(copula, margins, uniform, pointsPerScramble, stride, first);
}

/** Fits and draws. */
export function monteCarloMoves(
  kernels: Kernels,
  rows: FactorMoves,
  options: MonteCarloOptions,
): Outcome<MonteCarloMoves> {
  const { scrambles = SCRAMBLES_DEFAULT, pointsPerScramble = POINTS_PER_SCRAMBLE_DEFAULT, seed } = options;
  const count = scrambles * pointsPerScramble;
  const areWhole = Number.isInteger(scrambles) && Number.isInteger(pointsPerScramble);
  if (!(areWhole && scrambles >= 1 && pointsPerScramble >= 2 && count <= SCENARIOS_MAX)) {
    return failure(
      'INVALID_PARAMETER',
      'scrambles',
      `Expected at least 1 scramble of at least 2 points, at most ${SCENARIOS_MAX} together, but received ${scrambles} of ${pointsPerScramble}`,
    );
  }
  const fitted = fitCopula(kernels, rows, options);
  if (!fitted.ok) return fitted;
  const moves = new Float64Array(rows.factors.length * count);
  for (let scramble = 0; scramble < scrambles; scramble += 1) {
    drawScramble(kernels, fitted.value, seed, scramble, pointsPerScramble, moves);
  }
  const { copula, correlation, smallestEigenvalue, correlationRepair } = fitted.value;
  const repair = `correlation was not positive definite (smallest eigenvalue ${smallestEigenvalue.toPrecision(3)}); repaired, largest change ${correlationRepair.toPrecision(3)}`;
  return success({
    method: 'MONTE_CARLO',
    factors: rows.factors,
    horizonDays: rows.horizonDays,
    count,
    moves,
    notes: smallestEigenvalue < EIGENVALUE_FLOOR ? [...rows.notes, repair] : rows.notes,
    scrambles,
    degreesOfFreedom: copula.degreesOfFreedom,
    correlation,
    smallestEigenvalue,
    correlationRepair,
  });
}

function refuseFit(
  rows: FactorMoves,
  correlationDecay: number,
  correlationStress: number,
  degreesOfFreedom: number | undefined,
): Outcome<never> | undefined {
  if (rows.factors.length === 0 || rows.factors.length > FACTORS_MAX) {
    return failure(
      'LIMIT_EXCEEDED',
      'rows',
      `Expected 1 to ${FACTORS_MAX} factors but received ${rows.factors.length}`,
    );
  }
  for (const [f, { id }] of rows.factors.entries()) {
    const own = rows.moves.subarray(f * rows.count, (f + 1) * rows.count);
    const bad = own.findIndex((move) => !Number.isFinite(move));
    if (bad >= 0) {
      return failure(
        'INVALID_VALUE',
        `rows.${id}[${bad}]`,
        `Expected a finite move but received ${own[bad]}`,
      );
    }
    if (own.every((move) => move === 0)) {
      return failure('INVALID_VALUE', `rows.${id}`, `Expected a factor that moves but ${id} is constant`);
    }
  }
  if (!(correlationDecay > 0 && correlationDecay <= 1)) {
    return failure(
      'INVALID_PARAMETER',
      'correlationDecay',
      `Expected a number in (0, 1] but received ${correlationDecay}`,
    );
  }
  if (!(correlationStress >= 0 && correlationStress <= 1)) {
    return failure(
      'INVALID_PARAMETER',
      'correlationStress',
      `Expected a number in [0, 1] but received ${correlationStress}`,
    );
  }
  if (
    degreesOfFreedom === undefined ||
    (degreesOfFreedom >= DEGREES_MIN && degreesOfFreedom <= DEGREES_MAX)
  ) {
    return undefined;
  }
  return failure(
    'INVALID_PARAMETER',
    'degreesOfFreedom',
    `Expected a number in [${DEGREES_MIN}, ${DEGREES_MAX}] but received ${degreesOfFreedom}`,
  );
}
