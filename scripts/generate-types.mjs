/**
 * Writes `src/gen` from `proto/`: the types that the proto loader's messages have with exactly the options that the loader
 * is given at run time (`proto/loader-options.json`), and the compiled contract for server reflection. `--check` compares and writes nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const protoFolder = path.join(root, 'proto');
const options = JSON.parse(readFileSync(path.join(protoFolder, 'loader-options.json'), 'utf8'));

/** Command line flags of the generator for the loader's options. */
function flags() {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value];
  });
}

export function generateTypes(outFolder) {
  const files = readdirSync(path.join(protoFolder, 'margincube/v1')).map((name) => `margincube/v1/${name}`);
  const generator = path.join(root, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js');
  // `--includeDirs` takes every argument that follows it, so the files stand first.
  execFileSync(
    process.execPath,
    [
      generator,
      ...files,
      'google/rpc/error_details.proto',
      ...flags(),
      '--inputTemplate',
      '%s',
      '--outputTemplate',
      '%s__Output',
      '--grpcLib=@grpc/grpc-js',
      '--targetFileExtension=.ts',
      '--importFileExtension=.js',
      '-O',
      outFolder,
      '--includeDirs',
      protoFolder,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  tidy(outFolder);
  generateDescriptors(outFolder);
}

/** The compiled contract for server reflection. */
function generateDescriptors(outFolder) {
  const buf = path.join(root, 'node_modules/.bin/buf');
  const out = path.join(outFolder, 'descriptors.binpb');
  execFileSync(buf, ['build', '--as-file-descriptor-set', '--exclude-source-info', '-o', out], { cwd: root });
}

/** Keeps one file per message, enum and service: those per proto file are for another loader; paths become relative. */
function tidy(outFolder) {
  for (const [name, text] of readTree(outFolder)) {
    const file = path.join(outFolder, name);
    if (name.includes(path.sep)) writeFileSync(file, text.replaceAll(`${root}${path.sep}`, ''));
    else rmSync(file);
  }
}

/** Path relative to `folder` and text of every file below it. */
export function readTree(folder) {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** Files whose generated text is not the committed one. */
export function staleTypes() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-gen-'));
  try {
    generateTypes(folder);
    const fresh = readTree(folder);
    const committed = readTree(path.join(root, 'src/gen'));
    return [...new Set([...fresh.keys(), ...committed.keys()])].filter(
      (file) => fresh.get(file) !== committed.get(file),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--check')) {
    const stale = staleTypes();
    if (stale.length > 0) {
      console.error(
        `src/gen is not what proto/ generates; run node scripts/generate-types.mjs:\n${stale.join('\n')}`,
      );
      process.exitCode = 1;
    }
  } else {
    rmSync(path.join(root, 'src/gen'), { recursive: true, force: true });
    generateTypes(path.join(root, 'src/gen'));
  }
}
