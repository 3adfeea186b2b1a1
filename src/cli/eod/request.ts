import { availableParallelism } from 'node:os';
import type { RunRequest } from '../../batch/prepare.js';
import { chooseModels } from '../choose-models.js';
import { InputError } from '../exit.js';
import { createKernels } from '../kernels.js';
import { readMarket } from '../market-file.js';
import type { Output } from '../output.js';
import { WORKERS_MAX } from '../../limits.js';
import { packageVersion } from '../package.js';
import { required, type EodOptions } from './options.js';
import { progressReporter } from './progress.js';

/** Reads market and models; what is wrong with an option or a file of theirs is an `InputError`. */
export function readRequest(options: EodOptions, output: Output): RunRequest {
  const market = readMarket(required(options.market, '--market'));
  const workers = options.workers ?? availableParallelism();
  if (workers < 1 || workers > WORKERS_MAX)
    throw new InputError(`--workers: expected 1 to ${String(WORKERS_MAX)} but received ${String(workers)}`);
  if (options.of === 0) throw new InputError('--of: expected at least 1 but received 0');
  const portfolios = required(options.portfolios, '--portfolios');
  const { collateral, topPositions, precision } = options;
  return {
    market,
    models: chooseModels(options, market),
    files: { portfolios, ...(collateral === undefined ? {} : { collateral }) },
    out: required(options.out, '--out'),
    workers,
    isa: createKernels(options.isa).isa,
    topPositions,
    includeVectors: options.vectors ?? false,
    allowApproximations: options.allowApproximations ?? false,
    precision,
    version: packageVersion(),
    onProgress: progressReporter(output, process.stderr.isTTY),
  };
}
