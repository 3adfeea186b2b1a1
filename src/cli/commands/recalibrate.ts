import { join } from 'node:path';
import type { Command } from 'commander';
import type { BookDay } from '../../backtest/book-day.js';
import { indexHistory, type ChainDay } from '../../backtest/chain-history.js';
import { defaultOptionPolicies, optionDays } from '../../backtest/option-books.js';
import { perpetualDays } from '../../backtest/perpetual-books.js';
import { isoDay, joinHistory, parsePriceCsv, type PriceHistory } from '../../backtest/price-history.js';
import { replay } from '../../backtest/replay.js';
import type { Outcome } from '../../domain/outcome.js';
import { loadKernels } from '../../kernel/load-kernels.js';
import {
  followedRanges,
  type RangeDay,
  type RecordedClose,
} from '../../recalibration/proposals/followed-range.js';
import { HOUSE_SPOT_RANGE } from '../../recalibration/proposals/spot-range.js';
import { DEFAULT_VENUE_RULES } from '../../replay/replay-terms.js';
import type { ReplayResult } from '../../replay/replay-tally.js';
import { replayVenue } from '../../replay/replay-venue.js';
import { readChains } from '../backtest/read-chains.js';
import { EXIT, InputError } from '../exit.js';
import { makeFolder, readMaybeGzipped, writeText } from '../files.js';
import { describeFailure } from '../margin-table.js';
import { parseInteger, parsePositive, parseTime } from '../options.js';
import type { Output } from '../output.js';
import { drawCrash, drawMargins, drawRanges } from '../recalibrate/charts.js';
import {
  GRID_MODEL,
  overridesOf,
  rangePolicies,
  scheduleOf,
  type PolicyDays,
  type RangePolicy,
} from '../recalibrate/policies.js';
import { marginRows, rangeRows, renderRecalibration } from '../recalibrate/table.js';
import { prepareReplay } from '../replay/prepare-replay.js';

const EXAMPLES = `
Examples:
  $ margincube recalibrate --prices BTC=BTC-USD.csv.gz --from 2019-10-01T00:00:00Z --to 2020-12-31T00:00:00Z \\
      --crash-from 2020-03-11T00:00:00Z --crash-to 2020-03-14T00:00:00Z
  $ margincube recalibrate --prices BTC=BTC-USD.csv.gz --chains panel.parquet --crash chains/ --out february
`;

interface RecalibrateOptions {
  readonly prices: string;
  readonly chains?: string;
  readonly from?: number;
  readonly to?: number;
  readonly confidence: number;
  readonly crash?: string;
  readonly crashFrom?: number;
  readonly crashTo?: number;
  readonly accounts: number;
  readonly step: number;
  readonly seed: number;
  readonly depth: number;
  readonly fund: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function addRecalibrateCommand(program: Command, output: Output): void {
  program
    .command('recalibrate')
    .summary(
      'margins through a record under a fixed range, one that follows, and one with tools against procyclicality',
    )
    .description(
      `Sets the price range of a grid (${GRID_MODEL}) day by day with what was known that day: kept as on the first day, following filtered history within the limits of a move, and the same with buffer, stressed observations and floor. Margins books on every day and takes a venue through a crash under all three.`,
    )
    .requiredOption('--prices <underlying=file>', 'daily prices, CSV with date and close (may be gzipped)')
    .option(
      '--chains <file>',
      'option chains after the prices, one a day: books of options instead of perpetuals',
    )
    .option('--from <time>', 'first day', parseTime)
    .option('--to <time>', 'last day', parseTime)
    .option(
      '--confidence <share>',
      'of the moves of a day that the range covers',
      parsePositive,
      HOUSE_SPOT_RANGE.confidence,
    )
    .option('--crash <folder>', 'chains of the crash, several a day; without it the daily prices')
    .option('--crash-from <time>', 'first moment of the crash that the venue goes through', parseTime)
    .option('--crash-to <time>', 'last moment', parseTime)
    .option('--accounts <number>', 'accounts of the venue', parseInteger, ACCOUNTS)
    .option(
      '--step <minutes>',
      'minutes from one margin run of the venue to the next',
      parseInteger,
      STEP_MINUTES,
    )
    .option('--seed <number>', 'of the venue and of prices between records', parseInteger, 1)
    .option('--depth <factor>', 'stressed volume of the model house times this', parsePositive, 1)
    .option('--fund <usd>', 'insurance fund', parsePositive, FUND_USD)
    .option('--out <dir>', 'write days.csv, summary.json and the plots there')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RecalibrateOptions) => {
      process.exitCode = await run(options, output);
    });
}

const ACCOUNTS = 200;
const STEP_MINUTES = 5;
const FUND_USD = 100_000;

async function run(options: RecalibrateOptions, output: Output): Promise<number> {
  const { confidence, out } = options;
  if (confidence >= 1) throw new InputError('--confidence: expected a share below 1');
  if (out !== undefined) makeFolder(out);
  const { underlying, history } = readPrices(options.prices);
  const chains = options.chains === undefined ? [] : valueOf(await readChains(options.chains));
  const closes = recordedCloses(underlying, history, chains);
  const fromMs = options.from ?? chains[0]?.dateMs ?? 0;
  const toMs = options.to ?? Infinity;
  const until = closes.filter(({ knownAtMs }) => knownAtMs <= toMs);
  const days = valueOf(followedRanges(until, fromMs, { ...HOUSE_SPOT_RANGE, confidence }));
  const policies = rangePolicies(days);
  const margins = marginDays(underlying, history, chains, policies, days);
  const replays = await replayCrash(options, underlying, policies, days);
  const summary = { days, ranges: rangeRows(policies, days), margins: marginRows(margins), replays };
  const json = JSON.stringify(
    {
      ...summary,
      days: days.length,
      replays: replays.map(({ parameters, totals }) => ({ parameters, totals })),
    },
    null,
    2,
  );
  output.print(options.json === true ? json : renderRecalibration(summary));
  if (out !== undefined) {
    writeText(join(out, 'summary.json'), `${json}\n`);
    writeText(join(out, 'days.csv'), daysCsv(policies, days));
    for (const { file, svg } of [drawRanges(policies, days), drawMargins(margins), ...drawCrash(replays)])
      writeText(join(out, file), `${svg}\n`);
  }
  return EXIT.DONE;
}

function readPrices(source: string): { underlying: string; history: PriceHistory } {
  const at = source.indexOf('=');
  if (at <= 0) throw new InputError(`--prices ${source}: expected underlying=file, e.g. BTC=btc.csv`);
  const [underlying, file] = [source.slice(0, at), source.slice(at + 1)];
  const parsed = valueOf(parsePriceCsv(underlying, readMaybeGzipped(file, 'daily prices')));
  return { underlying, history: valueOf(joinHistory(new Map([[underlying, parsed]]))) };
}

const DAY_MS = 86_400_000;

/** A daily bar is known at its end, a chain when it was recorded. */
function recordedCloses(
  underlying: string,
  { datesMs, prices }: PriceHistory,
  chains: readonly ChainDay[],
): RecordedClose[] {
  const row = prices.get(underlying);
  const daily = datesMs.map((dateMs, at) => ({
    dateMs,
    knownAtMs: dateMs + DAY_MS,
    price: row?.[at] ?? NaN,
  }));
  const recorded = chains.map(({ dateMs, indexPrice }) => {
    const price = indexPrice.get(underlying);
    if (price === undefined) throw new InputError(`--chains: expected ${underlying} among the underlyings`);
    return { dateMs, knownAtMs: dateMs, price };
  });
  return [...daily, ...recorded];
}

const NOTIONAL_USD = 100_000;

function marginDays(
  underlying: string,
  prices: PriceHistory,
  chains: readonly ChainDay[],
  policies: readonly RangePolicy[],
  days: readonly RangeDay[],
): PolicyDays[] {
  const byDate = new Map(days.map((day) => [day.dateMs, day]));
  const history = chains.length > 0 ? indexHistory(chains) : prices;
  const kernels = loadKernels();
  return booksOf(underlying, prices, chains).flatMap((book) => {
    const counted = book.days.filter(({ dateMs }) => byDate.has(dateMs));
    return policies.map(({ name, rangeOn }) => {
      const overridesOn = (dateMs: number): Readonly<Record<string, unknown>> => {
        const day = byDate.get(dateMs);
        if (day === undefined) throw new RangeError('a day of a book without a range');
        return overridesOf(rangeOn(day));
      };
      const margined = valueOf(replay({ kernels, history, days: counted, model: GRID_MODEL, overridesOn }));
      return { book: book.name, policy: name, notionalUsd: NOTIONAL_USD, days: margined };
    });
  });
}

function booksOf(
  underlying: string,
  history: PriceHistory,
  chains: readonly ChainDay[],
): { readonly name: string; readonly days: readonly BookDay[] }[] {
  if (chains.length > 0)
    return defaultOptionPolicies(underlying, NOTIONAL_USD).map((policy) => ({
      name: policy.name,
      days: optionDays(chains, policy, 0),
    }));
  return ([1, -1] as const).map((sign) => {
    const name = `${underlying} ${sign > 0 ? 'long' : 'short'}`;
    const legs = [{ underlying, notionalUsd: sign * NOTIONAL_USD }];
    return { name, days: valueOf(perpetualDays(history, { name, legs }, 0)) };
  });
}

async function replayCrash(
  options: RecalibrateOptions,
  underlying: string,
  policies: readonly RangePolicy[],
  days: readonly RangeDay[],
): Promise<ReplayResult[]> {
  const { crash, prices, crashFrom, crashTo, accounts, step, seed, depth, fund } = options;
  if (crashFrom === undefined || crashTo === undefined) {
    if (crash === undefined) return [];
    throw new InputError('--crash: expected --crash-from and --crash-to beside it');
  }
  if (!((days[0]?.knownAtMs ?? Infinity) <= crashFrom))
    throw new InputError('--crash-from: expected a time after the first day');
  const request = await prepareReplay({
    sources: [crash ?? prices],
    window: { fromMs: crashFrom, toMs: crashTo, underlyings: new Set([underlying]) },
    book: `synthetic:${String(accounts)}`,
    rules: {
      ...{ ...DEFAULT_VENUE_RULES, stepMinutes: step, fundUsd: fund },
      ...{ firstLossUsd: fund / 5, secondLossUsd: fund / 5 },
    },
    ...{ seed, depthFactor: depth },
  });
  return policies.map((policy) => valueOf(replayVenue({ ...request, parameters: scheduleOf(policy, days) })));
}

/** The ranges day by day; margins follow from them. */
function daysCsv(policies: readonly RangePolicy[], days: readonly RangeDay[]): string {
  const header = ['date', 'regime', 'estimate', ...policies.map(({ name }) => name.replace(' ', '_'))].join(
    ',',
  );
  const rows = days.map((day) =>
    [isoDay(day.dateMs), day.regime, day.estimate, ...policies.map(({ rangeOn }) => rangeOn(day))].join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(`${outcome.failure.field}: ${describeFailure(outcome.failure)}`);
}
