import { Option } from 'commander';
import type { Command } from 'commander';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../market/snapshot/resolve-market.js';
import type { DeribitImportOptions } from '../../market/venues/deribit/build-market.js';
import { importDeribitFiles } from '../../market/venues/deribit/import-files.js';
import { InputError } from '../exit.js';
import { formatCount } from '../format.js';
import { renderImport } from '../import-table.js';
import { describeFailure } from '../margin-table.js';
import { writeSnapshot } from '../market-file.js';
import { parseNames, parsePositive, parseTime } from '../options.js';
import type { Output } from '../output.js';
import { selectUnderlyings } from '../select-underlyings.js';

const EXAMPLES = `
Examples:
  $ margincube import deribit responses/ --out market.json
  $ margincube import deribit 20260205T155132Z.csv.gz --out market.json --currency BTC
  $ margincube import deribit chain.csv --out linear.json --settlement linear --usdc-price 0.9998

A folder holds responses of the public API (get_book_summary_by_currency, get_instruments, get_index_price) as .json files; a
.csv file, packed with gzip or not, is one recorded chain. With --settlement linear the chain is listed as contracts on one
coin paid in USDC, so that models of linear venues can be tried on it.
`;

interface ImportOptions {
  readonly out: string;
  readonly settlement: 'inverse' | 'linear';
  readonly usdcPrice?: number;
  readonly currency?: readonly string[];
  readonly time?: number;
  readonly json?: boolean;
}

export function addImportCommand(program: Command, output: Output): void {
  const command = program
    .command('import')
    .summary('turn recorded venue data into a market file')
    .description('Reads what a venue publishes and writes the market file of the other commands.')
    .addHelpText('after', '\nExample:\n  $ margincube import deribit responses/ --out market.json\n');
  command
    .command('deribit')
    .description(
      'Reads option chains and futures of Deribit, prints what was unusable and writes a market file.',
    )
    .argument('<path...>', 'folder or files of API responses (.json), or one recorded chain (.csv, .csv.gz)')
    .requiredOption('--out <file>', 'market file to write')
    .addOption(
      new Option('--settlement <kind>', 'how the contracts pay')
        .choices(['inverse', 'linear'])
        .default('inverse'),
    )
    .option('--usdc-price <usd>', 'US dollars per USDC; needed for linear settlement', parsePositive)
    .option('--currency <list>', 'only these underlyings, e.g. BTC,ETH', parseNames)
    .option('--time <time>', 'snapshot to take from a file that holds several, ISO 8601', parseTime)
    .option('--json', 'print the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action((paths: readonly string[], options: ImportOptions) => {
      const imported = importDeribitFiles(paths, importOptions(options));
      if (!imported.ok) {
        const { field } = imported.failure;
        const where = field === 'paths' ? paths.join(', ') : field;
        throw new InputError(`${where}: ${describeFailure(imported.failure)}`);
      }
      const { snapshot, report } = imported.value;
      output.print(options.json ? JSON.stringify(report, null, 2) : renderImport(report));
      const selected =
        options.currency === undefined ? snapshot : selectUnderlyings(snapshot, options.currency);
      requireUsable(selected, paths);
      writeSnapshot(options.out, selected);
      output.warn(`${options.out}: ${formatCount(selected.instruments.length)} instruments`);
    });
}

function importOptions({ settlement, usdcPrice, time }: ImportOptions): DeribitImportOptions {
  return {
    settlement: settlement === 'linear' ? 'LINEAR' : 'INVERSE',
    ...(usdcPrice === undefined ? {} : { usdcPrice }),
    ...(time === undefined ? {} : { snapshotTimeMs: time }),
  };
}

/** The file that is written must be one that the other commands read. */
function requireUsable(snapshot: MarketSnapshot, paths: readonly string[]): void {
  if (snapshot.instruments.length === 0) throw new InputError(`${paths.join(', ')}: no row is usable`);
  const market = resolveMarket(snapshot);
  if (!market.ok) throw new InputError(`${market.failure.field}: ${describeFailure(market.failure)}`);
}
