import { MarginEngine } from '../engine/margin-engine.js';
import { KernelLoadError, loadKernels } from '../kernel/load-kernels.js';
import { InputError } from './exit.js';

/** The engine of commands that calculate in this process. `isa` forces an instruction level. */
export function createEngine(isa: string | undefined): MarginEngine {
  try {
    return new MarginEngine(loadKernels(isa === undefined ? {} : { isa }));
  } catch (error) {
    if (error instanceof KernelLoadError) throw new InputError(error.message);
    throw error;
  }
}
