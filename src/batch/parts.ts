import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { quotedFile } from '../domain/sql-text.js';
import { BatchRunError } from './batch-error.js';
import { readRows, spillFolder } from './duck.js';
import { readPartManifest, type PartManifest, type TableManifest } from './manifest.js';
import { commitText, factsOf, fileHash, syncPath, type FileFacts } from './output/files.js';
import { resultHashSql, type TableName } from './output/tables.js';
import type { PartContent, PartWriter } from './output/write-part.js';
import type { Shard } from './plan.js';
import type { Run } from './prepare.js';
import { softwareVersions } from './software.js';

/** Folder of a run's parts. */
export function partsFolder(out: string): string {
  return path.join(out, 'parts');
}

const digits = (value: number): string => String(value).padStart(5, '0');

/** The name carries the hash of the run: a part of another run is never taken for one of this. */
export function partName(runHash: string, index: number, count: number): string {
  return `part-${digits(index)}-of-${digits(count)}-${runHash.slice(0, 12)}`;
}

/**
 * Writes the tables of a shard into a folder of its own, makes them durable and gives the folder its final name, so that a part is
 * there as a whole or not at all. Where another process was first, both must have found the same.
 */
export async function commitPart(
  run: Run,
  shard: Shard,
  writer: PartWriter,
  content: PartContent,
): Promise<PartManifest> {
  const { plan, request } = run;
  const folder = path.join(partsFolder(request.out), partName(plan.runHash, shard.index, plan.shards.length));
  const temporary = `${folder}.tmp-${String(process.pid)}`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const written = await writer.write(temporary, content);
  const tables: Record<string, TableManifest> = {};
  for (const [table, facts] of written) {
    const file = path.join(temporary, `${table}.parquet`);
    tables[table] = await describeTable(run, table, file, facts);
    await syncPath(file);
  }
  const manifest: PartManifest = {
    runHash: plan.runHash,
    identity: plan.identity,
    shard,
    shardCount: plan.shards.length,
    isa: request.isa,
    software: await softwareVersions(run),
    failureCount: tables.failures?.rows ?? 0,
    tables,
  };
  await commitText(path.join(temporary, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  await syncPath(temporary);
  const other = existsSync(folder) ? readPartManifest(path.join(folder, 'manifest.json')) : undefined;
  if (other !== undefined) {
    await rm(temporary, { recursive: true, force: true });
    refuseTwoResults(folder, manifest, other);
    return other;
  }
  await rename(temporary, folder);
  await syncPath(path.dirname(folder));
  return manifest;
}

/** @param facts of the file, where they are known */
export async function describeTable(
  { connection }: Pick<Run, 'connection'>,
  table: TableName,
  file: string,
  facts?: FileFacts,
): Promise<TableManifest> {
  const [result] = await readRows(connection, resultHashSql(table, `read_parquet(${quotedFile(file)})`));
  return {
    rows: Number(result?.rows ?? 0),
    resultHash: String(result?.hash),
    ...(facts ?? (await factsOf(file))),
  };
}

/** Two different results for one shard must never be merged in silence. */
export function refuseTwoResults(where: string, one: PartManifest, other: PartManifest): void {
  const differing = Object.keys(one.tables).find(
    (table) => one.tables[table]?.resultHash !== other.tables[table]?.resultHash,
  );
  if (differing === undefined) return;
  throw new BatchRunError(
    `${where}: two results for shard ${String(one.shard.index)}: ${differing} differs (kernels ${one.isa} and ${other.isa}); ` +
      'the same inputs must give the same bits',
  );
}

/** Parts of this plan that are there and whole, by shard; what an interrupted run left half-written is removed. */
export async function findParts(
  { plan, request }: Pick<Run, 'request' | 'plan'>,
  shards: readonly Shard[] = plan.shards,
): Promise<Map<number, PartManifest>> {
  const found = new Map<number, PartManifest>();
  const folder = partsFolder(request.out);
  if (!existsSync(folder)) return found;
  for (const shard of shards) {
    const own = path.join(folder, partName(plan.runHash, shard.index, plan.shards.length));
    if (!existsSync(path.join(own, 'manifest.json'))) continue;
    const manifest = readPartManifest(path.join(own, 'manifest.json'));
    if (await isWhole(own, manifest, plan.runHash, shard)) found.set(shard.index, manifest);
    else await rm(own, { recursive: true, force: true });
  }
  return found;
}

/** Removes what killed processes left behind; only where no other process works on the folder. */
export async function removeLeftovers(out: string): Promise<void> {
  const own = path.basename(spillFolder(out));
  for (const [folder, leftover] of [
    [partsFolder(out), /\.tmp-\d+$/],
    [out, /^spill-\d+\.tmp$/],
  ] as const) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names)
      if (leftover.test(name) && name !== own)
        await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

async function isWhole(
  folder: string,
  manifest: PartManifest,
  runHash: string,
  shard: Shard,
): Promise<boolean> {
  if (manifest.runHash !== runHash || manifest.shard.firstAccount !== shard.firstAccount) return false;
  if (manifest.shard.accountCount !== shard.accountCount) return false;
  for (const [table, { fileHash: wanted }] of Object.entries(manifest.tables)) {
    const file = path.join(folder, `${table}.parquet`);
    if (!existsSync(file) || (await fileHash(file)) !== wanted) return false;
  }
  return true;
}
