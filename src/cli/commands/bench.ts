import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { EXIT, InputError } from '../exit.js';
import type { Output } from '../output.js';
import { PACKAGE_ROOT } from '../package.js';
import { addGenerateCommand } from './bench-generate.js';

const EXAMPLES = `
Examples:
  $ margincube bench cube
  $ margincube bench kernels aggregate
  $ margincube bench generate --accounts 10000 --market examples/market.json --out venue/

Each suite prints value, baseline and ratio of one run and writes bench/results/<suite>.json.
`;

export function addBenchCommand(program: Command, output: Output): void {
  const bench = program
    .command('bench')
    .summary('run benchmark suites (in a checkout of the repository)')
    .description(
      'Runs benchmark suites; the same as "npm run bench -- SUITE..." in a checkout of the repository.',
    )
    .argument('<suite...>', 'names of suites; an unknown name lists them')
    .addHelpText('after', EXAMPLES)
    .action((suites: readonly string[]) => {
      const script = path.join(PACKAGE_ROOT, 'scripts/bench.mjs');
      if (!existsSync(script)) {
        throw new InputError(
          `${PACKAGE_ROOT}: benchmarks compile their sources and need a checkout of the repository`,
        );
      }
      const { status } = spawnSync(process.execPath, [script, ...suites], { stdio: 'inherit' });
      process.exitCode = status ?? EXIT.FAILED;
    });
  addGenerateCommand(bench, output);
}
