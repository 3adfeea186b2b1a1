import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { BatchInputError, BatchRunError } from './batch-error.js';
import { spillFolder } from './duck.js';
import {
  readPartManifest,
  readPlan,
  selfHashOf,
  type PartManifest,
  type Plan,
  type RunManifest,
  type TableManifest,
} from './manifest.js';
import { isasOf, refuseMixtures, softwareOf, type AllowedMixtures } from './mixtures.js';
import { concatenateParquet } from './output/concatenate-parquet.js';
import { commitFile, commitText, naming } from './output/files.js';
import { metadataOf } from './output/table-metadata.js';
import { tablesOf, type TableName } from './output/tables.js';
import { partName, partsFolder, refuseTwoResults } from './parts.js';
import type { Run } from './prepare.js';
import { summarise, summaryFileOf, summaryText } from './summary.js';

export interface MergeOptions {
  readonly allowed: AllowedMixtures;
  readonly keepParts: boolean;
}

interface Part {
  readonly folder: string;
  readonly manifest: PartManifest;
}

/** Tables that the summary is of: they come first, so that it is worked out while the others are put together. */
const SUMMARISED: readonly TableName[] = ['accounts', 'failures'];

type Merging = Pick<Run, 'connection'> & { readonly out: string; readonly plan: Plan };

/** Puts the parts of a plan together and writes tables, summary and manifest, each whole under its final name. */
export async function mergeParts(merging: Merging, options: MergeOptions): Promise<RunManifest> {
  const { connection, out, plan } = merging;
  const parts = readParts(out, plan);
  const origins = parts.map(({ manifest }) => manifest);
  refuseMixtures(out, origins, options.allowed);
  const names = tablesOf(plan.identity.includeVectors);
  const merge = async (table: TableName): Promise<readonly [TableName, TableManifest]> => {
    const temporary = path.join(out, `${table}.parquet.tmp`);
    const merged = await mergeTable(parts, table, temporary, metadataOf(table, plan, origins));
    await commitFile(temporary, path.join(out, `${table}.parquet`));
    return [table, merged];
  };
  const first = await together(names.filter((table) => SUMMARISED.includes(table)).map(merge));
  const [summary, ...others] = await together([
    writeSummary(connection, out, plan),
    ...names.filter((table) => !SUMMARISED.includes(table)).map(merge),
  ]);
  const merged = new Map([...first, ...others]);
  const stated = {
    runHash: plan.runHash,
    identity: plan.identity,
    accountCount: plan.accountCount,
    positionCount: plan.positionCount,
    failureCount: merged.get('failures')?.rows ?? 0,
    shardCount: plan.shards.length,
    isas: isasOf(origins),
    software: softwareOf(origins),
    // In the order of the tables, whichever was ready first.
    tables: Object.fromEntries([...merged].sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))),
    summary,
  };
  const manifest: RunManifest = { ...stated, selfHash: selfHashOf(stated) };
  await commitText(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  if (!options.keepParts) await rm(partsFolder(out), { recursive: true, force: true });
  await rm(spillFolder(out), { recursive: true, force: true });
  return manifest;
}

/** Waits for all and fails with the first that failed: nothing goes on being written behind an error. */
async function together<Steps extends readonly Promise<unknown>[]>(
  steps: readonly [...Steps],
): Promise<{ -readonly [At in keyof Steps]: Awaited<Steps[At]> }> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}

async function writeSummary(
  connection: Merging['connection'],
  out: string,
  plan: Plan,
): Promise<RunManifest['summary']> {
  const text = summaryText(await summarise(connection, out, plan));
  await commitText(path.join(out, 'summary.json'), text);
  return summaryFileOf(text);
}

/** The hash over the rows is the sum of those of the parts, which `--verify` computes anew. */
async function mergeTable(
  parts: readonly Part[],
  table: TableName,
  to: string,
  metadata: Readonly<Record<string, string>>,
): Promise<TableManifest> {
  const files = parts.map(({ folder }) => path.join(folder, `${table}.parquet`));
  const { rows, bytes, fileHash } = await naming(to, () => concatenateParquet(files, to, metadata));
  const stated = parts.flatMap(({ manifest }) => manifest.tables[table] ?? []);
  const expected = stated.reduce((sum, part) => sum + part.rows, 0);
  if (rows !== expected)
    throw new BatchRunError(`${to}: expected ${String(expected)} rows but received ${String(rows)}`);
  const resultHash = stated.reduce((sum, part) => sum + BigInt(part.resultHash), 0n).toString();
  return { rows, resultHash, fileHash, bytes };
}

/** The plan of a folder that shards were calculated in. */
export function planOf(out: string): Plan {
  const file = path.join(out, 'plan.json');
  if (!existsSync(file))
    throw new BatchInputError(`${out}: expected plan.json; "margincube eod plan" writes it`);
  return readPlan(file);
}

/** One whole part per shard, in the order of the shards. */
function readParts(out: string, plan: Plan): Part[] {
  const folder = partsFolder(out);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found = new Map<number, Part>();
  const own = plan.runHash.slice(0, 12);
  for (const name of names) {
    const file = path.join(folder, name, 'manifest.json');
    if (!name.includes(own) || name.includes('.tmp-') || !existsSync(file)) continue;
    const manifest = readPartManifest(file);
    if (manifest.runHash !== plan.runHash || manifest.shardCount !== plan.shards.length) continue;
    const other = found.get(manifest.shard.index);
    if (other === undefined) found.set(manifest.shard.index, { folder: path.join(folder, name), manifest });
    else refuseTwoResults(path.join(folder, name), manifest, other.manifest);
  }
  const missing = plan.shards.filter(({ index }) => !found.has(index));
  const [first] = missing;
  if (first !== undefined) {
    const name = partName(plan.runHash, first.index, plan.shards.length);
    throw new BatchRunError(
      `${folder}: ${String(missing.length)} of ${String(plan.shards.length)} shards are missing, the first ${name}`,
    );
  }
  return plan.shards.flatMap(({ index }) => found.get(index) ?? []);
}
