import { availableParallelism } from 'node:os';
import { Argument, Option, type Command } from 'commander';
import { BatchInputError, BatchRunError } from '../../batch/batch-error.js';
import type { AllowedMixtures } from '../../batch/mixtures.js';
import type { EarlyInputs } from '../../batch/input/early-inputs.js';
import type * as Steps from '../../batch/steps.js';
import { required, type EodOptions } from '../eod/options.js';
import type * as Request from '../eod/request.js';
import { EXIT, InputError } from '../exit.js';
import { formatCount } from '../format.js';
import { appendName, parseInteger } from '../options.js';
import type { Output } from '../output.js';

const EXAMPLES = `
Examples:
  $ margincube eod --market market.json --portfolios positions.parquet --collateral cash.csv --model es --out run
  $ margincube eod --market market.json --portfolios book.csv --model es --model derive-pm2 --workers 2 --out run --resume
  $ margincube eod --verify run
  $ margincube eod plan --market market.json --portfolios book.parquet --model es --out run --of 100
  $ margincube eod shard --market market.json --portfolios book.parquet --model es --out run --index 7 --of 100
  $ margincube eod merge --out run

Positions are rows (account_id, instrument, quantity[, average_price]); collateral is rows (account_id, asset, amount) of a second
file, or of the same file with a column kind that says position or collateral. A shard takes its index from JOB_COMPLETION_INDEX or
SLURM_ARRAY_TASK_ID where --index is not given. See docs/end-of-day.md.
Exit codes: 0 finished (failed accounts are in failures.parquet), 1 the run stopped and may be resumed or, with --strict, an account
failed, 2 bad usage or input.
`;

export function addEodCommand(program: Command, output: Output): void {
  program
    .command('eod')
    .summary('margins of all accounts of a venue, files in and files out')
    .description(
      'Margins every account of a file of positions by one or several models over shared cubes and writes Parquet tables, a ' +
        'summary and a manifest. The same run can be divided: plan, then shard by shard anywhere, then merge.',
    )
    .addArgument(
      new Argument('[step]', 'what to do').choices(['run', 'plan', 'shard', 'merge']).default('run'),
    )
    .option('--market <file>', 'market snapshot, JSON')
    .option('--portfolios <file>', 'positions: .parquet, .csv, .csv.gz, .json or .jsonl')
    .option('--collateral <file>', 'balances, in the same formats')
    .option('--model <name>', 'model, model@parameter-set or a model file; may be repeated', appendName)
    .option('--params <file>', 'parameters that replace those of the model, JSON; with one --model only')
    .option('--out <dir>', 'folder of the results')
    .option('--workers <n>', 'threads; default: one per core', parseInteger)
    .option('--resume', 'keep the finished shards of an interrupted run')
    .option('--verify <dir>', 'recompute the hashes and row counts of a finished run')
    .option('--vectors', 'add scenarios.parquet, the P&L of every account in every scenario')
    .option('--top-positions <k>', 'positions of each account in contributions.parquet', parseInteger, 10)
    .addOption(
      new Option(
        '--precision <precision>',
        'single: preselect tails in single precision; the same bits, faster',
      )
        .choices(['single', 'double'])
        .default('single'),
    )
    .option('--strict', 'exit code 1 if an account failed')
    .option('--allow-approximations', 'allow reports that rest on components whose rule is not public')
    .option('--allow-mixed-isa', 'merge parts of different instruction levels')
    .option('--allow-mixed-versions', 'merge parts of different versions or builds of this program or DuckDB')
    .option('--isa <level>', 'instruction level of the kernels: reference, baseline, v3, v4')
    .option('--index <i>', 'shard to calculate, from 0', parseInteger)
    .option('--of <n>', 'shards; of a run in one process by its size where absent', parseInteger)
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (step: string, options: EodOptions) => {
      try {
        if (options.verify !== undefined) await verify(options.verify, options, output);
        else await STEPS[step]?.(options, output);
      } catch (error) {
        if (error instanceof BatchInputError) throw new InputError(error.message);
        if (!(error instanceof BatchRunError)) throw error;
        output.warn(`margincube: ${error.message}`);
        process.exitCode = EXIT.FAILED;
      }
    });
}

/** Loaded by the command that needs them: every other one starts without a database. */
const batch = (): Promise<typeof Steps & typeof Request> =>
  Promise.all([import('../../batch/steps.js'), import('../eod/request.js')]).then(([steps, request]) => ({
    ...steps,
    ...request,
  }));

/**
 * Files are opened and their accounts numbered while the modules of models and market are loaded, which takes as long; not where the
 * run may be finished already. What is wrong with the options is told where the request is read.
 */
async function withEarlyInputs<Result>(
  { workers = availableParallelism(), resume, portfolios, collateral }: EodOptions,
  use: (early: EarlyInputs | undefined) => Promise<Result>,
): Promise<Result> {
  if (resume === true || workers < 1 || portfolios === undefined) return use(undefined);
  const { EarlyInputs } = await import('../../batch/input/early-inputs.js');
  const early = new EarlyInputs({ portfolios, ...(collateral === undefined ? {} : { collateral }) }, workers);
  try {
    await early.begun();
    return await use(early);
  } finally {
    await early.close();
  }
}

type Step = (options: EodOptions, output: Output) => Promise<void>;

const STEPS: Readonly<Record<string, Step>> = {
  run: async (options, output) => {
    const startedAt = performance.now();
    const { manifest, times, preselection, shardsKept } = await withEarlyInputs(options, async (early) => {
      const { runToEnd, readRequest } = await batch();
      const request = readRequest(options, output);
      return runToEnd(request, options.resume ?? false, options.of, mixtures(options), early);
    });
    const wallSeconds = (performance.now() - startedAt) / 1_000;
    const { accountCount, positionCount, failureCount, runHash, shardCount } = manifest;
    tell(
      options,
      output,
      {
        runHash,
        accountCount,
        positionCount,
        failureCount,
        shardCount,
        shardsKept,
        wallSeconds,
        seconds: times,
        preselection,
      },
      `${formatCount(accountCount)} accounts, ${formatCount(positionCount)} positions ` +
        (times === undefined
          ? 'calculated before; '
          : `in ${wallSeconds.toFixed(2)} s, ${formatCount(accountCount / wallSeconds)} accounts/s; `) +
        `${formatCount(failureCount)} failed; run ${runHash.slice(0, 12)}`,
    );
    endWith(failureCount, options);
  },
  plan: async (options, output) => {
    const { planRun, readRequest } = await batch();
    const { plan } = await planRun(readRequest(options, output), options.of ?? 1);
    const { runHash, accountCount, positionCount, shards } = plan;
    tell(
      options,
      output,
      { runHash, accountCount, positionCount, shardCount: shards.length },
      `${formatCount(shards.length)} shards of ${formatCount(accountCount)} accounts, run ${runHash.slice(0, 12)}`,
    );
  },
  shard: async (options, output) => {
    const index = options.index ?? arrayIndex();
    if (options.of === undefined) throw new InputError('--of: expected the number of shards');
    const { of } = options;
    const failureCount = await withEarlyInputs(options, async (early) => {
      const { runShard, readRequest } = await batch();
      return runShard(readRequest(options, output), index, of, early);
    });
    tell(
      options,
      output,
      { index, failureCount },
      `shard ${String(index)}: ${formatCount(failureCount)} failed`,
    );
    endWith(failureCount, options);
  },
  merge: async (options, output) => {
    const { openDuck, mergeParts, planOf } = await batch();
    const out = required(options.out, '--out');
    const connection = await openDuck(options.workers ?? availableParallelism(), out);
    const merged = await mergeParts(
      { connection, out, plan: planOf(out) },
      { allowed: mixtures(options), keepParts: true },
    );
    const { runHash, accountCount, failureCount, shardCount } = merged;
    tell(
      options,
      output,
      { runHash, accountCount, failureCount, shardCount },
      `${formatCount(shardCount)} shards, ${formatCount(accountCount)} accounts, ${formatCount(failureCount)} failed; run ${runHash.slice(0, 12)}`,
    );
    endWith(failureCount, options);
  },
};

async function verify(out: string, options: EodOptions, output: Output): Promise<void> {
  const { openDuck, verifyRun } = await batch();
  const connection = await openDuck(options.workers ?? availableParallelism(), out);
  const { manifest, differences } = await verifyRun(connection, out);
  tell(
    options,
    output,
    { runHash: manifest.runHash, differences },
    differences.length === 0
      ? `${out}: ${formatCount(manifest.accountCount)} accounts, every table as the manifest says`
      : differences.join('\n'),
  );
  process.exitCode = differences.length === 0 ? EXIT.DONE : EXIT.FAILED;
}

function mixtures({ allowMixedIsa, allowMixedVersions }: EodOptions): AllowedMixtures {
  return { isa: allowMixedIsa ?? false, versions: allowMixedVersions ?? false };
}

/** The index that array runners give their jobs. */
function arrayIndex(): number {
  const text = process.env.JOB_COMPLETION_INDEX ?? process.env.SLURM_ARRAY_TASK_ID;
  if (text === undefined || !/^\d+$/.test(text))
    throw new InputError('--index: expected it, JOB_COMPLETION_INDEX or SLURM_ARRAY_TASK_ID');
  return Number(text);
}

function tell(options: EodOptions, output: Output, json: unknown, text: string): void {
  output.print(options.json === true ? JSON.stringify(json, null, 1) : text);
}

/** A finished run or shard is done even where accounts failed: runners would repeat it for ever otherwise. */
function endWith(failureCount: number, { strict }: EodOptions): void {
  process.exitCode = strict === true && failureCount > 0 ? EXIT.FAILED : EXIT.DONE;
}
