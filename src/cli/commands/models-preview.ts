import type { Command } from 'commander';
import type { Portfolio } from '../../domain/portfolio.js';
import { TOP_MOVERS_MAX } from '../../limits.js';
import { LADDER_RULE } from '../../live/state/ladder-rule.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import { HOUSE_POLICY } from '../../recalibration/governance/policy.js';
import { bookImpact, type UnmarginedBook } from '../../recalibration/preview/book-impact.js';
import { impactSummary } from '../../recalibration/preview/impact.js';
import { DEFAULT_VENUE_RULES } from '../../replay/replay-terms.js';
import { defaultModel } from '../choose-models.js';
import { createEngine } from '../engine.js';
import { EXIT, InputError } from '../exit.js';
import { formatTime } from '../format.js';
import { appendName, parseInteger, parseTime } from '../options.js';
import type { Output } from '../output.js';
import { readBook, type BookEntry } from '../portfolio-file.js';
import { changedParameters, readComparedSets } from '../preview/compared-sets.js';
import { crashToJson, crashVerdict, renderCrash } from '../preview/crash-gate.js';
import { gateOf, renderGate } from '../preview/gate.js';
import { renderPreview } from '../preview/table.js';
import { prepareReplay } from '../replay/prepare-replay.js';
import { readMarketOn, volatilityOption, type VolatilityOrigin } from '../volatility-source.js';

const EXAMPLES = `
Examples:
  $ margincube models preview --market market.json --portfolios book.json --model derive-pm2 --params stricter.json
  $ margincube models preview --market market.json --portfolios book.json --model derive-pm2 --params old.json,new.json --json
  $ margincube models preview --market market.json --portfolios book.json --model derive-pm2 --params new.json --crash chains/

A file of parameters is a partial tree of what "margincube models show NAME --json" prints; anything else is the name of a set.
Exit codes: 0 the change passes the gate or is let pass by --override, 1 it is refused, 2 bad usage or input.
`;

interface PreviewOptions {
  readonly market: string;
  readonly portfolios: string;
  readonly model?: string;
  readonly params: string;
  readonly top: number;
  readonly volatility: VolatilityOrigin;
  readonly isa?: string;
  readonly crash: readonly string[];
  readonly crashFrom?: number;
  readonly crashTo?: number;
  readonly crashStep: number;
  readonly override?: string;
  readonly json?: boolean;
}

export function addModelsPreviewCommand(models: Command, output: Output): void {
  models
    .command('preview')
    .summary('whom a change of parameters would hit')
    .description(
      'Margins every account under the old and the new parameters: what all must hold, new calls and what they must bring, ' +
        'liquidations, the accounts that change most, and whether a proposal would pass the gate. Amounts are US dollars.',
    )
    .requiredOption('--market <file>', 'market snapshot, JSON')
    .requiredOption('--portfolios <file>', 'one portfolio or a book of portfolios, JSON')
    .option('--model <name>', 'model or model@parameter-set; as margin chooses it without')
    .requiredOption('--params <old,new>', 'two sets of parameters, or one against the model as it is named')
    .option('--top <number>', 'accounts that change most', parseInteger, TOP_MOVERS)
    .option(
      '--crash <folder|underlying=file>',
      'take the accounts through recorded chains or daily prices under both sets; files may be repeated',
      appendName,
      [],
    )
    .option('--crash-from <time>', 'first recorded moment that is used', parseTime)
    .option('--crash-to <time>', 'last recorded moment that is used', parseTime)
    .option(
      '--crash-step <minutes>',
      'minutes from one margin run to the next',
      parseInteger,
      CRASH_STEP_MINUTES,
    )
    .option('--override <reason>', 'let a refused change pass for this reason, for a day')
    .addOption(volatilityOption())
    .option('--isa <level>', 'instruction level of the kernels: reference, baseline, v3, v4')
    .option('--json', 'print the preview as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: PreviewOptions) => {
      process.exitCode = await preview(options, output);
    });
}

const TOP_MOVERS = 10;
const CRASH_STEP_MINUTES = 5;

async function preview(options: PreviewOptions, output: Output): Promise<number> {
  if (options.top > TOP_MOVERS_MAX) throw new InputError(`--top: expected at most ${String(TOP_MOVERS_MAX)}`);
  const market = readMarketOn(options.market, options.volatility, options.isa, output);
  const compared = readComparedSets(options.model ?? defaultModel(market), options.params);
  const { portfolios, unread } = readPortfolios(options.portfolios);
  const found = bookImpact(createEngine(options.isa), market, portfolios, compared, {
    rule: LADDER_RULE,
    topMovers: options.top,
  });
  const failures = [...unread, ...found.failures];
  const { accountCount, failedAccounts } = found.impact;
  const impact = {
    ...found.impact,
    accountCount: accountCount + unread.length,
    failedAccounts: failedAccounts + unread.length,
  };
  const shareMax = HOUSE_POLICY.newlyCalledEquityShareMax;
  const summary = impactSummary(impact, shareMax);
  const crash = options.crash.length === 0 ? undefined : crashVerdict(await crashOf(options), compared);
  const gate = gateOf(summary, crash, options.override, Date.now());
  const changes = changedParameters(compared);
  if (options.json) {
    const sets = { before: nameOf(compared.before), after: nameOf(compared.after) };
    const found = { changes, impact, summary, ...(crash === undefined ? {} : { crash: crashToJson(crash) }) };
    output.print(JSON.stringify({ market: market.hash, ...sets, ...found, gate, failures }, null, 2));
  } else {
    const header = `${describeSet(compared.before)} -> ${describeSet(compared.after)}, ${describeMarket(market)}`;
    output.print(
      [
        header,
        renderPreview({ changes, impact, failures }),
        ...(crash === undefined ? [] : [renderCrash(crash)]),
        renderGate(gate, summary, shareMax, crash),
      ].join('\n\n'),
    );
  }
  return gate.isPassed || gate.override !== undefined ? EXIT.DONE : EXIT.FAILED;
}

function crashOf(options: PreviewOptions): ReturnType<typeof prepareReplay> {
  const { crash, crashFrom, crashTo, crashStep, portfolios } = options;
  return prepareReplay({
    sources: crash,
    window: { fromMs: crashFrom ?? -Infinity, toMs: crashTo ?? Infinity, underlyings: new Set() },
    book: portfolios,
    rules: { ...DEFAULT_VENUE_RULES, stepMinutes: crashStep },
    ...{ seed: 1, depthFactor: 1 },
  });
}

/** Portfolios that cannot be read fail alone. */
function readPortfolios(file: string): { portfolios: Portfolio[]; unread: UnmarginedBook[] } {
  const entries = readBook(file);
  return {
    portfolios: entries.flatMap(({ portfolio }) => (portfolio.ok ? [portfolio.value] : [])),
    unread: entries.flatMap(({ accountId, portfolio }: BookEntry): UnmarginedBook[] =>
      portfolio.ok ? [] : [{ accountId, under: 'both', failure: portfolio.failure }],
    ),
  };
}

function nameOf({ id, parameterSet, parameterHash }: ResolvedModel): { name: string; parameterHash: string } {
  return { name: `${id}@${parameterSet}`, parameterHash };
}

function describeSet({ id, parameterSet, parameterHash }: ResolvedModel): string {
  return `${id}@${parameterSet} (${parameterHash.slice(0, 12)})`;
}

function describeMarket({ venue, timeMs }: Market): string {
  return `${venue} of ${formatTime(timeMs)}`;
}
