import type { ResolvedModel } from '../models/resolved-model.js';
import { BatchInputError } from './batch-error.js';
import { FORMAT_VERSION, type RunIdentity } from './manifest.js';
import { fileHash } from './output/files.js';
import type { NamedModel } from './output/write-part.js';
import type { RunRequest } from './prepare.js';

/** Hashes everything that decides the numbers of a run. */
export async function identify(request: RunRequest): Promise<RunIdentity> {
  const { files, market } = request;
  const [portfolios, collateral] = await Promise.all([
    fileHash(files.portfolios),
    files.collateral === undefined ? undefined : fileHash(files.collateral),
  ]);
  return {
    format: FORMAT_VERSION,
    marketHash: market.hash,
    epoch: market.epoch,
    inputs: { portfolios, ...(collateral === undefined ? {} : { collateral }) },
    models: nameModels(request.models).map(({ label, id, version, parameterHash }) => ({
      label,
      id,
      version,
      parameterHash,
    })),
    topPositions: request.topPositions,
    includeVectors: request.includeVectors,
    allowApproximations: request.allowApproximations,
  };
}

/** Models by id; with their parameter set where a run has several of one id. */
export function nameModels(models: readonly ResolvedModel[]): NamedModel[] {
  const named = models.map(({ id, version, parameterHash, parameterSet }) => {
    const isAlone = models.filter((other) => other.id === id).length === 1;
    return { id, version, parameterHash, label: isAlone ? id : `${id}@${parameterSet}` };
  });
  const twice = named.find(({ label }, at) => named.findIndex((other) => other.label === label) !== at);
  if (twice !== undefined)
    throw new BatchInputError(`--model: expected each model once but ${twice.label} stands twice`);
  return named;
}
