import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../models/resolved-model.js';
import { BatchInputError, messageOf } from './batch-error.js';

/** Of the files described here; a reader refuses another number. */
export const FORMAT_VERSION = 3;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Everything that decides the numbers of a run: equal identities give equal tables. */
const identity = z.strictObject({
  format: z.literal(FORMAT_VERSION),
  marketHash: sha256,
  epoch: z.number(),
  inputs: z.strictObject({ portfolios: sha256, collateral: sha256.optional() }),
  models: z.array(
    z.strictObject({ label: z.string(), id: z.string(), version: z.string(), parameterHash: sha256 }),
  ),
  topPositions: z.number(),
  includeVectors: z.boolean(),
  allowApproximations: z.boolean(),
});
export type RunIdentity = z.infer<typeof identity>;

/** Hex SHA-256 of an identity; names its parts. */
export function runHashOf(run: RunIdentity): string {
  return createHash('sha256').update(canonicalJson(run)).digest('hex');
}

const table = z.strictObject({
  rows: z.number(),
  /** Sum over the rows, whatever their order (`output/tables.ts`). */
  resultHash: z.string(),
  /** SHA-256 of the file. */
  fileHash: sha256,
  bytes: z.number(),
});
export type TableManifest = z.infer<typeof table>;

const shard = z.strictObject({
  index: z.number(),
  firstAccount: z.number(),
  accountCount: z.number(),
  positionCount: z.number(),
});

const software = z.strictObject({
  margincube: z.string(),
  /** Hash of the sources and the native kernels. */
  build: z.string(),
  duckdb: z.string(),
  node: z.string(),
});
export type Software = z.infer<typeof software>;

const plan = z.strictObject({
  runHash: sha256,
  identity,
  accountCount: z.number(),
  positionCount: z.number(),
  shards: z.array(shard),
});
/** `plan.json`: the shards of a run. */
export type Plan = z.infer<typeof plan>;

const part = z.strictObject({
  runHash: sha256,
  identity,
  shard,
  shardCount: z.number(),
  isa: z.string(),
  software,
  failureCount: z.number(),
  tables: z.record(z.string(), table),
});
/** `manifest.json` of one part. */
export type PartManifest = z.infer<typeof part>;

const run = z.strictObject({
  runHash: sha256,
  identity,
  accountCount: z.number(),
  positionCount: z.number(),
  failureCount: z.number(),
  shardCount: z.number(),
  isas: z.array(z.string()),
  /** Every program that calculated a part. */
  software: z.array(software),
  tables: z.record(z.string(), table),
  /** Of `summary.json`. */
  summary: z.strictObject({ fileHash: sha256, bytes: z.number() }),
  /** Hex SHA-256 of the canonical JSON of all the rest. */
  selfHash: sha256,
});
/** `manifest.json` of a finished run. */
export type RunManifest = z.infer<typeof run>;

/** What the `selfHash` of a manifest has to be. */
export function selfHashOf(manifest: Omit<RunManifest, 'selfHash'>): string {
  return createHash('sha256')
    .update(canonicalJson({ ...manifest, selfHash: '' }))
    .digest('hex');
}

export const readPlan = reader(plan, 'the plan of a run');
export const readPartManifest = reader(part, 'the manifest of a part');
export const readRunManifest = reader(run, 'the manifest of a run');

function reader<T>(schema: z.ZodType<T>, what: string): (file: string) => T {
  return (file) => {
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new BatchInputError(`${file}: cannot read ${what}: ${messageOf(error)}`);
    }
    const parsed = schema.safeParse(content);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new BatchInputError(
      `${file}: expected ${what}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  };
}
