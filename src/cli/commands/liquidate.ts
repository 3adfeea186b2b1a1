import type { Command } from 'commander';
import { failureUnder } from '../../domain/outcome.js';
import { loadLinearSolver } from '../../live/liquidation/linear-program.js';
import { planCalculator } from '../../live/liquidation/plan-calculator.js';
import { planLiquidation } from '../../live/liquidation/plan-liquidation.js';
import type { PlanRules } from '../../live/liquidation/plan-types.js';
import { DEFAULT_PLAN_RULES } from '../../live/liquidation/plan-types.js';
import { resolveModel } from '../../models/catalogue.js';
import { createEngine } from '../engine.js';
import { EXIT, InputError } from '../exit.js';
import { describeFailure } from '../margin-table.js';
import { readMarket } from '../market-file.js';
import { parsePositive } from '../options.js';
import type { Output } from '../output.js';
import { readBook } from '../portfolio-file.js';
import type { PlanRow } from '../plan-table.js';
import { plansToJson, renderPlans } from '../plan-table.js';

const EXAMPLES = `
Examples:
  $ margincube liquidate --market market.json --portfolio book.json --model derive-pm2
  $ margincube liquidate --market market.json --portfolio book.json --lot 0.1 --json

It plans, it never trades. Nothing is closed in an account whose equity covers its maintenance margin; a plan ends at
(1 + buffer) times it. Positions must settle in the currency of the margin; options without a quote stay.
Exit codes: 0 every account is covered or can be, 1 a portfolio failed or stays short, 2 bad usage or input.
`;

interface LiquidateOptions {
  readonly market: string;
  readonly portfolio: string;
  readonly model: string;
  readonly buffer: number;
  readonly lot: number;
  readonly hedge?: boolean;
  readonly json?: boolean;
}

export function addLiquidateCommand(program: Command, output: Output): void {
  program
    .command('liquidate')
    .summary('the cheapest trades that bring accounts back above their maintenance margin')
    .description(
      'Plans which positions of every portfolio of a file to close, at bid and ask, so that its margin is covered.',
    )
    .requiredOption('--market <file>', 'market snapshot, JSON')
    .requiredOption('--portfolio <file>', 'one portfolio or a book of portfolios, JSON')
    .option('--model <name>', 'model or model@parameter-set', 'derive-pm2')
    .option(
      '--buffer <share>',
      'equity beyond the maintenance margin to reach',
      parsePositive,
      DEFAULT_PLAN_RULES.buffer,
    )
    .option(
      '--lot <contracts>',
      'smallest step of a quantity',
      parsePositive,
      DEFAULT_PLAN_RULES.lotContracts,
    )
    .option('--hedge', 'also buy or sell perpetuals and futures where that is cheaper')
    .option('--json', 'print {"plans": [...]}')
    .addHelpText('after', EXAMPLES)
    .action(async (options: LiquidateOptions) => {
      const rows = await plan(options);
      output.print(options.json ? plansToJson(rows) : renderPlans(rows));
      const isCovered = rows.every(({ outcome }) => outcome.ok && outcome.value.result !== 'CLOSED_OUT');
      process.exitCode = isCovered ? EXIT.DONE : EXIT.FAILED;
    });
}

async function plan(options: LiquidateOptions): Promise<PlanRow[]> {
  const market = readMarket(options.market);
  const book = readBook(options.portfolio);
  const model = resolveModel({ name: options.model });
  if (!model.ok) throw new InputError(`--model: ${describeFailure(model.failure)}`);
  const calculator = planCalculator(createEngine(undefined), { model: model.value, market });
  const rules: PlanRules = {
    buffer: options.buffer,
    lotContracts: options.lot,
    mayHedge: options.hedge === true,
  };
  const solver = await loadLinearSolver();
  return book.map(({ accountId, path, portfolio }): PlanRow => {
    if (!portfolio.ok) return { accountId, outcome: portfolio };
    const outcome = planLiquidation(calculator, solver, market, portfolio.value, rules);
    const isPlaced = outcome.ok || path === '';
    return { accountId, outcome: isPlaced ? outcome : failureUnder(path, outcome.failure) };
  });
}
