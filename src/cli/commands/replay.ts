import { join } from 'node:path';
import type { Command } from 'commander';
import type { Outcome } from '../../domain/outcome.js';
import { DEFAULT_VENUE_RULES, type VenueRules } from '../../replay/replay-terms.js';
import type { ReplayResult } from '../../replay/replay-tally.js';
import { replayVenue } from '../../replay/replay-venue.js';
import { EXIT, InputError } from '../exit.js';
import { makeFolder, writeText } from '../files.js';
import { describeFailure } from '../margin-table.js';
import type { Output } from '../output.js';
import { prepareReplay } from '../replay/prepare-replay.js';
import { readParameterSet } from '../replay/read-parameters.js';
import { replayCsv, replayReport } from '../replay/report.js';
import { hitRows, renderReplays } from '../replay/table.js';

const EXAMPLES = `
Examples:
  $ margincube replay --market chains/ --from 2026-02-05 --to 2026-02-07 --params derive-pm2,house --out replay
  $ margincube replay --market BTC=BTC-USD.csv.gz --from 2020-03-11 --to 2020-03-14 --book synthetic:500 --params a.json,b.json
  $ margincube replay --market chains/ --book book.json --params derive-pm2 --json

--book is a book of linear contracts that are quoted all the way, or synthetic:N. A parameter file is
  {"model": "derive-pm2", "overrides": {...}, "schedule": [{"from": "2026-02-05T12:00:00Z", "overrides": {...}}]}
`;

interface ReplayOptions {
  readonly market: readonly string[];
  readonly book: string;
  readonly params: string;
  readonly underlyings: string;
  readonly from?: string;
  readonly to?: string;
  readonly seed: string;
  readonly step: string;
  readonly fund: string;
  readonly firstLoss: string;
  readonly secondLoss: string;
  readonly paying: string;
  readonly delay: string;
  readonly funding: string;
  readonly depth: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addReplayCommand(program: Command, output: Output): void {
  const {
    stepMinutes,
    fundUsd,
    firstLossUsd,
    secondLossUsd,
    payingShare,
    paymentDelayMinutes,
    fundingPerDay,
  } = DEFAULT_VENUE_RULES;
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  program
    .command('replay')
    .summary('what the venue would have lost in a crash under one set of parameters and another')
    .description(
      'Takes every account of a venue through recorded prices minute by minute: margins, calls, planned liquidations in slices and their impact, fund, auto-deleveraging. Money is conserved to the unit and everything follows from the seed.',
    )
    .requiredOption(
      '--market <folder|underlying=file>',
      'option chains, or daily prices; files may be repeated',
      collect,
      [],
    )
    .requiredOption('--params <a,b>', 'one or two models or parameter files')
    .option('--book <file|synthetic:N>', 'the accounts', 'synthetic:200')
    .option('--underlyings <list>', 'only these underlyings, comma-separated', '')
    .option('--from <time>', 'first recorded moment that is used, UTC')
    .option('--to <time>', 'last recorded moment that is used, UTC')
    .option('--seed <number>', 'of prices between records, accounts and who pays', '1')
    .option('--step <minutes>', 'minutes from one margin run to the next', String(stepMinutes))
    .option('--fund <usd>', 'insurance fund', String(fundUsd))
    .option('--first-loss <usd>', 'of the venue, before the fund', String(firstLossUsd))
    .option('--second-loss <usd>', 'of the venue, after the fund', String(secondLossUsd))
    .option('--paying <share>', 'share of the clients who pay a call', String(payingShare))
    .option('--delay <minutes>', 'from a call to its payment', String(paymentDelayMinutes))
    .option(
      '--funding <share>',
      'of a perpetual position that longs pay to shorts in a day',
      String(fundingPerDay),
    )
    .option('--depth <factor>', 'stressed volume of the model house times this', '1')
    .option('--out <dir>', 'write report.html, steps.csv and summary.json there')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ReplayOptions) => {
      process.exitCode = await run(options, output);
    });
}

async function run(options: ReplayOptions, output: Output): Promise<number> {
  const sets = options.params.split(',').map(readParameterSet);
  if (sets.length > 2) throw new InputError('--params: expected one or two');
  const underlyings = new Set(options.underlyings.split(',').filter((name) => name !== ''));
  const window = {
    fromMs: timeOf('--from', options.from, -Infinity),
    toMs: timeOf('--to', options.to, Infinity),
    underlyings,
  };
  const factor = numberOf('--depth', options.depth);
  if (!(factor > 0)) throw new InputError(`--depth: expected a number above 0 but received ${options.depth}`);
  const request = await prepareReplay({
    ...{ sources: options.market, window, book: options.book, rules: rulesOf(options) },
    ...{ seed: numberOf('--seed', options.seed), depthFactor: factor },
  });
  if (options.out !== undefined) makeFolder(options.out);
  const results = sets.map((parameters) => valueOf(replayVenue({ ...request, parameters })));
  output.print(options.json === true ? summaryOf(results) : renderReplays(results));
  if (options.out !== undefined) {
    writeText(join(options.out, 'report.html'), replayReport(results));
    writeText(join(options.out, 'steps.csv'), replayCsv(results));
    writeText(join(options.out, 'summary.json'), `${summaryOf(results)}\n`);
  }
  return EXIT.DONE;
}

function rulesOf(options: ReplayOptions): VenueRules {
  return {
    ...DEFAULT_VENUE_RULES,
    stepMinutes: numberOf('--step', options.step),
    fundUsd: numberOf('--fund', options.fund),
    firstLossUsd: numberOf('--first-loss', options.firstLoss),
    secondLossUsd: numberOf('--second-loss', options.secondLoss),
    payingShare: numberOf('--paying', options.paying),
    paymentDelayMinutes: numberOf('--delay', options.delay),
    fundingPerDay: numberOf('--funding', options.funding),
  };
}

function summaryOf(results: readonly ReplayResult[]): string {
  const sets = results.map(({ parameters, totals, accounts, makersDeleveragedUsd }) => ({
    parameters,
    totals,
    makersDeleveragedUsd,
    accounts,
  }));
  return JSON.stringify({ sets, hit: hitRows(results) }, null, 2);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InputError(`${option}: expected a number but received ${text}`);
}

function timeOf(option: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  const timeMs = Date.parse(text);
  if (Number.isFinite(timeMs)) return timeMs;
  throw new InputError(
    `${option}: expected a time such as 2026-02-05 or 2026-02-05T12:00:00Z but received ${text}`,
  );
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(describeFailure(outcome.failure));
}
