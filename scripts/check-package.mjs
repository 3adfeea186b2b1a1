/**
 * What a user of the package meets: packs it, installs the tarball into an empty folder, builds the native kernels there
 * and runs the README's library example and the command.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-package-'));
const user = path.join(folder, 'user');

function run(command, args, cwd) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
}

function packedFiles() {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  return { tarball: path.join(folder, packed.filename), files: packed.files.map((file) => file.path) };
}

/** The example is the first JavaScript block of the README. */
function readmeExample() {
  const [, code] = /```js\n([\s\S]*?)```/.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
  if (code === undefined) throw new Error('README.md holds no ```js block');
  return code;
}

function check(what, holds) {
  if (!holds) throw new Error(`packed package: ${what}`);
  console.log(`ok ${what}`);
}

try {
  mkdirSync(user);
  const { tarball, files } = packedFiles();
  const has = (pattern) => files.some((file) => pattern.test(file));
  check(
    `holds the compiled library (${files.length} files)`,
    has(/^dist\/index\.js$/) && has(/^dist\/index\.d\.ts$/),
  );
  check('holds the Eigen headers with their licence', has(/vendor\/eigen\/Eigen\/Core$/) && has(/COPYING/));
  check('holds the contract', has(/^proto\/margincube\/v1\/margin_service\.proto$/));
  check('holds no tests, benchmarks or built objects', !has(/^(test|bench|build)\/|\.test\.|\.o$/));

  writeFileSync(path.join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
  run('npm', ['install', '--no-save', tarball], user);
  const installed = path.join(user, 'node_modules/margincube');
  run('npm', ['run', 'build:native'], installed);
  check('builds its kernels where it is installed', true);

  writeFileSync(path.join(user, 'example.mjs'), readmeExample());
  const printed = run(process.execPath, ['example.mjs'], user);
  check('runs the example of the README', /^iron-condor-usdc \d/m.test(printed));
  check('runs the command', /deribit-pm/.test(run('npx', ['--no-install', 'margincube', 'models'], user)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
