import { existsSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { REPORT_FILE } from '../eod-report/report-file.js';
import { InputError } from '../exit.js';
import type { Output } from '../output.js';

const EXAMPLES = `
Example:
  $ margincube eod report run --market market.json --portfolios positions.parquet

The market must be that of the run. With its positions the page also shows the P&L of all accounts together by move of spot and
volatility. The page is one file without scripts that loads nothing.
`;

interface ReportOptions {
  readonly market?: string;
  readonly portfolios?: string;
}

/** `eod report`: a step of `eod`, whose options it shares. */
export function addEodReportCommand(program: Command, output: Output): void {
  const eod =
    program.commands.find((command) => command.name() === 'eod') ??
    program.command('eod').description('End-of-day runs.');
  eod
    .command('report')
    .summary('draw the page of a finished run')
    .description(`Writes ${REPORT_FILE} into the folder of a finished run.`)
    .argument('<dir>', 'folder of the run', existingFolder)
    .option('--market <file>', 'market of the run')
    .option('--portfolios <file>', 'positions of the run, Parquet or CSV')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, _own: unknown, command: Command) => {
      // Where the parent declares an option too, it is the parent that receives it.
      const { market, portfolios } = command.optsWithGlobals<ReportOptions>();
      if (market === undefined) throw new InputError('--market: expected the market of the run');
      // Loaded when they are needed: charts and database take more than a second, and `eod` is in a hurry.
      const { readMarket } = await import('../market-file.js');
      const source = {
        folder,
        market: readMarket(market),
        ...(portfolios === undefined ? {} : { positionsFile: portfolios }),
      };
      const { createKernels } = await import('../kernels.js');
      const { writeReport } = await import('../eod-report/write-report.js');
      output.print(await writeReport(createKernels(undefined), source));
    });
}

function existingFolder(folder: string): string {
  if (!existsSync(folder)) throw new InvalidArgumentError('Expected the folder of a finished run.');
  return folder;
}
