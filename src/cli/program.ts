import { Command } from 'commander';
import { addBacktestCommand } from './commands/backtest.js';
import { addBenchCommand } from './commands/bench.js';
import { addCalibrateCommand } from './commands/calibrate.js';
import { addConformanceCommand } from './commands/conformance.js';
import { addDemoCommand } from './commands/demo.js';
import { addEodReportCommand } from './commands/eod-report.js';
import { addEodCommand } from './commands/eod.js';
import { addImportCommand } from './commands/import-deribit.js';
import { addLiquidateCommand } from './commands/liquidate.js';
import { addMarginCommand } from './commands/margin.js';
import { addModelsCommand } from './commands/models.js';
import { addReservesCommand } from './commands/reserves.js';
import { addServeCommand } from './commands/serve.js';
import type { Output } from './output.js';
import { packageVersion } from './package.js';

const EXIT_HELP = `
Exit codes: 0 done, 1 a portfolio failed or a published case missed, 2 bad usage or input.
`;

/** The command line with every command; parse errors throw (`exitOverride`) so that the caller picks the exit code. */
export function createProgram(output: Output): Command {
  const program = new Command('margincube')
    .description('Portfolio margin for crypto derivatives: every instrument repriced under every scenario.')
    .version(packageVersion(), '-v, --version')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for usage and examples)')
    .addHelpText('after', EXIT_HELP);
  addMarginCommand(program, output);
  addLiquidateCommand(program, output);
  addEodCommand(program, output);
  addModelsCommand(program, output);
  addImportCommand(program, output);
  addCalibrateCommand(program, output);
  addServeCommand(program, output);
  addDemoCommand(program, output);
  addBacktestCommand(program, output);
  addReservesCommand(program, output);
  addConformanceCommand(program, output);
  addBenchCommand(program, output);
  addEodReportCommand(program, output);
  return program;
}
