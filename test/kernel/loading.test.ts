import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import type { KernelsAddon } from '../../src/kernel/addon.js';
import { ISAS } from '../../src/kernel/kernels.js';
import { MAGNITUDE_MAX, PAYOFF, POSITIVE_MIN, SCENARIO_BLOCK } from '../../src/kernel/layout.js';
import { KernelLoadError, availableIsas, loadKernels } from '../../src/kernel/load-kernels.js';
import { selfTest } from '../../src/kernel/self-test.js';
import { REPOSITORY } from '../support/folders.js';
import { ALL_KERNELS, REFERENCE } from './support.js';

const LIBRARIES = path.join(REPOSITORY, 'build/Release');
const NATIVE_ISAS = availableIsas().filter((isa) => isa !== 'reference');

afterEach(() => {
  vi.unstubAllEnvs();
});

function withFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-kernels-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(NATIVE_ISAS)('%s was compiled with the layout that TypeScript states', (isa) => {
  const addon = createRequire(import.meta.url)(path.join(LIBRARIES, `kernels_${isa}.node`)) as KernelsAddon;
  expect(addon.layout).toEqual({ SCENARIO_BLOCK, MAGNITUDE_MAX, POSITIVE_MIN, PAYOFF });
  expect(addon.packetDoubles).toBe(isa === 'baseline' ? 2 : isa === 'v3' ? 4 : 8);
});

test('the best level is the default, and the variable pins another', () => {
  expect(NATIVE_ISAS.length).toBeGreaterThan(0);
  vi.stubEnv('MARGINCUBE_FORCE_ISA', '');
  expect(loadKernels().isa).toBe(NATIVE_ISAS.at(-1));
  vi.stubEnv('MARGINCUBE_FORCE_ISA', 'baseline');
  expect(loadKernels().isa).toBe('baseline');
  vi.stubEnv('MARGINCUBE_FORCE_ISA', 'reference');
  expect(loadKernels().isa).toBe('reference');
});

test('an unknown level is an error that lists the choices', () => {
  vi.stubEnv('MARGINCUBE_FORCE_ISA', 'avx2');
  expect(() => loadKernels()).toThrow(
    new KernelLoadError(
      'Expected one of reference, baseline, v3, v4 for MARGINCUBE_FORCE_ISA but received "avx2" of type string',
    ),
  );
});

const MISSING_ISA = ISAS.find((isa) => !availableIsas().includes(isa));

// A processor with AVX-512 lacks no level.
test.skipIf(MISSING_ISA === undefined)(
  'a level that the processor lacks is an error that says what it runs',
  () => {
    const isa = MISSING_ISA ?? '';
    expect(() => loadKernels({ isa })).toThrow(
      new KernelLoadError(
        `This processor cannot run the kernels of level ${isa} named by MARGINCUBE_FORCE_ISA; it runs ${NATIVE_ISAS.join(', ')}`,
      ),
    );
  },
);

test('a missing build names the files, the causes and the cures', () => {
  withFolder((folder) => {
    expect(() => loadKernels({ isa: '', folder })).toThrow(KernelLoadError);
    expect(() => loadKernels({ isa: '', folder })).toThrow(/cpu_features\.node: the file does not exist/);
    cpSync(path.join(LIBRARIES, 'cpu_features.node'), path.join(folder, 'cpu_features.node'));
    writeFileSync(path.join(folder, 'kernels_baseline.node'), 'no library');
    let message = '';
    try {
      loadKernels({ isa: '', folder });
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    for (const isa of NATIVE_ISAS) expect(message).toContain(`kernels_${isa}.node`);
    expect(message).toMatch(
      /kernels_baseline\.node: .*(invalid ELF header|file too short|not a mach-o|slice)/i,
    );
    expect(message).toContain('npm run build:native');
    expect(message).toContain('MARGINCUBE_FORCE_ISA=reference');
  });
});

test('the self-test passes everywhere and catches a wrong kernel', () => {
  for (const kernels of ALL_KERNELS)
    expect(() => {
      selfTest(kernels);
    }).not.toThrow();
  const broken = {
    ...REFERENCE,
    black76Price: (...args: Parameters<typeof REFERENCE.black76Price>): void => {
      REFERENCE.black76Price(...args);
      args[1][1] = (args[1][1] ?? 0) * (1 + 1e-11);
    },
  };
  expect(() => {
    selfTest(broken);
  }).toThrow(/self-test of black76Price: expected 0\.0020178734766216305/);
});

test.each(NATIVE_ISAS)('%s loads and unloads in threads, and the process ends by itself', async (isa) => {
  const script = path.join(import.meta.dirname, 'worker.mjs');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, path.join(LIBRARIES, `kernels_${isa}.node`)],
    { timeout: 30_000 },
  );
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toBe('{"codes":[0,0,0,0],"worst":[0,-1,-2,-3]}');
});
