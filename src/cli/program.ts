import { Command } from 'commander';
import type { Output } from './output.js';
import { packageVersion } from './package.js';

const EXIT_HELP = `
Exit codes: 0 done, 1 a portfolio failed or a published case missed, 2 bad usage or input.
`;

/** Adds one command to the program. */
type AddCommand = (program: Command, output: Output) => void;

/** Every command in the order of the help. A module is loaded only for the command that is run: `--version` should not wait for DuckDB. */
const COMMANDS: Readonly<Record<string, () => Promise<readonly AddCommand[]>>> = {
  margin: async () => [(await import('./commands/margin.js')).addMarginCommand],
  liquidate: async () => [(await import('./commands/liquidate.js')).addLiquidateCommand],
  credit: async () => [(await import('./commands/credit.js')).addCreditCommand],
  eod: async () => [
    (await import('./commands/eod.js')).addEodCommand,
    (await import('./commands/eod-report.js')).addEodReportCommand,
  ],
  models: async () => [(await import('./commands/models.js')).addModelsCommand],
  import: async () => [(await import('./commands/import-deribit.js')).addImportCommand],
  calibrate: async () => [(await import('./commands/calibrate.js')).addCalibrateCommand],
  serve: async () => [(await import('./commands/serve.js')).addServeCommand],
  demo: async () => [(await import('./commands/demo.js')).addDemoCommand],
  backtest: async () => [(await import('./commands/backtest.js')).addBacktestCommand],
  recalibrate: async () => [(await import('./commands/recalibrate.js')).addRecalibrateCommand],
  replay: async () => [(await import('./commands/replay.js')).addReplayCommand],
  reserves: async () => [(await import('./commands/reserves.js')).addReservesCommand],
  conformance: async () => [(await import('./commands/conformance.js')).addConformanceCommand],
  bench: async () => [(await import('./commands/bench.js')).addBenchCommand],
};

/**
 * The command line for some arguments: the command that they name, or every command where they name none, as help needs
 * it. Parse errors throw (`exitOverride`) so that the caller picks the exit code.
 */
export async function createProgram(output: Output, args: readonly string[]): Promise<Command> {
  const program = new Command('margincube')
    .description('Portfolio margin for crypto derivatives: every instrument repriced under every scenario.')
    .version(packageVersion(), '-v, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output.print(withoutLineEnd(text));
      },
      writeErr: (text) => {
        output.warn(withoutLineEnd(text));
      },
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for usage and examples)')
    .addHelpText('after', EXIT_HELP);
  const named = Object.entries(COMMANDS).filter(([name]) => name === args[0]);
  for (const [, load] of named.length > 0 ? named : Object.entries(COMMANDS)) {
    for (const add of await load()) add(program, output);
  }
  return program;
}

/** Commander ends its blocks with a line end of their own, as an output does. */
function withoutLineEnd(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
