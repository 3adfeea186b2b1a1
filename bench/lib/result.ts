/** What a suite measures. `results` of `bench/results/<suite>.json` are these records. */
export interface BenchResult {
  /** Unique in its suite; the ids with a published target are fixed. */
  readonly id: string;
  readonly value: number;
  /** e.g. `cells/s`, `us`, `ms`, `calls/s`, `%`. */
  readonly unit: string;
  /** What it was measured against in the same run, in words; null where the value stands alone. */
  readonly baseline: string | null;
  /** In the same unit; null without a baseline. */
  readonly baselineValue: number | null;
  /** How many times better than the baseline, whichever way better is; null without a baseline. */
  readonly ratio: number | null;
  /** e.g. `ratio >= 4` or `value <= 10`; null where nothing was promised. */
  readonly target: string | null;
  /** `value` of every round that counts, where more than its median is kept: `--compare` tells noise from change by them. */
  readonly rounds?: readonly number[];
}

/** A suite is a module `bench/<suite>.ts` that exports `run`. */
export interface BenchSuite {
  run(): Promise<BenchResult[]>;
}

export interface BenchFile {
  readonly suite: string;
  /** Processor, cores, system and Node, in one line. */
  readonly machine: string;
  readonly isa: string;
  /** Short commit, with `-dirty` when tracked files differ from it. */
  readonly commit: string;
  readonly results: readonly BenchResult[];
}

const TARGET = /^(ratio|value) (>=|<=) (\d+(?:\.\d+)?)$/;

/** Whether a result reaches its target; undefined where there is none. */
export function meetsTarget(result: BenchResult): boolean | undefined {
  if (result.target === null) return undefined;
  const [, what, sign, bound] = TARGET.exec(result.target) ?? [];
  if (bound === undefined)
    throw new Error(`${result.id}: target "${result.target}" has not the form "ratio >= 4"`);
  const measured = what === 'ratio' ? result.ratio : result.value;
  if (measured === null) throw new Error(`${result.id}: target "${result.target}" without a baseline`);
  return sign === '>=' ? measured >= Number(bound) : measured <= Number(bound);
}
