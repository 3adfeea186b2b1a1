/**
 * Finds the kernels for this processor: the best native library that loads and passes its self-test. The reference twin is
 * used when it was asked for, never as a silent replacement.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { packageRoot } from '../package-root.js';
import type { CpuFeaturesAddon, KernelsAddon } from './addon.js';
import { ISAS } from './kernels.js';
import type { Isa, Kernels } from './kernels.js';
import { createNativeKernels } from './native.js';
import { createReferenceKernels } from './reference/kernels.js';
import { selfTest } from './self-test.js';

const FORCE_VARIABLE = 'MARGINCUBE_FORCE_ISA';

export interface LoadKernelsOptions {
  /** One of `ISAS`, or the best that runs here when absent or empty. Default: the variable MARGINCUBE_FORCE_ISA. */
  readonly isa?: string;
  /** Folder of the `.node` files. Default: `build/Release` of this package. */
  readonly folder?: string;
}

/** No kernels could be loaded; the message lists every attempt with its cause, and the cures. */
export class KernelLoadError extends Error {
  override readonly name = 'KernelLoadError';
}

const loaded = new Map<string, Kernels>();

/**
 * Loads, or returns what an equal call loaded before. Works in every thread.
 *
 * @throws {KernelLoadError} for an unknown or unavailable instruction level, or when no library loads.
 */
export function loadKernels(options: LoadKernelsOptions = {}): Kernels {
  const requested = options.isa ?? process.env[FORCE_VARIABLE] ?? '';
  const folder = options.folder ?? path.join(packageRoot(), 'build/Release');
  const key = `${requested}\n${folder}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const source = options.isa === undefined ? FORCE_VARIABLE : 'isa';
  const kernels = load(parseIsa(requested, source), folder);
  loaded.set(key, kernels);
  return kernels;
}

/** Instruction levels of which this machine can run the kernels, lowest first, the reference twin included. */
export function availableIsas(folder = path.join(packageRoot(), 'build/Release')): Isa[] {
  const supported = supportedIsas(folder);
  return ISAS.filter((isa) => isa === 'reference' || supported.includes(isa));
}

function parseIsa(requested: string, source: string): Isa | undefined {
  if (requested === '') return undefined;
  const isa = ISAS.find((known) => known === requested);
  if (isa !== undefined) return isa;
  throw new KernelLoadError(
    `Expected one of ${ISAS.join(', ')} for ${source} but received "${requested}" of type string`,
  );
}

function load(requested: Isa | undefined, folder: string): Kernels {
  if (requested === 'reference') return createReferenceKernels();
  const supported = supportedIsas(folder);
  if (requested !== undefined) {
    if (!supported.includes(requested)) {
      throw new KernelLoadError(
        `This processor cannot run the kernels of level ${requested} named by ${FORCE_VARIABLE}; it runs ${supported.join(', ')}`,
      );
    }
    return attempt([requested], folder);
  }
  return attempt([...supported].reverse(), folder);
}

/** The first candidate that loads. A library that loads and computes wrongly ends the search: something is broken. */
function attempt(candidates: readonly Isa[], folder: string): Kernels {
  const failures: string[] = [];
  for (const isa of candidates) {
    const file = path.join(folder, `kernels_${isa}.node`);
    let kernels: Kernels;
    try {
      kernels = createNativeKernels(requireAddon(file) as KernelsAddon, isa);
    } catch (error) {
      failures.push(describeFailure(file, error));
      continue;
    }
    try {
      selfTest(kernels);
    } catch (error) {
      throw new KernelLoadError(`${file} is broken: ${messageOf(error)}\n${CURES}`, { cause: error });
    }
    if (failures.length > 0) {
      process.emitWarning(
        `Using the ${isa} kernels because better ones did not load:\n${failures.join('\n')}`,
      );
    }
    return kernels;
  }
  throw new KernelLoadError(['No native kernels could be loaded:', ...failures, CURES].join('\n'));
}

function supportedIsas(folder: string): Isa[] {
  const file = path.join(folder, 'cpu_features.node');
  try {
    const { isas } = requireAddon(file) as CpuFeaturesAddon;
    return ISAS.filter((isa) => isas.includes(isa));
  } catch (error) {
    throw new KernelLoadError(
      ['No native kernels could be loaded:', describeFailure(file, error), CURES].join('\n'),
    );
  }
}

const CURES = [
  'Causes and cures:',
  '  not built            npm run build:native (needs a C++17 compiler, make and Python 3)',
  '  built for another system or Node   delete build/ and build again',
  `  Node too old         Node-API 9 is needed, Node >= 20.19; this is ${process.version} with Node-API ${process.versions.napi ?? 'unknown'}`,
  `  no compiler at hand  ${FORCE_VARIABLE}=reference runs the slow TypeScript twin`,
].join('\n');

function describeFailure(file: string, error: unknown): string {
  const cause = existsSync(file) ? messageOf(error) : 'the file does not exist';
  return `  ${file}: ${cause}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function requireAddon(file: string): unknown {
  return createRequire(import.meta.url)(file);
}
