import type { Kernels } from '../kernel/kernels.js';
import { KernelLoadError, loadKernels } from '../kernel/load-kernels.js';
import { InputError } from './exit.js';

/** The kernels of commands that calculate in this process. `isa` forces an instruction level. */
export function createKernels(isa: string | undefined): Kernels {
  try {
    return loadKernels(isa === undefined ? {} : { isa });
  } catch (error) {
    if (error instanceof KernelLoadError) throw new InputError(error.message);
    throw error;
  }
}
