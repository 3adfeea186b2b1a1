/** Loads the addon in a thread, works on shared memory, and ends; run by `loading.test.ts` in a process of its own. */
import { createRequire } from 'node:module';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

const THREADS = 4;
const GENERATIONS = 3;

if (isMainThread) {
  const addon = process.argv[2];
  for (let generation = 0; generation < GENERATIONS; generation += 1) {
    const shared = new Float64Array(new SharedArrayBuffer(THREADS * 8));
    const ends = Array.from({ length: THREADS }, (_, index) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { addon, shared, index } });
      return new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
    });
    const codes = await Promise.all(ends);
    console.log(JSON.stringify({ codes, worst: [...shared] }));
  }
} else {
  const { addon, shared, index } = workerData;
  const kernels = createRequire(import.meta.url)(addon);
  const vectors = Float64Array.from({ length: 64 }, (_, s) => (s < 10 ? s - index : 0));
  for (let call = 0; call < 1000; call += 1) {
    kernels.worstLoss(vectors, 1, 10, shared.subarray(index, index + 1), new Uint32Array(1));
  }
  // A misuse in a thread is an error like anywhere else.
  try {
    kernels.worstLoss(vectors, 1, 100, shared, new Uint32Array(1));
    process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
