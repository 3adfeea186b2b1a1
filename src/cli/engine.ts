import { MarginEngine } from '../engine/margin-engine.js';
import { createKernels } from './kernels.js';

/** The engine of commands that calculate in this process. `isa` forces an instruction level. */
export function createEngine(isa: string | undefined): MarginEngine {
  return new MarginEngine(createKernels(isa));
}
