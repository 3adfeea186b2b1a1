import type { Command } from 'commander';
import type { PathMargin } from '../../domain/simulation.js';
import type { LiquidationSurface, SurfaceShocks } from '../../engine/liquidation-surface.js';
import type { ReportOptions } from '../../engine/margin-engine-types.js';
import type { Market } from '../../market/snapshot/market.js';
import { resolveDrawnLaw } from '../../models/drawn-law.js';
import type { DrawnLaw } from '../../models/drawn/law.js';
import { calculate } from '../calculate.js';
import { createEngine } from '../engine.js';
import { chooseModels } from '../choose-models.js';
import { EXIT, InputError } from '../exit.js';
import { readJson } from '../files.js';
import { formatCount, formatTime } from '../format.js';
import { describeFailure, renderMargins, type MarginRow } from '../margin-table.js';
import { marginsToJson } from '../margins-json.js';
import { appendName, parsePositive, parseMoves } from '../options.js';
import type { Output } from '../output.js';
import type { BookEntry } from '../portfolio-file.js';
import { readBook } from '../portfolio-file.js';
import { readMarketOn, volatilityOption, type VolatilityOrigin } from '../volatility-source.js';
import {
  renderBreakingMoves,
  renderContributions,
  renderLiquidationPrices,
  renderPaths,
  renderRefusals,
  renderSurfaces,
} from '../what-if-tables.js';
import {
  breakBooks,
  breakingMovesToJson,
  mapSurfaces,
  readLegs,
  simulatePaths,
  simulationsToJson,
  surfacesToJson,
  type WhatIf,
} from '../what-ifs.js';

const EXAMPLES = `
Examples:
  $ margincube margin --market market.json --portfolio book.json
  $ margincube margin --market market.json --portfolio book.json --model derive-pm2 --model deribit-pm
  $ margincube margin --market market.json --portfolio book.json --model derive-pm2 --params stricter.json --json
  $ margincube margin --market market.json --portfolio book.json --model ./my-model.json
  $ margincube margin --market market.json --portfolio book.json --contributions --liquidation-prices
  $ margincube margin --market market.json --portfolio book.json --liquidation-surface --spot-moves=-30,0,30 --vol-moves=0,50
  $ margincube margin --market market.json --portfolio book.json --path legs.json
  $ margincube margin --market market.json --portfolio book.json --volatility surface
  $ margincube margin --market market.json --portfolio book.json --model house --reverse-stress 50000

A portfolio file is one Portfolio or {"portfolios": [...]}, a market file one MarketSnapshot, both in the proto3 JSON mapping
of the contract. --params is a partial tree of the parameters that "margincube models show NAME --json" prints. A file of
trades is {"legs": [{"instrument": "BTC-PERPETUAL", "quantity": -1, "price": 95000}, ...]}, the legs of a SimulateMarginRequest
in the order of their execution; without a price a trade is done at the model's value or the mark. Moves that begin with a
minus need the equals sign.
Exit codes: 0 done, 1 a portfolio failed, 2 bad usage or input.
`;

interface MarginOptions {
  readonly market: string;
  readonly portfolio: string;
  readonly model?: readonly string[];
  readonly params?: string;
  readonly json?: boolean;
  readonly volatility: VolatilityOrigin;
  readonly dataUncertainty?: boolean;
  readonly vectors?: boolean;
  readonly contributions?: boolean;
  readonly liquidationPrices?: boolean;
  readonly liquidationSurface?: boolean;
  readonly spotMoves?: readonly number[];
  readonly volMoves?: readonly number[];
  readonly path?: string;
  readonly reverseStress?: number;
  readonly allowApproximations?: boolean;
  readonly isa?: string;
}

export function addMarginCommand(program: Command, output: Output): void {
  program
    .command('margin')
    .summary('margins of portfolios on one market')
    .description(
      'Calculates the margin of every portfolio of a file on the market of another. Without --model a market of the venue ' +
        'deribit with coin-settled contracts is margined by deribit-pm, every other by derive-pm2.',
    )
    .requiredOption('--market <file>', 'market snapshot, JSON')
    .requiredOption('--portfolio <file>', 'one portfolio or a book of portfolios, JSON')
    .option(
      '--model <name>',
      'model, model@parameter-set or a model file (.json, .csv of risk arrays); may be repeated',
      appendName,
    )
    .option('--params <file>', 'parameters that replace those of the model, JSON; with one --model only')
    .addOption(volatilityOption())
    .option('--data-uncertainty', 'add how much of the margins is doubt about the market data')
    .option('--vectors', 'add the P&L in every scenario to the JSON')
    .option('--contributions', 'add what each position, expiry and underlying adds to the margins')
    .option('--liquidation-prices', 'add every price of each underlying at which the account is liquidated')
    .option('--liquidation-surface', 'add equity less maintenance margin over moves of spot and volatility')
    .option('--spot-moves <list>', 'rows of the surface, percent, separated by commas', parseMoves)
    .option(
      '--vol-moves <list>',
      'columns of the surface, relative, percent, separated by commas',
      parseMoves,
    )
    .option('--path <file>', 'trades {"legs": [...]}; add the margins before, at the worst point and after')
    .option(
      '--reverse-stress <usd>',
      'add the least unlikely move of spot and volatility that loses so many dollars, by the law of the house model',
      parsePositive,
    )
    .option('--allow-approximations', 'allow reports that rest on components whose rule is not public')
    .option('--isa <level>', 'instruction level of the kernels: reference, baseline, v3, v4')
    .option('--json', 'print {"outcomes": [...]}, the JSON of the reports and errors')
    .addHelpText('after', EXAMPLES)
    .action((options: MarginOptions) => {
      const market = readMarketOn(options.market, options.volatility, options.isa, output);
      const book = readBook(options.portfolio);
      const models = chooseModels(options, market);
      const engine = createEngine(options.isa);
      const shocks = surfaceShocks(options);
      const legs = options.path === undefined ? undefined : readLegs(options.path);
      const rows = models.flatMap((model) => calculate(engine, model, market, book, reportOptions(options)));
      const allowApproximations = options.allowApproximations ?? false;
      const request = { engine, models, market, book, rows, allowApproximations };
      const paths = legs === undefined ? [] : simulatePaths(request, legs);
      const surfaces = shocks === undefined ? [] : mapSurfaces(request, shocks);
      const { reverseStress } = options;
      const breaking = reverseStress === undefined ? [] : breakBooks(request, lawOf(options), reverseStress);
      output.print(
        options.json
          ? marginsToJson(rows, {
              ...(legs === undefined ? {} : { simulations: simulationsToJson(paths) }),
              ...(shocks === undefined ? {} : { liquidationSurfaces: surfacesToJson(surfaces) }),
              ...(reverseStress === undefined ? {} : { reverseStress: breakingMovesToJson(breaking) }),
            })
          : [
              describeRun(market, book, engine.isa),
              renderMargins(rows),
              ...renderBeside(rows, paths, surfaces),
              ...(reverseStress === undefined ? [] : renderBreakingMoves(breaking, reverseStress)),
              ...renderRefusals('No reverse stress', breaking),
            ].join('\n\n'),
      );
      const outcomes = [...rows, ...paths, ...surfaces, ...breaking].map(({ outcome }) => outcome);
      process.exitCode = outcomes.every(({ ok }) => ok) ? EXIT.DONE : EXIT.FAILED;
    });
}

/** Moves that show where a book of options turns, when nobody says which. */
const SPOT_MOVES = [-0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5];
const VOLATILITY_MOVES = [-0.25, 0, 0.25, 0.5, 1];

/** Moves of the surface; naming some asks for it. */
function surfaceShocks({
  liquidationSurface,
  spotMoves,
  volMoves,
}: MarginOptions): SurfaceShocks | undefined {
  const isWanted = liquidationSurface === true || spotMoves !== undefined || volMoves !== undefined;
  return isWanted ? { spot: spotMoves ?? SPOT_MOVES, volatility: volMoves ?? VOLATILITY_MOVES } : undefined;
}

function renderBeside(
  rows: readonly MarginRow[],
  paths: readonly WhatIf<PathMargin>[],
  surfaces: readonly WhatIf<readonly LiquidationSurface[]>[],
): string[] {
  const reports = rows.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : []));
  return [
    ...renderLiquidationPrices(reports),
    ...renderContributions(reports),
    ...renderPaths(paths),
    ...renderRefusals('No margins along the trades', paths),
    ...renderSurfaces(surfaces),
    ...renderRefusals('No surface', surfaces),
  ];
}

function reportOptions(options: MarginOptions): ReportOptions {
  return {
    includeScenarioVector: options.vectors ?? false,
    includePositionVectors: false,
    includeContributions: options.contributions ?? false,
    includeLiquidationPrices: options.liquidationPrices ?? false,
    includeDataUncertainty: options.dataUncertainty ?? options.volatility === 'surface',
    allowApproximations: options.allowApproximations ?? false,
  };
}

/** The law of the first model that draws moves, with its parameters; otherwise that of the house as it stands. */
function lawOf({ model = [], params }: MarginOptions): DrawnLaw {
  const own = model.find((name) => /^(house|es)(@|$)/.test(name));
  const overrides = params === undefined || own === undefined ? undefined : readJson(params, 'parameters');
  const law = resolveDrawnLaw({ name: own ?? 'house', ...(overrides === undefined ? {} : { overrides }) });
  if (law.ok) return law.value;
  throw new InputError(`--reverse-stress: ${describeFailure(law.failure)}`);
}

function describeRun(market: Market, book: readonly BookEntry[], isa: string): string {
  const portfolios = `${formatCount(book.length)} portfolio${book.length === 1 ? '' : 's'}`;
  return `${portfolios} on ${market.venue} of ${formatTime(market.timeMs)}, market ${market.hash.slice(0, 12)}, kernels ${isa}`;
}
