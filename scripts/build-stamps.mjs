/** Says by content, not by time, whether the parts of the build are up to date. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/**
 * Inputs, one output that must exist, and where the hash of the inputs is kept. The native part depends on the major
 * version of Node only through Node-API, which is stable, but on system and processor family.
 */
const PARTS = {
  native: {
    inputs: [
      'binding.gyp',
      'native/kernels',
      'native/binding',
      'native/cpu_features',
      'native/file_lock',
      'native/bench',
      'native/vendor/eigen.lock',
    ],
    output: 'build/Release/kernels_baseline.node',
    stamp: 'build/native.stamp',
  },
  ts: {
    inputs: ['src', 'tsconfig.base.json', 'tsconfig.build.json'],
    output: 'dist/index.js',
    stamp: 'dist/ts.stamp',
  },
};

export const PART_NAMES = Object.keys(PARTS);

export function isFresh(part) {
  const { output, stamp } = PARTS[part];
  const file = path.join(root, stamp);
  return (
    existsSync(path.join(root, output)) && existsSync(file) && readFileSync(file, 'utf8') === inputHash(part)
  );
}

/** @param {string} hash `inputHash` from before the build: what changed meanwhile is built again next time. */
export function markFresh(part, hash) {
  const file = path.join(root, PARTS[part].stamp);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, hash);
}

export function inputHash(part) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const input of PARTS[part].inputs) addTo(hash, input);
  return hash.digest('hex');
}

function addTo(hash, name) {
  const full = path.join(root, name);
  if (!existsSync(full)) return;
  let entries;
  try {
    entries = readdirSync(full, { withFileTypes: true });
  } catch {
    const content = readFileSync(full);
    hash.update(`${name} ${content.length}\n`).update(content);
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) addTo(hash, `${name}/${entry.name}`);
}
