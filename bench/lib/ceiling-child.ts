/** A fixed piece of work that shares nothing: tails of rows that stay in a core's cache. Prints the seconds it took. */
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { scenarioStride } from '../../src/kernel/layout.js';
import { tailWorkspaceLength } from '../../src/kernel/tail-risk.js';
import { uniformGenerator } from './measure.js';

const SCENARIOS = 10_000;
const ROWS = 8;
const ROUNDS = 8_000;

const uniform = uniformGenerator(1);
const vectors = Float64Array.from({ length: ROWS * scenarioStride(SCENARIOS) }, () => uniform() - 0.5);
const [valueAtRisk, shortfall] = [new Float64Array(ROWS), new Float64Array(ROWS)];
const workspace = new Float64Array(tailWorkspaceLength(SCENARIOS));
const kernels = loadKernels();
const startedMs = performance.now();
for (let round = 0; round < ROUNDS; round += 1)
  kernels.tailRisk(vectors, ROWS, SCENARIOS, 0.99, valueAtRisk, shortfall, workspace);
process.stdout.write(String((performance.now() - startedMs) / 1_000));
