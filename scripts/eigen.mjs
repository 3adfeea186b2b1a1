/**
 * Puts the Eigen 3.4.0 headers into native/vendor/eigen. Sources, in order: headers already there, an archive named by
 * MARGINCUBE_EIGEN_ARCHIVE (file path or URL), the system's own headers, Debian's package, the upstream archive.
 * Whatever is fetched is checked against native/vendor/eigen.lock before it is unpacked.
 *
 *   node scripts/eigen.mjs
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const vendor = join(root, 'native/vendor');
const target = join(vendor, 'eigen');
const lock = JSON.parse(readFileSync(join(vendor, 'eigen.lock'), 'utf8'));

/** Version that the headers in a folder state, or undefined when there are none. */
export function eigenVersion(folder) {
  const macros = join(folder, 'Eigen/src/Core/util/Macros.h');
  if (!existsSync(macros)) return undefined;
  const text = readFileSync(macros, 'utf8');
  const part = (name) => new RegExp(`#define EIGEN_${name}_VERSION (\\d+)`).exec(text)?.[1];
  return [part('WORLD'), part('MAJOR'), part('MINOR')].join('.');
}

function checkHash(file, expected) {
  const actual = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (actual !== expected) throw new Error(`${file} has SHA-256 ${actual}, eigen.lock expects ${expected}`);
}

function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...options });
  } catch (error) {
    const detail = String(error.stderr ?? error.message)
      .trim()
      .split('\n')[0];
    throw new Error(`${command} ${args[0] ?? ''}: ${detail}`, { cause: error });
  }
}

/** Copies headers and licences into place in one rename, so that an interrupted copy is never taken for a whole one. */
function install(headers, licences, source) {
  const version = eigenVersion(headers);
  if (version !== lock.version)
    throw new Error(`${headers} holds Eigen ${version ?? 'of no version'}, not ${lock.version}`);
  const staged = mkdtempSync(join(vendor, '.eigen-'));
  for (const folder of ['Eigen', 'unsupported/Eigen']) {
    if (existsSync(join(headers, folder)))
      cpSync(join(headers, folder), join(staged, folder), { recursive: true });
  }
  for (const [from, name] of licences) if (existsSync(from)) cpSync(from, join(staged, name));
  writeFileSync(join(staged, 'SOURCE'), `${source}\n`);
  // Temporary folders are private; these headers are for everybody.
  chmodSync(staged, 0o755);
  rmSync(target, { recursive: true, force: true });
  renameSync(staged, target);
}

const DEBIAN_LICENCES = (prefix) => [
  [join(prefix, 'usr/share/doc/libeigen3-dev/copyright'), 'COPYING.README'],
  ['/usr/share/common-licenses/MPL-2.0', 'COPYING.MPL2'],
];

function fromArchive(archive, scratch, source) {
  checkHash(archive, lock.upstream.sha256);
  run('tar', ['-xzf', archive, '-C', scratch]);
  const folder = join(scratch, `eigen-${lock.version}`);
  const licences = readdirSync(folder).filter((name) => name.startsWith('COPYING.'));
  install(
    folder,
    licences.map((name) => [join(folder, name), name]),
    source,
  );
}

async function fromUrl(url, scratch) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const archive = join(scratch, 'eigen.tar.gz');
  writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
  fromArchive(archive, scratch, url);
}

function fromSystem() {
  const headers = '/usr/include/eigen3';
  if (eigenVersion(headers) === undefined) throw new Error(`no headers in ${headers}`);
  install(headers, DEBIAN_LICENCES('/'), `system headers in ${headers}`);
}

function fromDebian(scratch) {
  const { package: name, version, file, sha256 } = lock.debian;
  run('apt-get', ['download', `${name}=${version}`], { cwd: scratch });
  const archive = readdirSync(scratch).find((entry) => entry.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get downloaded nothing');
  checkHash(join(scratch, archive), sha256);
  run('dpkg-deb', ['-x', join(scratch, archive), join(scratch, 'unpacked')]);
  const unpacked = join(scratch, 'unpacked');
  install(join(unpacked, 'usr/include/eigen3'), DEBIAN_LICENCES(unpacked), `Debian package ${file}`);
}

/** Makes sure that native/vendor/eigen holds the headers; returns where they came from. */
export async function ensureEigen() {
  if (eigenVersion(target) === lock.version) return readFileSync(join(target, 'SOURCE'), 'utf8').trim();
  const archive = process.env.MARGINCUBE_EIGEN_ARCHIVE;
  const attempts = archive
    ? [
        [
          'MARGINCUBE_EIGEN_ARCHIVE',
          (scratch) =>
            /^https?:/.test(archive)
              ? fromUrl(archive, scratch)
              : fromArchive(resolve(archive), scratch, archive),
        ],
      ]
    : [
        ['system headers', fromSystem],
        ['Debian package', fromDebian],
        ['upstream archive', (scratch) => fromUrl(lock.upstream.url, scratch)],
      ];
  mkdirSync(vendor, { recursive: true });
  const failures = [];
  for (const [name, attempt] of attempts) {
    const scratch = mkdtempSync(join(tmpdir(), 'margincube-eigen-'));
    try {
      await attempt(scratch);
      return readFileSync(join(target, 'SOURCE'), 'utf8').trim();
    } catch (error) {
      failures.push(`  ${name}: ${error.message}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(
    [
      `The headers of Eigen ${lock.version} were not found:`,
      ...failures,
      'Do one of these and build again:',
      '  apt-get update && apt-get install libeigen3-dev   (Debian, Ubuntu)',
      `  download ${lock.upstream.url}`,
      '  and set MARGINCUBE_EIGEN_ARCHIVE to the path of the file',
    ].join('\n'),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`Eigen ${lock.version}: ${await ensureEigen()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
