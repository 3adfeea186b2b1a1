/**
 * Every check of form in one command: types, eslint, prettier, buf, clang-format. With `--fix` what can be mended is
 * mended. clang-format must be version 14 (Debian 12): others format differently; it is skipped with a line where absent,
 * except in CI.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const fix = process.argv.includes('--fix');
const CLANG_FORMAT_MAJOR = 14;

async function main() {
  const steps = [
    { name: 'eslint', command: bin('eslint'), args: fix ? ['.', '--fix'] : ['.'] },
    { name: 'types', command: bin('tsc'), args: ['-p', 'tsconfig.json', '--noEmit'] },
    {
      name: 'prettier',
      command: bin('prettier'),
      args: ['.', '--log-level=warn', fix ? '--write' : '--check'],
    },
    ...bufSteps(),
    ...clangFormatSteps(),
  ];
  const failed = [];
  // Two at a time, unless they write: eslint takes as long as the others together.
  const work = async () => {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      if (!(await run(step))) failed.push(step.name);
    }
  };
  await Promise.all(fix ? [work()] : [work(), work()]);
  if (failed.length > 0) {
    console.error(`lint failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
}

async function run({ name, command, args }) {
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  let status = null;
  try {
    const [code, signal] = await once(child, 'exit');
    status = code;
    if (signal) console.error(`${name}: ended by ${signal}`);
  } catch (error) {
    console.error(`${name}: ${error.message}`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return status === 0;
}

function bin(name) {
  return path.join(root, 'node_modules/.bin', name);
}

function bufSteps() {
  if (!existsSync(path.join(root, 'buf.yaml'))) return [];
  const format = fix ? ['format', '-w'] : ['format', '--diff', '--exit-code'];
  return [
    { name: 'buf lint', command: bin('buf'), args: ['lint'] },
    { name: 'buf format', command: bin('buf'), args: format },
    { name: 'buf breaking', command: bin('buf'), args: ['breaking', '--against', 'proto/released.binpb'] },
  ];
}

function clangFormatSteps() {
  const files = execFileSync('git', ['ls-files', 'native/*.cc', 'native/*.h'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));
  if (files.length === 0) return [];
  const command = clangFormat();
  if (command === undefined) {
    if (process.env.CI === 'true')
      return [{ name: 'clang-format is not installed', command: 'false', args: [] }];
    console.log(`skip   clang-format (no version ${CLANG_FORMAT_MAJOR} found; apt-get install clang-format)`);
    return [];
  }
  const args = fix ? ['-i', ...files] : ['--dry-run', '-Werror', ...files];
  return [{ name: 'clang-format', command, args }];
}

function clangFormat() {
  return [`clang-format-${CLANG_FORMAT_MAJOR}`, 'clang-format'].find((command) => {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    return status === 0 && stdout.includes(`version ${CLANG_FORMAT_MAJOR}.`);
  });
}

await main();
