import type { Command } from 'commander';
import { z } from 'zod';
import { accountCredits } from '../../credit/account-credit.js';
import { venueFund } from '../../credit/venue-fund.js';
import { failureUnder } from '../../domain/outcome.js';
import { creditToJson, renderCredit, type CreditRow } from '../credit-table.js';
import { outermostGroups } from '../../models/charges/credit/affiliated-groups.js';
import { createEngine } from '../engine.js';
import { EXIT, InputError } from '../exit.js';
import { readJson } from '../files.js';
import { describeFailure } from '../margin-table.js';
import { readMarket } from '../market-file.js';
import type { Output } from '../output.js';
import { readBook } from '../portfolio-file.js';

const EXAMPLES = `
Examples:
  $ margincube credit --market market.json --portfolio book.json
  $ margincube credit --market market.json --portfolio book.json --accounts accounts.json --json

accounts.json says who defaults together and how likely, all of it optional:
  {"accounts": {"alpha": {"group": "desk", "tier": "A"}}, "groups": {"desk": "firm"}}
An account without a tier has the worst one, and without a group stands alone. All amounts are US dollars, by the model house.
Exit codes: 0 done, 1 a portfolio failed, 2 bad usage or input.
`;

interface CreditOptions {
  readonly market: string;
  readonly portfolio: string;
  readonly accounts?: string;
  readonly params?: string;
  readonly json?: boolean;
}

export function addCreditCommand(program: Command, output: Output): void {
  program
    .command('credit')
    .summary('what the venue loses when accounts cannot pay, and the default fund that covers it')
    .description(
      'For every portfolio of a file: expected loss beyond its maintenance margin at close-out, expected and potential future exposure, wrong-way part, CVA and exposure at default; for all of them the default fund that the two largest groups need in the worst stress.',
    )
    .requiredOption('--market <file>', 'market snapshot, JSON')
    .requiredOption('--portfolio <file>', 'one portfolio or a book of portfolios, JSON')
    .option('--accounts <file>', 'tiers and groups of accounts, JSON')
    .option('--params <file>', 'parameters that replace those of the model house, JSON')
    .option('--json', 'print {"accounts": [...], "defaultFund": {...}}')
    .addHelpText('after', EXAMPLES)
    .action((options: CreditOptions) => {
      process.exitCode = run(options, output);
    });
}

function run(options: CreditOptions, output: Output): number {
  const market = readMarket(options.market);
  const book = readBook(options.portfolio);
  const { accounts, groups } = readAccounts(options.accounts);
  const { params } = options;
  const credits = accountCredits(
    {
      engine: createEngine(undefined),
      market,
      ...(params === undefined ? {} : { overrides: readJson(params, 'parameters') }),
      tierOf: (accountId) => accounts.get(accountId)?.tier,
    },
    book.flatMap(({ portfolio }) => (portfolio.ok ? [portfolio.value] : [])),
  );
  if (!credits.ok) throw new InputError(describeFailure(credits.failure));
  const found = credits.value.values();
  const rows = book.map(({ accountId, path, portfolio }): CreditRow => {
    if (!portfolio.ok) return { accountId, outcome: portfolio };
    const { value: outcome } = found.next();
    if (outcome === undefined) throw new RangeError('no outcome');
    const isPlaced = outcome.ok || path === '';
    return { accountId, outcome: isPlaced ? outcome : failureUnder(path, outcome.failure) };
  });
  const fund = venueFund(
    rows.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : [])),
    {
      groupOf: new Map(
        [...accounts].flatMap(([id, { group }]) => (group === undefined ? [] : [[id, group]])),
      ),
      parentOf: groups,
    },
  );
  if (!fund.ok) throw new InputError(describeFailure(fund.failure));
  output.print(options.json === true ? creditToJson(rows, fund.value) : renderCredit(rows, fund.value));
  return rows.every(({ outcome }) => outcome.ok) ? EXIT.DONE : EXIT.FAILED;
}

const name = z.string().min(1).max(256);
const affiliations = z.strictObject({
  accounts: z.record(name, z.strictObject({ group: name.optional(), tier: name.optional() })).default({}),
  /** Group to the group that it belongs to. */
  groups: z.record(name, name).default({}),
});

interface Affiliations {
  readonly accounts: ReadonlyMap<
    string,
    { readonly group?: string | undefined; readonly tier?: string | undefined }
  >;
  readonly groups: ReadonlyMap<string, string>;
}

function readAccounts(file: string | undefined): Affiliations {
  if (file === undefined) return { accounts: new Map(), groups: new Map() };
  const parsed = affiliations.safeParse(readJson(file, 'tiers and groups of accounts'));
  if (parsed.success) {
    const groups = new Map(Object.entries(parsed.data.groups));
    const outermost = outermostGroups(groups);
    if (!outermost.ok) throw new InputError(`${file}: ${describeFailure(outermost.failure)}`);
    return { accounts: new Map(Object.entries(parsed.data.accounts)), groups };
  }
  const issue = parsed.error.issues[0];
  throw new InputError(`${file}: ${issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`}`);
}
