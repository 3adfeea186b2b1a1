/** The problem of the end-of-day suites: uniform books over a market of options, as files, and runs of the command over them. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unwrap } from '../../src/domain/outcome.js';
import type { Market } from '../../src/market/snapshot/market.js';
import type { MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { importDeribitFiles } from '../../src/market/venues/deribit/import-files.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { optionMarket } from '../../src/synthetic/option-market.js';
import { uniformBook } from '../../src/synthetic/uniform-books.js';
import type { SyntheticAccount } from '../../src/synthetic/venue.js';
import { writeVenue, type VenueFiles, type VenueFormat } from '../../src/synthetic/write-venue.js';
import { snapshotFromJson, snapshotToJson } from '../../src/wire/documents.js';
import { runMeasured, type ProcessCost } from './measured-process.js';

export const OPTIONS = 1_000;
export const POSITIONS = 50;
export const SEED = 20_260_326;
const CHAIN = 'deribit-chains/20260326T213149Z.csv.gz';
const COMMAND = 'dist/cli/margincube.js';

/** 1,000 BTC options of a recorded chain paid in USDC; of the sample market where no recorded chains are. */
export function benchMarket(): {
  readonly snapshot: MarketSnapshot;
  readonly market: Market;
  readonly source: string;
} {
  const file = path.join(process.env.MARGINCUBE_DATA ?? '../shared/data', CHAIN);
  const isRecorded = existsSync(file);
  const chain = isRecorded
    ? unwrap(importDeribitFiles([file], { settlement: 'LINEAR', usdcPrice: 1 })).snapshot
    : unwrap(snapshotFromJson(JSON.parse(readFileSync('examples/market.json', 'utf8'))));
  const instruments = chain.instruments.filter(
    ({ instrument: { underlying, settlement } }) => underlying === 'BTC' && settlement === 'LINEAR',
  );
  const snapshot = unwrap(optionMarket({ ...chain, instruments }, OPTIONS));
  return {
    snapshot,
    market: unwrap(resolveMarket(snapshot)),
    source: isRecorded ? path.basename(CHAIN) : 'sample market',
  };
}

export interface EodCase {
  readonly folder: string;
  readonly files: VenueFiles;
}

export async function writeCase(
  folder: string,
  { snapshot, market }: { readonly snapshot: MarketSnapshot; readonly market: Market },
  accounts: number,
  format: VenueFormat,
): Promise<EodCase> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'market.json'), JSON.stringify(snapshotToJson(snapshot)));
  function* books(): Generator<SyntheticAccount> {
    for (let index = 0; index < accounts; index += 1) yield uniformBook(market, POSITIONS, SEED, index);
  }
  const { files } = await writeVenue(market, books(), folder, format);
  return { folder, files };
}

/** Expected shortfall at 99 % over this many drawn scenarios, as a model file. */
export function writeEsModel(folder: string, scenarios: number): string {
  const { parameters } = unwrap(resolveModel({ name: 'es', overrides: { draws: { count: scenarios } } }));
  const file = path.join(folder, `es-${String(scenarios)}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      model: 'es',
      name: `draws-${String(scenarios)}`,
      date: '2026-05-31',
      source: 'benchmark',
      parameters,
    }),
  );
  return file;
}

export interface EodRun extends ProcessCost {
  /** Seconds of each stage, from the run's own summary: on a core for the stages of threads, by the clock for reading and writing. */
  readonly stages: Readonly<Record<string, number>>;
  /** Waits for cores in cube, aggregate and tail, all threads together. */
  readonly stageWaitSeconds: number;
}

/** The whole command: files read, files written. */
export async function runEod(
  { folder, files }: EodCase,
  model: string,
  workers: number,
  options: readonly string[] = [],
): Promise<EodRun> {
  const out = path.join(folder, 'run');
  rmSync(out, { recursive: true, force: true });
  const cost = await runMeasured(process.execPath, [
    ...[COMMAND, 'eod', '--market', path.join(folder, 'market.json'), '--portfolios', files.positions],
    ...[
      '--collateral',
      files.collateral,
      '--model',
      model,
      '--out',
      out,
      '--workers',
      String(workers),
      '--json',
      ...options,
    ],
  ]);
  const { seconds } = JSON.parse(cost.stdout) as { seconds: Record<string, number> };
  return { ...cost, stages: stagesOf(seconds), stageWaitSeconds: seconds.stageWait ?? 0 };
}

const STAGES = [
  ...['read', 'open', 'cube', 'arrange', 'aggregate', 'tail', 'engine', 'write', 'wait'],
] as const;

/** `seconds` of `margincube eod --json`; stages that the run had nothing to do in are left out. */
function stagesOf(seconds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    STAGES.flatMap((stage) => {
      const value = seconds[stage] ?? seconds[`${stage}Seconds`] ?? 0;
      return value > 0 ? [[stage, value]] : [];
    }),
  );
}
