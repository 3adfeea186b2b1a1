import { MarginEngine } from '../engine/margin-engine.js';
import { createReferenceKernels } from '../kernel/reference/kernels.js';
import { InputError } from './exit.js';

/** The engine of commands that calculate in this process. `isa` forces an instruction level. */
export function createEngine(isa: string | undefined): MarginEngine {
  if (isa !== undefined && isa !== 'reference')
    throw new InputError(`--isa: expected reference but received "${isa}"`);
  return new MarginEngine(createReferenceKernels());
}
