/**
 * End-of-day runs: expected shortfall at 99 % of 100,000 books of 50 positions over 1,000 options and 10,000 scenarios, the whole
 * command with files read and written, against scipy on the same books (`bench/peers`).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { unwrap } from '../src/domain/outcome.js';
import { planCubes, repriceMarket } from '../src/engine/repriced-market.js';
import { valueMarket } from '../src/engine/valuation.js';
import { cubeIndex } from '../src/kernel/layout.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import type { Market } from '../src/market/snapshot/market.js';
import { modelFromFile } from '../src/models/catalogue.js';
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
    const gains: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      gains.push(await twoProcessGain());
      one.push(await runEod(books, model, 1));
      two.push(await runEod(books, model, 2));
    }
    const peer = hasPeer('scipy') ? await runScipy(bench.market, books, model) : undefined;
    return [
      ...ourRows(one, two, peer),
      ceilingRow(gains),
      ...(hasPeer('QuantLib') ? [pricingRow(one)] : []),
      ...(peer === undefined ? [] : peerRows(peer)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const seconds = (runs: readonly EodRun[]): number[] => runs.map(({ wallSeconds }) => wallSeconds);

function ourRows(one: readonly EodRun[], two: readonly EodRun[], peer: ScipyRun | undefined): BenchResult[] {
  const headline = (id: string, runs: readonly EodRun[], target: string): BenchResult => {
    const value = median(seconds(runs));
    const against =
      peer === undefined
        ? { baseline: null, baselineValue: null, ratio: null, target: null }
        : {
            baseline: `scipy csr @ dense in blocks of 200 rows, in-place partition, reading numpy columns and a ready P&L matrix (${peer.versions})`,
            baselineValue: peer.seconds.total,
            ratio: peer.seconds.total / value,
            target,
          };
    return { id, value, unit: 's', ...against, rounds: seconds(runs) };
  };
  const perWorker = (of: (run: EodRun) => number): [one: number, two: number] => [
    median(one.map(of)),
    median(two.map((run) => of(run) / 2)),
  ];
  const [stagesOne, stagesTwo] = perWorker(stageSeconds);
  const [clockOne, clockTwo] = perWorker((run) => stageSeconds(run) + (run.stages.wait ?? 0));
  const [wholeOne, wholeTwo] = [median(seconds(one)), median(seconds(two))];
  const alone = { baseline: null, baselineValue: null, ratio: null, target: null };
  return [
    headline('eod-1', one, 'ratio >= 5'),
    headline('eod-2', two, 'ratio >= 9'),
    {
      ...{
        id: 'scaling-2',
        value: clockTwo,
        unit: 's of cube, aggregate and tail by the clock, each of two workers',
      },
      ...{
        baseline: 'the same stages, one worker',
        baselineValue: clockOne,
        ratio: clockOne / clockTwo,
        target: 'ratio >= 1.9',
      },
    },
    {
      ...{
        id: 'scaling-2-on-core',
        value: stagesTwo,
        unit: 's of the same on a core: without the waits for cores that reading, writing and compiling take',
      },
      ...{
        baseline: 'the same, one worker',
        baselineValue: stagesOne,
        ratio: stagesOne / stagesTwo,
        target: null,
      },
    },
    {
      ...{ id: 'scaling-2-whole', value: wholeTwo, unit: 's of the whole command, two workers' },
      ...{ baseline: 'one worker', baselineValue: wholeOne, ratio: wholeOne / wholeTwo, target: null },
    },
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

/** What is divided among workers. */
function stageSeconds({ stages }: EodRun): number {
  return ['cube', 'aggregate', 'tail'].reduce((sum, stage) => sum + (stages[stage] ?? 0), 0);
}

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

function writeArrays(folder: string, market: Market, modelFile: string): void {
  const model = unwrap(modelFromFile(JSON.parse(readFileSync(modelFile, 'utf8'))));
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
