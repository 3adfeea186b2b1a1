/** Two result files of one suite: what became worse beyond noise. */
import { renderTable } from '../../src/cli/table.js';
import { formatSignificant } from '../../src/cli/format.js';
import type { BenchFile, BenchResult } from './result.js';

export interface Change {
  readonly id: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** How many times better it is now; below 1 is worse. */
  readonly factor: number;
  /** Relative change that noise alone explains. */
  readonly noise: number;
  readonly verdict: 'better' | 'same' | 'worse';
}

/** Where rounds were not kept: two runs of one tree on a shared machine differ by less, almost always. */
export const NOISE_WITHOUT_ROUNDS = 0.1;
/** Clocks, caches and other guests of a machine move medians this far, however steady the rounds. */
const NOISE_MIN = 0.03;
/** Standard deviations of the difference of two medians. */
const NOISE_DEVIATIONS = 3;
/** Standard deviation of normal noise over its median absolute deviation. */
const DEVIATION_PER_MAD = 1.4826;

/** One change for every id in both files, worst first. Ratios to a baseline of the same run are compared where both have one. */
export function compareResults(before: BenchFile, after: BenchFile): Change[] {
  return before.results
    .flatMap((old) => {
      const now = after.results.find(({ id }) => id === old.id);
      return now === undefined ? [] : [compare(old, now)];
    })
    .sort((a, b) => a.factor - b.factor);
}

function compare(old: BenchResult, now: BenchResult): Change {
  const ratios = old.ratio !== null && now.ratio !== null ? ([old.ratio, now.ratio] as const) : undefined;
  const [before, after] = ratios ?? [old.value, now.value];
  const isLargerBetter =
    ratios !== undefined || old.unit.endsWith('/s') || old.target?.startsWith('value >=') === true;
  // Two zeros (bits that differ, say) are as good as each other.
  const factor = before === after ? 1 : isLargerBetter ? after / before : before / after;
  const noise = noiseOf(old, now);
  const verdict = factor < 1 / (1 + noise) ? 'worse' : factor > 1 + noise ? 'better' : 'same';
  return {
    id: old.id,
    unit: ratios === undefined ? old.unit : 'ratio',
    before,
    after,
    factor,
    noise,
    verdict,
  };
}

function noiseOf({ rounds: old }: BenchResult, { rounds: now }: BenchResult): number {
  if (old === undefined || now === undefined || old.length < 3 || now.length < 3) return NOISE_WITHOUT_ROUNDS;
  return Math.max(NOISE_MIN, NOISE_DEVIATIONS * Math.hypot(errorOfMedian(old), errorOfMedian(now)));
}

/** Relative standard error of the median of rounds. */
function errorOfMedian(rounds: readonly number[]): number {
  const middle = medianOf(rounds);
  const deviation = DEVIATION_PER_MAD * medianOf(rounds.map((value) => Math.abs(value - middle)));
  // The median of normal noise scatters 1.25 times as much as the mean.
  return (1.25 * deviation) / Math.sqrt(rounds.length) / Math.abs(middle);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}

export function renderChanges(before: BenchFile, after: BenchFile, changes: readonly Change[]): string {
  const lost = before.results
    .filter(({ id }) => !after.results.some((now) => now.id === id))
    .map(({ id }) => id);
  const four = (value: number): string => formatSignificant(value, 4);
  return [
    `suite ${before.suite}: ${before.commit} to ${after.commit}`,
    ...(before.machine === after.machine ? [] : [`different machines: ${before.machine} | ${after.machine}`]),
    '',
    renderTable(
      [
        { title: 'id', align: 'left', cell: ({ id }) => id },
        { title: 'before', align: 'right', cell: (change) => four(change.before) },
        { title: 'after', align: 'right', cell: (change) => four(change.after) },
        { title: 'unit', align: 'left', cell: ({ unit }) => unit },
        { title: 'times better', align: 'right', cell: ({ factor }) => four(factor) },
        { title: 'noise', align: 'right', cell: ({ noise }) => `${four(100 * noise)}%` },
        { title: 'verdict', align: 'left', cell: ({ verdict }) => verdict },
      ],
      changes,
    ),
    ...(lost.length === 0 ? [] : ['', `no longer measured: ${lost.join(', ')}`]),
  ].join('\n');
}
