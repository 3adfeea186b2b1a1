import { MarginEngine } from '../engine/margin-engine.js';
import type { Kernels } from '../kernel/kernels.js';
import { KernelLoadError, loadKernels } from '../kernel/load-kernels.js';
import { InputError } from './exit.js';

/** The engine of commands that calculate in this process. `isa` forces an instruction level. */
export function createEngine(isa: string | undefined): MarginEngine {
  return new MarginEngine(createKernels(isa));
}

export function createKernels(isa: string | undefined): Kernels {
  try {
    return loadKernels(isa === undefined ? {} : { isa });
  } catch (error) {
    if (error instanceof KernelLoadError) throw new InputError(error.message);
    throw error;
  }
}
