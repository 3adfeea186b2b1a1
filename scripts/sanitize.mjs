/**
 * `npm run sanitize`: the kernels in a program without Node under the address and undefined-behaviour sanitizers, and from
 * several threads under the thread sanitizer, at every instruction level that this processor runs. With `--quick`, as CI
 * runs it: the thread sanitizer at the highest level only (locks and atomics are the same source at each), and no build
 * without sanitizers (the tests run those kernels).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureEigen } from './eigen.mjs';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build/sanitize');
const compiler = process.env.CXX ?? 'g++';

const SANITIZERS = {
  plain: ['-O3'],
  'address and undefined': ['-O1', '-g1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  thread: ['-O1', '-g1', '-fsanitize=thread'],
};

/** The flags of binding.gyp that decide what is computed. */
const FLAGS = [
  '-std=c++17',
  '-Wall',
  '-Wextra',
  '-Wno-maybe-uninitialized',
  '-Wno-uninitialized',
  '-ffp-contract=off',
];
FLAGS.push('-fno-math-errno', '-DEIGEN_MPL2_ONLY', '-DEIGEN_DONT_PARALLELIZE', '-pthread');
FLAGS.push('-isystem', 'native/vendor/eigen');

function levels() {
  if (process.arch !== 'x64') return { baseline: [] };
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '));
  const all = { baseline: ['-msse2'] };
  if (flags.has('avx2') && flags.has('fma') && flags.has('bmi2')) all.v3 = ['-march=x86-64-v3'];
  if (flags.has('avx512dq') && flags.has('avx512vl') && flags.has('avx512bw')) {
    all.v4 = ['-march=x86-64-v4', '-mprefer-vector-width=512'];
  }
  return all;
}

function sources(folder) {
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.cc'))
    .map((name) => path.join(folder, name));
}

function configurations(quick) {
  const all = levels();
  const highest = Object.keys(all).at(-1);
  return Object.entries(all).flatMap(([level, levelFlags]) =>
    Object.entries(SANITIZERS)
      .filter(
        ([name]) => !quick || name === 'address and undefined' || (name === 'thread' && level === highest),
      )
      .map(([name, flags]) => ({
        name: `${level}, ${name}`,
        folder: path.join(out, `${level}-${name}`.replaceAll(/[^a-z0-9]+/g, '-')),
        flags: [...FLAGS, ...levelFlags, ...flags],
      })),
  );
}

/** Runs a command to its end; true where it left with 0. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

const objectOf = (folder, source) => path.join(folder, `${source.replaceAll('/', '-')}.o`);

/** Compiles every source of every configuration, as many at a time as there are cores; gives the configurations that failed. */
async function compile(all, files) {
  const queue = files.flatMap((file) => all.map((configuration) => ({ file, configuration })));
  const failed = new Set();
  async function work() {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const { flags, folder, name } = job.configuration;
      if (!(await run(compiler, [...flags, '-c', job.file, '-o', objectOf(folder, job.file)])))
        failed.add(name);
    }
  }
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  return failed;
}

await ensureEigen();
const all = configurations(process.argv.includes('--quick'));
for (const { folder } of all) mkdirSync(folder, { recursive: true });
const files = [...sources('native/kernels'), ...sources('native/harness')];
const failed = await compile(all, files);
for (const { name, folder, flags } of all) {
  if (failed.has(name)) continue;
  console.log(`\n${name}`);
  const program = path.join(folder, 'harness');
  const objects = files.map((file) => objectOf(folder, file));
  if (!(await run(compiler, [...flags, ...objects, '-o', program])) || !(await run(program, [])))
    failed.add(name);
}
if (failed.size > 0) {
  console.error(`\nsanitize failed: ${[...failed].join('; ')}`);
  process.exitCode = 1;
}
