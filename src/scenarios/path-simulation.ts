/**
 * Paths of filtered history over a horizon, with the settlement price of every expiry that falls inside it.
 *
 * A book that nets an expiring leg against a surviving one at the price of the horizon's end hides the risk in between: what
 * expires settles where the path is at that time. A settlement is the average over a window; the average of a Brownian motion
 * over the last W of a time t has the variance of the motion at t - 2W/3, so that is where the path is read, between its steps on a
 * Brownian bridge.
 */
import { SECONDS_PER_DAY, SETTLEMENT_WINDOW_SECONDS } from '../domain/time.js';
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { normalQuantile } from '../kernel/reference/normal.js';
import { PATH_STEPS_MAX, SCENARIOS_MAX, SETTLEMENTS_PER_PATH_MAX } from '../limits.js';
import { randomStream } from '../measures/random.js';
import type { RandomStream } from '../measures/random.js';
import { rescaled } from './ewma-filter.js';
import type { FilteredHistory } from './filtered-historical.js';
import { asProxies, scalingNote } from './historical.js';
import type { FactorMoves } from './risk-factor.js';

/** An expiry inside the horizon. */
export interface SettlementTime {
  /** `subject` of the spot factor that it settles on. */
  readonly underlying: string;
  readonly secondsToExpiry: number;
}

/** Where each scenario settles one expiry. */
export interface PathSettlement extends SettlementTime {
  /** ln(settlement price / spot now), one per scenario: of the part that is not averaged yet. */
  readonly moves: Float64Array;
}

export interface PathScenarios extends FactorMoves {
  readonly settlements: readonly PathSettlement[];
}

export interface PathOptions {
  readonly horizonDays: number;
  readonly count: number;
  /** `drawSeed` of the set. */
  readonly seed: readonly number[];
  readonly settlements?: readonly SettlementTime[];
  /** Seconds over which a settlement averages. */
  readonly windowSeconds?: number;
}

/** Horizons above this many steps draw blocks, which keep clusters of volatility together. */
export const BLOCK_ABOVE_STEPS = 4;
export const BLOCK_STEPS = 4;

/** Seconds from now to the time whose variance is the average's: t - 2W/3, or t/3 once the window has begun. */
export function effectiveSettlementSeconds(secondsToExpiry: number, windowSeconds: number): number {
  return secondsToExpiry >= windowSeconds ? secondsToExpiry - (2 * windowSeconds) / 3 : secondsToExpiry / 3;
}

/**
 * Simulates `count` paths. Every path has its own stream of draws, so a path's bits depend on the seed and its number alone. A
 * last part of a step is scaled by the root of time and makes every factor a PROXY.
 */
export function filteredPaths(filtered: FilteredHistory, options: PathOptions): Outcome<PathScenarios> {
  const refused = refuse(filtered, options);
  if (refused !== undefined) return refused;
  const { horizonDays, count, seed, settlements = [], windowSeconds = SETTLEMENT_WINDOW_SECONDS } = options;
  const { factors, stepDays, notes } = filtered.history;
  const lengths = stepLengths(horizonDays / stepDays);
  const simulation = new PathSimulation(filtered, lengths);
  const timetable = scheduleSettlements(filtered, settlements, windowSeconds);
  const moves = new Float64Array(factors.length * count);
  const settled = settlements.map(() => new Float64Array(count));
  for (let path = 0; path < count; path += 1) {
    const random = randomStream(...seed, path);
    simulation.run(random);
    for (let f = 0; f < factors.length; f += 1) moves[f * count + path] = simulation.finalLevel(f);
    for (const schedule of timetable) settleOnBridge(simulation, schedule, random, settled, path);
  }
  const isScaled = !Number.isInteger(horizonDays / stepDays);
  return success({
    method: 'FILTERED_HISTORICAL',
    factors: isScaled ? asProxies(factors) : factors,
    horizonDays,
    count,
    moves,
    notes: isScaled ? [...notes, scalingNote(stepDays, horizonDays)] : notes,
    settlements: settlements.map((settlement, i) => ({ ...settlement, moves: settled[i]! })),
  });
}

/** Whole steps, then what is left. */
function stepLengths(steps: number): number[] {
  const lengths = Array.from({ length: Math.floor(steps) }, () => 1);
  const rest = steps - Math.floor(steps);
  return rest > 0 ? [...lengths, rest] : lengths;
}

/** Levels and deviations of every factor along one path; the memory is used again by the next path. */
class PathSimulation {
  readonly #filtered: FilteredHistory;
  readonly #lengths: readonly number[];
  /** `[factor][step boundary]`: cumulated moves. */
  readonly #levels: Float64Array;
  /** `[factor][step]`: deviation of a whole step. */
  readonly #deviations: Float64Array;

  constructor(filtered: FilteredHistory, lengths: readonly number[]) {
    this.#filtered = filtered;
    this.#lengths = lengths;
    this.#levels = new Float64Array(filtered.filters.length * (lengths.length + 1));
    this.#deviations = new Float64Array(filtered.filters.length * lengths.length);
  }

  run(random: RandomStream): void {
    const { history, filters, decays, isHalf } = this.#filtered;
    const rows = this.#drawRows(random);
    const steps = this.#lengths.length;
    for (const [f, { deviation, deviationNow }] of filters.entries()) {
      let variance = deviationNow * deviationNow;
      let level = 0;
      for (let k = 0; k < steps; k += 1) {
        const row = rows[k]!;
        const current = Math.sqrt(variance);
        const change = history.changes[f * history.rowCount + row]!;
        const step = rescaled(change, current / deviation[row]!, isHalf);
        this.#deviations[f * steps + k] = current;
        level += step * Math.sqrt(this.#lengths[k]!);
        this.#levels[f * (steps + 1) + k + 1] = level;
        variance = decays[f]! * variance + (1 - decays[f]!) * step * step;
      }
    }
  }

  /** The same rows for every factor, so that what moved together moves together. */
  #drawRows(random: RandomStream): number[] {
    const { rowCount } = this.#filtered.history;
    const steps = this.#lengths.length;
    const rows: number[] = [];
    const block = steps > BLOCK_ABOVE_STEPS ? Math.min(BLOCK_STEPS, rowCount) : 1;
    while (rows.length < steps) {
      const start = random.integer(rowCount - block + 1);
      for (let k = 0; k < block && rows.length < steps; k += 1) rows.push(start + k);
    }
    return rows;
  }

  finalLevel(factor: number): number {
    return this.levelAt(factor, this.#lengths.length);
  }

  levelAt(factor: number, boundary: number): number {
    return this.#levels[factor * (this.#lengths.length + 1) + boundary]!;
  }

  deviationIn(factor: number, step: number): number {
    return this.#deviations[factor * this.#lengths.length + step]!;
  }

  lengthOf(step: number): number {
    return this.#lengths[step]!;
  }
}

/** The settlements on one factor in the order of time, in steps from now. */
interface SettlementSchedule {
  readonly factor: number;
  readonly entries: readonly { readonly index: number; readonly timeSteps: number }[];
}

function scheduleSettlements(
  { history }: FilteredHistory,
  settlements: readonly SettlementTime[],
  windowSeconds: number,
): SettlementSchedule[] {
  const stepSeconds = history.stepDays * SECONDS_PER_DAY;
  return history.factors.flatMap((factor, f) => {
    if (factor.kind !== 'SPOT') return [];
    const entries = settlements
      .map(({ underlying, secondsToExpiry }, index) => ({
        index,
        underlying,
        timeSteps: effectiveSettlementSeconds(secondsToExpiry, windowSeconds) / stepSeconds,
      }))
      .filter(({ underlying }) => underlying === factor.subject)
      .sort((a, b) => a.timeSteps - b.timeSteps || a.index - b.index);
    return entries.length === 0 ? [] : [{ factor: f, entries }];
  });
}

/**
 * Settles one after the other: the path between the last point known and the end of the step is a Brownian bridge. Its normals
 * come after the rows of the path in the same stream, so they are as frozen as these.
 */
function settleOnBridge(
  simulation: PathSimulation,
  { factor, entries }: SettlementSchedule,
  random: RandomStream,
  settled: readonly Float64Array[],
  path: number,
): void {
  let step = 0;
  let start = 0;
  let time = 0;
  let level = 0;
  for (const { index, timeSteps } of entries) {
    while (timeSteps > start + simulation.lengthOf(step)) {
      start += simulation.lengthOf(step);
      step += 1;
      time = start;
      level = simulation.levelAt(factor, step);
    }
    const end = start + simulation.lengthOf(step);
    const endLevel = simulation.levelAt(factor, step + 1);
    const share = end > time ? (timeSteps - time) / (end - time) : 1;
    const variance = Math.max(0, share * (end - timeSteps)) * simulation.deviationIn(factor, step) ** 2;
    const normal = normalQuantile(random.uniform());
    level += share * (endLevel - level) + Math.sqrt(variance) * normal;
    time = timeSteps;
    settled[index]![path] = level;
  }
}

function refuse(
  { history }: FilteredHistory,
  { horizonDays, count, settlements = [] }: PathOptions,
): Outcome<never> | undefined {
  if (!(Number.isInteger(count) && count >= 2 && count <= SCENARIOS_MAX)) {
    return failure(
      'INVALID_PARAMETER',
      'count',
      `Expected an integer in [2, ${SCENARIOS_MAX}] but received ${count}`,
    );
  }
  const longest = PATH_STEPS_MAX * history.stepDays;
  if (!(horizonDays > 0 && horizonDays <= longest)) {
    return failure(
      'INVALID_PARAMETER',
      'horizonDays',
      `Expected a number in (0, ${longest}] but received ${horizonDays}`,
    );
  }
  if (settlements.length > SETTLEMENTS_PER_PATH_MAX) {
    return failure(
      'LIMIT_EXCEEDED',
      'settlements',
      `Expected at most ${SETTLEMENTS_PER_PATH_MAX} settlements but received ${settlements.length}`,
    );
  }
  for (const [i, { underlying, secondsToExpiry }] of settlements.entries()) {
    if (!(secondsToExpiry > 0 && secondsToExpiry <= horizonDays * SECONDS_PER_DAY)) {
      return failure(
        'INVALID_VALUE',
        `settlements[${i}].secondsToExpiry`,
        `Expected a time inside the horizon of ${horizonDays} days but received ${secondsToExpiry} s`,
      );
    }
    if (!history.factors.some(({ kind, subject }) => kind === 'SPOT' && subject === underlying)) {
      return failure(
        'MISSING_MARKET_DATA',
        `settlements[${i}].underlying`,
        `Expected an underlying with a spot factor but received ${underlying}`,
      );
    }
  }
  return undefined;
}
