import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { coverage, type Coverage } from '../../backtest/coverage.js';
import { joinHistory, parsePriceCsv, type PriceHistory } from '../../backtest/price-history.js';
import type { BookDay } from '../../backtest/book-day.js';
import { indexHistory } from '../../backtest/chain-history.js';
import { defaultOptionPolicies, optionDays } from '../../backtest/option-books.js';
import { perpetualDays, type PolicyBook } from '../../backtest/perpetual-books.js';
import { replay, type ReplayDay } from '../../backtest/replay.js';
import { tailVerdict, type TailVerdict } from '../../backtest/tail-verdict.js';
import type { Outcome } from '../../domain/outcome.js';
import { loadKernels } from '../../kernel/load-kernels.js';
import { readChains } from '../backtest/read-chains.js';
import { backtestDaysCsv, backtestReport } from '../backtest/report.js';
import { renderBacktests } from '../backtest/table.js';
import { EXIT, InputError } from '../exit.js';
import { makeFolder, readJson, readMaybeGzipped, writeText } from '../files.js';
import { describeFailure } from '../margin-table.js';
import type { Output } from '../output.js';

const EXAMPLES = `
Examples:
  $ margincube backtest --prices BTC=BTC-USD.csv.gz --out backtest
  $ margincube backtest --prices BTC=btc.csv --prices ETH=eth.csv --model house --model house:filtered --json
  $ margincube backtest --chains deribit_daily_panel.parquet --out option-backtest

A model name followed by :filtered draws from the history until each day instead of a fitted law. Chains are CSV (may be gzipped)
or Parquet with the columns of the recorded Deribit panel: one chain a day.
`;

/** What the house model is compared with when no model is named: presets that margin linear perpetuals of any underlying. */
const DEFAULT_MODELS = ['house', 'house:filtered', 'derive-pm2', 'paradex-pm', 'bybit-pm', 'okx-pm'];

/** Days that only feed the volatility estimate before the first margin. */
const WARM_UP_DAYS = 250;

/** Of chains there are too few for that; what 49 returns say of a deviation must do. */
const CHAIN_WARM_UP_DAYS = 50;

/** Confidence of the value at risk that is tested: that of Basel's traffic light. */
const CONFIDENCE = 0.99;

/** One book under one model. */
export interface BacktestResult {
  readonly model: string;
  readonly book: string;
  /** Dollars of gross notional. */
  readonly notionalUsd: number;
  readonly days: readonly ReplayDay[];
  readonly coverage: Coverage;
  /** Of models that estimate a tail. */
  readonly tail?: TailVerdict;
}

interface BacktestOptions {
  readonly chains?: string;
  readonly prices: readonly string[];
  readonly model: readonly string[];
  readonly books?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addBacktestCommand(program: Command, output: Output): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  program
    .command('backtest')
    .summary('margins of the past against what happened next')
    .description(
      'Replays books of perpetuals over recorded daily prices: margins every day with what was known that day, then tests value at risk, expected shortfall and margins on the next day’s result. Without --books it holds 100,000 dollars long and short of every underlying, and the spread of the first two.',
    )
    .option(
      '--prices <underlying=file>',
      'daily prices, CSV with date and close (may be gzipped); may be repeated',
      collect,
      [],
    )
    .option(
      '--chains <file>',
      'option chains, one a day, CSV or Parquet: books of options instead of perpetuals',
    )
    .option('--model <name>', 'model or model@parameter-set; may be repeated', collect, [])
    .option(
      '--books <file>',
      'books of constant dollars, JSON: [{"name", "legs": [{"underlying", "notionalUsd"}]}]',
    )
    .option('--out <dir>', 'write days.csv, summary.json and report.html there')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: BacktestOptions) => {
      process.exitCode = await run(options, output);
    });
}

/** A book to replay. */
interface ReplayBook {
  readonly name: string;
  readonly notionalUsd: number;
  readonly days: readonly BookDay[];
}

async function readBacktest(
  options: BacktestOptions,
): Promise<{ readonly history: PriceHistory; readonly books: readonly ReplayBook[] }> {
  if (options.chains !== undefined) {
    if (options.prices.length > 0 || options.books !== undefined)
      throw new InputError('--chains: expected neither --prices nor --books beside it');
    const chains = valueOf(await readChains(options.chains));
    const history = indexHistory(chains);
    const policies = [...history.prices.keys()].flatMap((name) => defaultOptionPolicies(name, NOTIONAL_USD));
    const books = policies.map((policy) => ({
      ...policy,
      days: optionDays(chains, policy, CHAIN_WARM_UP_DAYS),
    }));
    return { history, books };
  }
  if (options.prices.length === 0) throw new InputError('expected --prices underlying=file or --chains file');
  const history = readHistory(options.prices);
  const policies = options.books === undefined ? defaultBooks(history) : readBooks(options.books);
  const books = policies.map((book) => ({
    name: book.name,
    notionalUsd: book.legs.reduce((sum, leg) => sum + Math.abs(leg.notionalUsd), 0),
    days: valueOf(perpetualDays(history, book, WARM_UP_DAYS)),
  }));
  return { history, books };
}

async function run(options: BacktestOptions, output: Output): Promise<number> {
  const { history, books } = await readBacktest(options);
  const models = options.model.length === 0 ? DEFAULT_MODELS : options.model;
  if (options.out !== undefined) makeFolder(options.out);
  const kernels = loadKernels();
  const results: BacktestResult[] = [];
  let refusals = 0;
  for (const book of books) {
    for (const model of models) {
      const days = replay({
        kernels,
        history,
        days: book.days,
        model,
        ...(isOwn(model) ? { overrides: { tail: { confidence: CONFIDENCE } } } : {}),
      });
      if (!days.ok) {
        refusals += 1;
        output.warn(`${model} on ${book.name}: ${describeFailure(days.failure)}`);
        continue;
      }
      const tail = tailVerdict(days.value, CONFIDENCE);
      results.push({
        model,
        book: book.name,
        notionalUsd: book.notionalUsd,
        days: days.value,
        coverage: valueOf(coverage(days.value)),
        ...(tail === undefined ? {} : { tail: valueOf(tail) }),
      });
    }
  }
  const summary = results.map(({ model, book, notionalUsd, coverage: covered, tail }) => ({
    model,
    book,
    notionalUsd,
    coverage: covered,
    ...(tail === undefined ? {} : { tail }),
  }));
  output.print(options.json === true ? JSON.stringify(summary, null, 2) : renderBacktests(history, results));
  if (options.out !== undefined) {
    writeText(join(options.out, 'days.csv'), backtestDaysCsv(results));
    writeText(join(options.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    writeText(join(options.out, 'report.html'), backtestReport(history, results));
  }
  return refusals > 0 ? EXIT.FAILED : EXIT.DONE;
}

function isOwn(model: string): boolean {
  return model.replace(':filtered', '').split('@')[0] === 'house';
}

function readHistory(sources: readonly string[]): PriceHistory {
  const series = new Map<string, ReadonlyMap<number, number>>();
  for (const source of sources) {
    const at = source.indexOf('=');
    if (at <= 0) throw new InputError(`--prices ${source}: expected underlying=file, e.g. BTC=btc.csv`);
    const [underlying, file] = [source.slice(0, at), source.slice(at + 1)];
    if (series.has(underlying)) throw new InputError(`--prices ${source}: ${underlying} is named twice`);
    const parsed = parsePriceCsv(underlying, readMaybeGzipped(file, 'daily prices'));
    if (!parsed.ok) throw new InputError(`${file}: ${describeFailure(parsed.failure)}`);
    series.set(underlying, parsed.value);
  }
  return valueOf(joinHistory(series));
}

const books = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(128),
      legs: z
        .array(
          z.strictObject({ underlying: z.string().min(1), notionalUsd: z.number().min(-1e12).max(1e12) }),
        )
        .min(1)
        .max(100),
    }),
  )
  .min(1)
  .max(1_000);

function readBooks(file: string): readonly PolicyBook[] {
  const parsed = books.safeParse(readJson(file, 'books'));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(
    `${file}: books${issue === undefined ? '' : `.${issue.path.join('.')}: ${issue.message}`}`,
  );
}

const NOTIONAL_USD = 100_000;

function defaultBooks({ prices }: PriceHistory): readonly PolicyBook[] {
  const names = [...prices.keys()];
  const one = (underlying: string, sign: 1 | -1): PolicyBook => ({
    name: `${underlying} ${sign > 0 ? 'long' : 'short'}`,
    legs: [{ underlying, notionalUsd: sign * NOTIONAL_USD }],
  });
  const [first, second] = names;
  const spread: PolicyBook[] =
    first === undefined || second === undefined
      ? []
      : [
          {
            name: `${first} long ${second} short`,
            legs: [
              { underlying: first, notionalUsd: NOTIONAL_USD },
              { underlying: second, notionalUsd: -NOTIONAL_USD },
            ],
          },
        ];
  return [...names.flatMap((name) => [one(name, 1), one(name, -1)]), ...spread];
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(describeFailure(outcome.failure));
}
