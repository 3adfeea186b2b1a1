import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { resolveMarket } from '../../market/snapshot/resolve-market.js';
import { EOD_ACCOUNTS_MAX } from '../../limits.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import { arrangeBoard } from '../../synthetic/board.js';
import { optionMarket } from '../../synthetic/option-market.js';
import { Tally, type Concentration } from '../../synthetic/tally.js';
import { uniformBook } from '../../synthetic/uniform-books.js';
import { drawAccount, type SyntheticAccount } from '../../synthetic/venue.js';
import type { VenueCounts, VenueFormat } from '../../synthetic/write-venue.js';
import { createKernels } from '../kernels.js';
import { InputError } from '../exit.js';
import { messageOf } from '../files.js';
import { formatCount, formatMoney, formatPercent } from '../format.js';
import { describeFailure } from '../margin-table.js';
import { readSnapshot, writeSnapshot } from '../market-file.js';
import { parseInteger } from '../options.js';
import type { Output } from '../output.js';
import { renderTable } from '../table.js';

const EXAMPLES = `
Examples:
  $ margincube bench generate --accounts 10000 --market examples/market.json --out venue/
  $ margincube bench generate --accounts 100000 --shape uniform --positions 50 --options 1000 \\
      --market chain.json --out bench/

Writes positions and collateral for "margincube eod". A venue has few large and many small accounts: directional traders,
spreads, covered writes, straddles, basis trades, funds, and market makers with a thousand positions. The uniform shape has
books of equal length, and with --options also market.json: that many options built from the chain, and nothing else.
`;

interface GenerateOptions {
  readonly accounts: number;
  readonly seed: number;
  readonly market: string;
  readonly out: string;
  readonly format: VenueFormat;
  readonly shape: 'venue' | 'uniform';
  readonly positions: number;
  readonly options?: number;
  readonly json?: boolean;
}

export function addGenerateCommand(bench: Command, output: Output): void {
  bench
    .command('generate')
    .summary('draw the accounts of a synthetic venue')
    .description('Draws accounts, positions and collateral of a synthetic venue from a seed.')
    .requiredOption('--accounts <n>', 'number of accounts', parseInteger)
    .requiredOption('--market <file>', 'market to trade in')
    .requiredOption('--out <folder>', 'folder to write to')
    .option('--seed <n>', 'another seed, another venue', parseInteger, 1)
    .addOption(new Option('--format <kind>', 'of the files').choices(['parquet', 'csv']).default('parquet'))
    .addOption(
      new Option('--shape <kind>', 'realistic venue, or books of equal length')
        .choices(['venue', 'uniform'])
        .default('venue'),
    )
    .option('--positions <n>', 'positions of each uniform book', parseInteger, 50)
    .option('--options <n>', 'build a market of this many options first (uniform shape)', parseInteger)
    .option('--json', 'print counts and concentration as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: GenerateOptions) => generate(options, output));
}

async function generate(options: GenerateOptions, output: Output): Promise<void> {
  const { accounts: count, shape, format, out } = options;
  if (!(count >= 1 && count <= EOD_ACCOUNTS_MAX))
    throw new InputError(`--accounts: ${String(count)} is not within 1 to ${formatCount(EOD_ACCOUNTS_MAX)}`);
  const given = readSnapshot(options.market);
  const snapshot = options.options === undefined ? given : withOptions(given, options.options, options);
  const market = resolve(snapshot, options.market);
  const tally = new Tally(market);
  const accounts = shape === 'venue' ? venue(market, options) : uniformBooks(market, options);
  const { writeVenue } = await import('../../synthetic/write-venue.js');
  const { counts, files } = await writeVenue(market, tally.counting(accounts), out, format).catch(
    (error: unknown) => {
      throw new InputError(`${out}: cannot write the venue: ${messageOf(error)}`);
    },
  );
  if (options.options !== undefined) writeSnapshot(path.join(out, 'market.json'), snapshot);
  const concentration = tally.result();
  output.print(
    options.json
      ? JSON.stringify({ files, ...counts, seed: options.seed, marketHash: market.hash, ...concentration })
      : render(counts, concentration),
  );
}

function withOptions(
  snapshot: MarketSnapshot,
  count: number,
  { shape, market }: GenerateOptions,
): MarketSnapshot {
  if (shape !== 'uniform') throw new InputError('--options: only with --shape uniform');
  const built = optionMarket(snapshot, count);
  if (!built.ok) throw new InputError(`${market}: ${describeFailure(built.failure)}`);
  return built.value;
}

function resolve(snapshot: MarketSnapshot, file: string): Market {
  const market = resolveMarket(snapshot);
  if (!market.ok)
    throw new InputError(`${file}: ${market.failure.field}: ${describeFailure(market.failure)}`);
  return market.value;
}

function* venue(market: Market, { accounts, seed }: GenerateOptions): Generator<SyntheticAccount> {
  const board = arrangeBoard(createKernels(undefined), market);
  if (board.sides.length === 0) throw new InputError('--market: nothing in it can be traded');
  for (let index = 0; index < accounts; index += 1) yield drawAccount(board, seed, index);
}

function* uniformBooks(market: Market, options: GenerateOptions): Generator<SyntheticAccount> {
  const { accounts, positions, seed } = options;
  const { length } = market.table.instruments;
  if (!(positions >= 1 && positions <= length))
    throw new InputError(
      `--positions: ${String(positions)} is not within 1 and the ${String(length)} instruments`,
    );
  for (let index = 0; index < accounts; index += 1) yield uniformBook(market, positions, seed, index);
}

function render(counts: VenueCounts, concentration: Concentration): string {
  const rows = Object.entries(concentration.accountsByKind);
  const table = renderTable(
    [
      { title: 'kind of account', align: 'left', cell: ([kind]) => kind },
      { title: 'accounts', align: 'right', cell: ([, count]) => formatCount(count) },
    ],
    rows,
  );
  return [
    `${formatCount(counts.accounts)} accounts, ${formatCount(counts.positions)} positions, ${formatCount(counts.deposits)} deposits`,
    `gross notional ${formatMoney(concentration.grossNotionalUsd, 'USD')} USD, the largest 1% of accounts hold ${formatPercent(concentration.topHundredthShare)}`,
    `largest book ${formatCount(concentration.largestPositionCount)} positions`,
    '',
    table,
  ].join('\n');
}
