/**
 * End-of-day runs: expected shortfall at 99 % of 100,000 books of 50 positions over 1,000 options and 10,000 scenarios, the whole
 * command with files read and written, against scipy on the same books (`bench/peers`).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { StageSeconds } from '../src/batch/tasks.js';
import { unwrap } from '../src/domain/outcome.js';
import { planCubes, repriceMarket } from '../src/engine/repriced-market.js';
import { valueMarket } from '../src/engine/valuation.js';
import { cubeIndex } from '../src/kernel/layout.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import type { Market } from '../src/market/snapshot/market.js';
import { modelFromFile } from '../src/models/catalogue.js';
import type { ResolvedModel } from '../src/models/resolved-model.js';
import { uniformBook } from '../src/synthetic/uniform-books.js';
import {
  benchMarket,
  OPTIONS,
  POSITIONS,
  runEod,
  SEED,
  writeCase,
  writeEsModel,
  type EodCase,
  type EodRun,
} from './lib/eod-case.js';
import { runStages, stageColumns, type StagesRun } from './lib/eod-stages.js';
import { twoProcessGain } from './lib/ceiling.js';
import { median } from './lib/measure.js';
import { readNpyDoubles, writeNpy } from './lib/npy.js';
import { hasPeer, runPeer } from './lib/peers.js';
import type { BenchResult } from './lib/result.js';

const ACCOUNTS = Number(process.env.MARGINCUBE_BENCH_ACCOUNTS ?? 100_000);
const SCENARIOS = 10_000;
const CONFIDENCE = 0.99;
const ROUNDS = Number(process.env.MARGINCUBE_BENCH_ROUNDS ?? 3);

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-eod-'));
  try {
    const bench = benchMarket();
    process.stdout.write(`${String(ACCOUNTS)} books over ${String(OPTIONS)} options of ${bench.source}\n`);
    const books = await writeCase(folder, bench, ACCOUNTS, 'parquet');
    const model = writeEsModel(folder, SCENARIOS);
    const one: EodRun[] = [];
    const two: EodRun[] = [];
    const alone: Record<'one' | 'two', StagesRun[]> = { one: [], two: [] };
    const resolved = resolveEs(model);
    const columns = stageColumns(bench.market, ACCOUNTS);
    const gains: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      gains.push(await twoProcessGain());
      one.push(await runEod(books, model, 1));
      two.push(await runEod(books, model, 2));
      alone.one.push(await runStages(bench.market, resolved, columns, 1));
      alone.two.push(await runStages(bench.market, resolved, columns, 2));
    }
    const peer = hasPeer('scipy') ? await runScipy(bench.market, books, model) : undefined;
    return [
      ...ourRows(one, two, peer),
      ...scalingRows(one, two, alone.one, alone.two),
      ceilingRow(gains),
      ...(hasPeer('QuantLib') ? [pricingRow(one)] : []),
      ...(peer === undefined ? [] : peerRows(peer)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wallOf = ({ wallSeconds }: { readonly wallSeconds: number }): number => wallSeconds;

function ourRows(one: readonly EodRun[], two: readonly EodRun[], peer: ScipyRun | undefined): BenchResult[] {
  const headline = (id: string, runs: readonly EodRun[], target: string): BenchResult => {
    const value = median(runs.map(wallOf));
    const against =
      peer === undefined
        ? { baseline: null, baselineValue: null, ratio: null, target: null }
        : {
            baseline: `scipy csr @ dense in blocks of 200 rows, in-place partition, reading numpy columns and a ready P&L matrix (${peer.versions})`,
            baselineValue: peer.seconds.total,
            ratio: peer.seconds.total / value,
            target,
          };
    return { id, value, unit: 's', ...against, rounds: runs.map(wallOf) };
  };
  const alone = { baseline: null, baselineValue: null, ratio: null, target: null };
  return [
    headline('eod-1', one, 'ratio >= 5'),
    headline('eod-2', two, 'ratio >= 9'),
    {
      ...alone,
      id: 'eod-memory',
      value: Math.max(...[...one, ...two].map(({ peakMiB }) => peakMiB)),
      unit: 'MiB at most',
      target: 'value <= 1536',
    },
    ...Object.entries(shareOfStages(one)).map(([stage, value]) => ({
      ...alone,
      id: `stage-${stage}`,
      value,
      unit: '% of thread time, one worker',
    })),
  ];
}

/** What a second worker gains: the stages by themselves, the same inside whole runs, and whole runs. */
function scalingRows(
  one: readonly EodRun[],
  two: readonly EodRun[],
  aloneOne: readonly StagesRun[],
  aloneTwo: readonly StagesRun[],
): BenchResult[] {
  const row = (
    id: string,
    unit: string,
    [baselineValue, value]: Pair,
    target: string | null,
  ): BenchResult => ({
    ...{ id, value, unit, baseline: 'one worker', baselineValue },
    ...{ ratio: baselineValue / value, target },
  });
  /** Of each worker. */
  const shares = <Run>(own: readonly Run[], both: readonly Run[], of: (run: Run) => number): Pair => [
    median(own.map(of)),
    median(both.map((run) => of(run) / 2)),
  ];
  return [
    row(
      'scaling-2',
      's of cube, aggregate and tail by the clock of fresh threads, nothing read or written beside them',
      shares(aloneOne, aloneTwo, ({ stages }) => onCore(stages) + stages.stageWait),
      'ratio >= 1.9',
    ),
    row(
      'scaling-2-wall',
      's from the first of their tasks to the last',
      [median(aloneOne.map(wallOf)), median(aloneTwo.map(wallOf))],
      null,
    ),
    row(
      'scaling-2-in-run',
      's of cube, aggregate and tail by the clock, whole runs',
      shares(one, two, ({ stages, stageWaitSeconds }) => onCore(stages) + stageWaitSeconds),
      null,
    ),
    row(
      'scaling-2-on-core',
      's of the same on a core',
      shares(one, two, ({ stages }) => onCore(stages)),
      null,
    ),
    row('scaling-2-whole', 's of whole runs', [median(one.map(wallOf)), median(two.map(wallOf))], null),
  ];
}

type Pair = readonly [one: number, two: number];

/** Beside the scaling: a machine that gives two processes less than two cores cannot give two workers more. */
function ceilingRow(gains: readonly number[]): BenchResult {
  return {
    ...{
      id: 'scaling-2-ceiling',
      value: median(gains),
      unit: 'x one process: two that share nothing, at once',
    },
    ...{ baseline: null, baselineValue: null, ratio: null, target: null, rounds: gains },
  };
}

/** Pricing alone, option by option, against the whole stage of the cube: prices, both cubes and the basis of their tails. */
function pricingRow(one: readonly EodRun[]): BenchResult {
  const { versions, cellsPerSecond } = runPeer('quantlib_black.py', []) as {
    readonly versions: string;
    readonly cellsPerSecond: number;
  };
  const value = (median(one.map(({ stages }) => stages.cube ?? NaN)) * 1e9) / (OPTIONS * SCENARIOS);
  const baselineValue = 1e9 / cellsPerSecond;
  return {
    ...{ id: 'cube-cell', value, unit: 'ns for each option and scenario, one worker' },
    ...{ baseline: `blackFormula from Python, prices only (${versions})`, baselineValue },
    ...{ ratio: baselineValue / value, target: null },
  };
}

/** On a core. */
const onCore = ({ cube = 0, aggregate = 0, tail = 0 }: Partial<StageSeconds>): number =>
  cube + aggregate + tail;

function shareOfStages(runs: readonly EodRun[]): Record<string, number> {
  const names = Object.keys(runs[0]?.stages ?? {});
  const medians = names.map((name) => median(runs.map(({ stages }) => stages[name] ?? NaN)));
  const total = medians.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(names.map((name, at) => [name, (100 * (medians[at] ?? NaN)) / total]));
}

interface ScipyRun {
  readonly versions: string;
  readonly seconds: Readonly<Record<'read' | 'aggregate' | 'tail' | 'write' | 'total', number>>;
  /** Largest |ours - theirs| / |ours| over all books. */
  readonly deviation: number;
}

/** The same books and the same P&L as arrays of numpy; the results must agree. */
async function runScipy(market: Market, { folder }: EodCase, model: string): Promise<ScipyRun> {
  writeArrays(folder, market, model);
  const out = path.join(folder, 'scipy.npy');
  const { versions, seconds: cost } = runPeer('scipy_es.py', [
    ...[
      '--columns',
      folder,
      '--names',
      path.join(folder, 'names.txt'),
      '--pnl',
      path.join(folder, 'pnl.npy'),
    ],
    ...['--confidence', String(CONFIDENCE), '--out', out],
  ]) as Omit<ScipyRun, 'deviation'>;
  const theirs = readNpyDoubles(readFileSync(out));
  const ours = await readShortfalls(path.join(folder, 'run/accounts.parquet'));
  if (ours.length !== theirs.length)
    throw new Error(`${String(ours.length)} of our results, ${String(theirs.length)} of scipy`);
  const deviation = ours.reduce(
    (worst, value, at) => Math.max(worst, Math.abs(value - (theirs[at] ?? NaN)) / Math.abs(value)),
    0,
  );
  if (!(deviation <= 1e-9)) throw new Error(`expected shortfalls differ from scipy by ${String(deviation)}`);
  return { versions, seconds: cost, deviation };
}

const resolveEs = (file: string): ResolvedModel =>
  unwrap(modelFromFile(JSON.parse(readFileSync(file, 'utf8'))));

function writeArrays(folder: string, market: Market, modelFile: string): void {
  const model = resolveEs(modelFile);
  const kernels = loadKernels();
  const plan = planCubes(model, market, Infinity);
  const { pnl } = repriceMarket(kernels, market, valueMarket(kernels, market), plan);
  const dense = Float64Array.from({ length: OPTIONS * SCENARIOS }, (_, cell) => {
    const row = Math.floor(cell / SCENARIOS);
    return pnl[cubeIndex(row, cell % SCENARIOS, OPTIONS)] ?? NaN;
  });
  writeNpy(path.join(folder, 'pnl.npy'), dense, [OPTIONS, SCENARIOS]);
  writeFileSync(
    path.join(folder, 'names.txt'),
    market.table.instruments.map(({ name }) => `${name}\n`).join(''),
  );
  const instrument = new Int32Array(ACCOUNTS * POSITIONS);
  const quantity = new Float64Array(ACCOUNTS * POSITIONS);
  for (let account = 0; account < ACCOUNTS; account += 1) {
    uniformBook(market, POSITIONS, SEED, account).positions.forEach((position, at) => {
      instrument[account * POSITIONS + at] = position.instrument;
      quantity[account * POSITIONS + at] = position.quantity;
    });
  }
  const offsets = Int32Array.from({ length: ACCOUNTS + 1 }, (_, account) => account * POSITIONS);
  writeNpy(path.join(folder, 'offsets.npy'), offsets, [ACCOUNTS + 1]);
  writeNpy(path.join(folder, 'instrument.npy'), instrument, [instrument.length]);
  writeNpy(path.join(folder, 'quantity.npy'), quantity, [quantity.length]);
}

async function readShortfalls(file: string): Promise<Float64Array> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const read = await connection.runAndReadAll(`SELECT expected_shortfall FROM '${file}' ORDER BY account_id`);
  const values = Float64Array.from(read.getColumns()[0] ?? [], Number);
  connection.closeSync();
  database.closeSync();
  return values;
}

function peerRows({ versions, seconds: cost, deviation }: ScipyRun): BenchResult[] {
  const alone = { baseline: null, baselineValue: null, ratio: null, target: null };
  return [
    {
      ...alone,
      id: 'scipy-deviation',
      value: deviation * 1e9,
      unit: '1e-9 of the expected shortfall, the largest',
      target: 'value <= 1',
    },
    ...(['read', 'aggregate', 'tail', 'write'] as const).map((stage) => ({
      ...alone,
      id: `scipy-${stage}`,
      value: cost[stage],
      unit: `s (${versions})`,
    })),
  ];
}
