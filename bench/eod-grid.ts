/**
 * End-of-day runs over accounts x scenarios x workers: what each costs, where the time goes, and the cost per account, position and
 * scenario by least squares, so that a run can be predicted. 33 scenarios are the grid of derive-pm2, more are drawn (`es`).
 *
 * With MARGINCUBE_BENCH_POINTS=FILE what is measured is kept there, and a run that was interrupted goes on from it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchMarket, POSITIONS, runEod, writeCase, writeEsModel, type EodRun } from './lib/eod-case.js';
import { fitCosts } from './lib/fit.js';
import type { BenchResult } from './lib/result.js';

const ACCOUNTS = (process.env.MARGINCUBE_BENCH_GRID ?? '1000,10000,100000').split(',').map(Number);
const SCENARIOS = [33, 1_000, 10_000];
const GRID_MODEL = 'derive-pm2@btc-2026-08-20';
const POINTS_FILE = process.env.MARGINCUBE_BENCH_POINTS;
const ALONE = { baseline: null, baselineValue: null, ratio: null, target: null };

interface Point {
  readonly accounts: number;
  readonly scenarios: number;
  readonly workers: number;
  readonly run: EodRun;
}

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-eod-grid-'));
  try {
    const points = await measureGrid(folder);
    return [...points.flatMap((point) => pointRows(point, points)), ...costRows(points)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** 1, 2, 4 ... and all cores. */
function workerCounts(): number[] {
  const cores = os.availableParallelism();
  const powers = Array.from({ length: 1 + Math.floor(Math.log2(cores)) }, (_, power) => 2 ** power);
  return [...new Set([...powers, cores])];
}

async function measureGrid(folder: string): Promise<Point[]> {
  const bench = benchMarket();
  const points = keptPoints();
  for (const accounts of ACCOUNTS) {
    const missing = SCENARIOS.flatMap((scenarios) =>
      workerCounts().map((workers) => ({ accounts, scenarios, workers })),
    ).filter((wanted) => !points.some((point) => isSame(point, wanted)));
    if (missing.length === 0) continue;
    const books = await writeCase(path.join(folder, String(accounts)), bench, accounts, 'parquet');
    for (const { scenarios, workers } of missing) {
      const model = scenarios === 33 ? GRID_MODEL : writeEsModel(folder, scenarios);
      points.push({ accounts, scenarios, workers, run: await runEod(books, model, workers) });
      if (POINTS_FILE !== undefined) writeFileSync(POINTS_FILE, JSON.stringify(points));
    }
    rmSync(books.folder, { recursive: true });
  }
  return points;
}

function keptPoints(): Point[] {
  if (POINTS_FILE === undefined || !existsSync(POINTS_FILE)) return [];
  return JSON.parse(readFileSync(POINTS_FILE, 'utf8')) as Point[];
}

function isSame(point: Point, wanted: Omit<Point, 'run'>): boolean {
  return (
    point.accounts === wanted.accounts &&
    point.scenarios === wanted.scenarios &&
    point.workers === wanted.workers
  );
}

function pointRows(
  { accounts, scenarios, workers, run: cost }: Point,
  points: readonly Point[],
): BenchResult[] {
  const id = `${String(accounts)}x${String(scenarios)}-${String(workers)}`;
  const single = points.find((other) => isSame(other, { accounts, scenarios, workers: 1 }));
  const alone = single?.run.wallSeconds ?? NaN;
  const total = Object.values(cost.stages).reduce((sum, value) => sum + value, 0);
  const stages = Object.entries(cost.stages).map(([stage, value]) => ({
    ...{ ...ALONE, id: `${id}-${stage}`, value: (100 * value) / total, unit: '% of thread time' },
  }));
  return [
    {
      ...{ id, value: cost.wallSeconds, unit: 's', target: null },
      ...(workers === 1
        ? { baseline: null, baselineValue: null, ratio: null }
        : { baseline: 'one worker', baselineValue: alone, ratio: alone / cost.wallSeconds }),
    },
    { ...ALONE, id: `${id}-rate`, value: accounts / cost.wallSeconds, unit: 'portfolios/s' },
    {
      ...ALONE,
      id: `${id}-efficiency`,
      value: (100 * alone) / cost.wallSeconds / workers,
      unit: '% of one worker times workers',
    },
    { ...ALONE, id: `${id}-cpu`, value: cost.cpuSeconds, unit: 's of processor' },
    { ...ALONE, id: `${id}-memory`, value: cost.peakMiB, unit: 'MiB' },
    ...stages,
  ];
}

/** Processor seconds of a run = start + accounts x a + accounts x positions x scenarios x p + instruments x scenarios x s. */
function costRows(points: readonly Point[]): BenchResult[] {
  const drawn = points.filter(({ scenarios, workers }) => scenarios !== 33 && workers === 1);
  const rows = drawn.map(({ accounts, scenarios }) => [
    1,
    accounts,
    accounts * POSITIONS * scenarios,
    scenarios,
  ]);
  const values = drawn.map(({ run: { cpuSeconds } }) => cpuSeconds);
  const [start = NaN, account = NaN, cell = NaN, scenario = NaN] = fitCosts(rows, values);
  const predicted = rows.map((row) =>
    [start, account, cell, scenario].reduce((sum, cost, i) => sum + cost * (row[i] ?? NaN), 0),
  );
  const worst = Math.max(...predicted.map((value, i) => Math.abs(value / (values[i] ?? NaN) - 1)));
  return [
    { ...ALONE, id: 'cost-start', value: start, unit: 's of processor for each run' },
    { ...ALONE, id: 'cost-account', value: account * 1e6, unit: 'us for each account of 50 positions' },
    { ...ALONE, id: 'cost-position-scenario', value: cell * 1e9, unit: 'ns for each position and scenario' },
    { ...ALONE, id: 'cost-scenario', value: scenario * 1e6, unit: 'us for each scenario of 1,000 options' },
    { ...ALONE, id: 'cost-error', value: 100 * worst, unit: '% between a prediction and its run, at most' },
  ];
}
