/**
 * `npm run sanitize`: the kernels in a program without Node under the address and undefined-behaviour sanitizers, and from
 * several threads under the thread sanitizer, at every instruction level that this processor runs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureEigen } from './eigen.mjs';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build/sanitize');
const compiler = process.env.CXX ?? 'g++';

const SANITIZERS = {
  plain: ['-O3'],
  'address and undefined': ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  thread: ['-O1', '-g', '-fsanitize=thread'],
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

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status === 0;
}

await ensureEigen();
mkdirSync(out, { recursive: true });
const files = [...sources('native/kernels'), ...sources('native/harness')];
const failed = [];
for (const [level, levelFlags] of Object.entries(levels())) {
  for (const [sanitizer, sanitizerFlags] of Object.entries(SANITIZERS)) {
    const name = `${level}, ${sanitizer}`;
    const program = path.join(out, name.replaceAll(/[^a-z0-9]+/g, '-'));
    const flags = [...FLAGS, ...levelFlags, ...sanitizerFlags, '-isystem', 'native/vendor/eigen'];
    console.log(`\n${name}`);
    if (!run(compiler, [...flags, ...files, '-o', program]) || !run(program, [])) failed.push(name);
  }
}
if (failed.length > 0) {
  console.error(`\nsanitize failed: ${failed.join('; ')}`);
  process.exitCode = 1;
}
