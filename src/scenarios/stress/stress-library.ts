/**
 * Named moves, dated where they happened, each with the source of every number. What happened to spot is observed; what is assumed
 * beside it (volatility before there was an index, skew, basis, pegs) is a PROXY.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { FACTOR_KINDS, MOVE_SCALE } from '../risk-factor.js';
import type { FactorEvidence, FactorMoves, RiskFactor } from '../risk-factor.js';

const common = {
  factor: z.enum(FACTOR_KINDS),
  /** Absent: every underlying, or asset. */
  subject: z.string().optional(),
  /** Absent: every tenor. */
  tenorDays: z.number().positive().optional(),
  source: z.string(),
};
const moveSchema = z.union([
  z.strictObject({ ...common, relative: z.number().gt(-1).lt(100) }),
  z.strictObject({ ...common, difference: z.number().gt(-100).lt(100) }),
]);
/** A library: sources by name, scenarios that say which source each number has. */
export const stressLibrarySchema = z.strictObject({
  id: z.string(),
  version: z.string(),
  sources: z.record(z.string(), z.string()),
  scenarios: z
    .array(
      z.strictObject({ name: z.string(), date: z.iso.date().optional(), moves: z.array(moveSchema).min(1) }),
    )
    .min(1),
});

export type StressLibrary = z.infer<typeof stressLibrarySchema>;
export type StressMove = z.infer<typeof moveSchema>;

/** A source that says so: no history stands behind the number. */
export const ASSUMED_SOURCE = 'ex-ante';

/**
 * Checks a library: types and ranges, names once, sources that exist, and moves on the scale of their factor (relative for spot,
 * volatility and peg; differences for skew, basis and funding).
 */
export function parseStressLibrary(value: unknown): Outcome<StressLibrary> {
  const parsed = stressLibrarySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = ['stressLibrary', ...(issue?.path ?? []).map(String)].join('.');
    return failure('INVALID_PARAMETER', field, `${issue?.message ?? 'Does not fit the schema'} in ${field}`);
  }
  const problem = contradiction(parsed.data);
  return problem === undefined
    ? success(parsed.data)
    : failure('INVALID_PARAMETER', 'stressLibrary.scenarios', problem);
}

function contradiction(library: StressLibrary): string | undefined {
  const names = library.scenarios.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `Expected names once but "${twice}" stands twice`;
  for (const { name, moves } of library.scenarios) {
    for (const move of moves) {
      if (library.sources[move.source] === undefined)
        return `Expected a source for "${move.source}" in "${name}"`;
      const isLog = MOVE_SCALE[move.factor] === 'LOG';
      if (isLog !== 'relative' in move) {
        return `Expected a ${isLog ? 'relative move' : 'difference'} of ${move.factor} in "${name}"`;
      }
    }
  }
  return undefined;
}

/** The library of the house. */
export function houseStressLibrary(): Outcome<StressLibrary> {
  return HOUSE_LIBRARY;
}

/** Read once, at start. */
const HOUSE_LIBRARY = parseStressLibrary(
  JSON.parse(readFileSync(new URL('./library.json', import.meta.url), 'utf8')),
);

/**
 * The library's moves of these factors, one scenario each; a factor that a scenario does not name does not move. A move that names a
 * subject or tenor goes before one that does not. A factor is OBSERVED only if every move of it in every scenario was.
 */
export function stressMoves(library: StressLibrary, factors: readonly RiskFactor[]): FactorMoves {
  const count = library.scenarios.length;
  const moves = new Float64Array(factors.length * count);
  const labelled = factors.map((factor, f) => {
    let evidence: FactorEvidence = 'OBSERVED';
    library.scenarios.forEach((scenario, s) => {
      const move = moveOf(scenario.moves, factor);
      if (move === undefined) return;
      if (move.source === ASSUMED_SOURCE || move.subject === undefined) evidence = 'PROXY';
      moves[f * count + s] = 'relative' in move ? Math.log1p(move.relative) : move.difference;
    });
    return { ...factor, evidence };
  });
  return {
    method: 'STRESS',
    factors: labelled,
    horizonDays: 1,
    count,
    moves,
    names: library.scenarios.map(({ name }) => name),
    notes: [`stress library ${library.id} ${library.version}`],
  };
}

/** The most specific move of a factor: subject and tenor, subject, tenor, any. */
function moveOf(moves: readonly StressMove[], factor: RiskFactor): StressMove | undefined {
  const fitting = moves.filter(
    (move) =>
      move.factor === factor.kind &&
      (move.subject === undefined || move.subject === factor.subject) &&
      (move.tenorDays === undefined || move.tenorDays === factor.tenorDays),
  );
  const rank = (move: StressMove): number =>
    2 * Number(move.subject !== undefined) + Number(move.tenorDays !== undefined);
  return fitting.sort((a, b) => rank(b) - rank(a))[0];
}
