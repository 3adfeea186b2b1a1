import { existsSync, readdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
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
import { commitFile, commitText, fileHash, naming } from './output/files.js';
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

type Merging = Pick<Run, 'connection'> & { readonly out: string; readonly plan: Plan };

/** Puts the parts of a plan together and writes tables, summary and manifest, each whole under its final name. */
export async function mergeParts(merging: Merging, options: MergeOptions): Promise<RunManifest> {
  const { connection, out, plan } = merging;
  const parts = readParts(out, plan);
  const origins = parts.map(({ manifest }) => manifest);
  refuseMixtures(out, origins, options.allowed);
  const tables: Record<string, TableManifest> = {};
  for (const table of tablesOf(plan.identity.includeVectors)) {
    const temporary = path.join(out, `${table}.parquet.tmp`);
    const merged = await mergeTable(parts, table, temporary, metadataOf(table, plan, origins));
    const final = path.join(out, `${table}.parquet`);
    await commitFile(temporary, final);
    tables[table] = merged;
  }
  const stated = {
    runHash: plan.runHash,
    identity: plan.identity,
    accountCount: plan.accountCount,
    positionCount: plan.positionCount,
    failureCount: tables.failures?.rows ?? 0,
    shardCount: plan.shards.length,
    isas: isasOf(origins),
    software: softwareOf(origins),
    tables,
    summary: await writeSummary(connection, out, plan),
  };
  const manifest: RunManifest = { ...stated, selfHash: selfHashOf(stated) };
  await commitText(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  if (!options.keepParts) await rm(partsFolder(out), { recursive: true, force: true });
  await rm(spillFolder(out), { recursive: true, force: true });
  return manifest;
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
  const rows = await naming(to, () => concatenateParquet(files, to, metadata));
  const stated = parts.flatMap(({ manifest }) => manifest.tables[table] ?? []);
  const expected = stated.reduce((sum, part) => sum + part.rows, 0);
  if (rows !== expected)
    throw new BatchRunError(`${to}: expected ${String(expected)} rows but received ${String(rows)}`);
  const resultHash = stated.reduce((sum, part) => sum + BigInt(part.resultHash), 0n).toString();
  return { rows, resultHash, fileHash: await fileHash(to), bytes: (await stat(to)).size };
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
