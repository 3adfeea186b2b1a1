import { formatCount, formatMoney, formatSignificant } from '../format.js';
import { escapeText } from '../plot/svg.js';
import { dollars, share } from './amounts.js';
import { contributionChart, marginChart, namedBars, utilisationChart } from './charts.js';
import { cards, figure, paragraph, table, type HtmlColumn } from './html.js';
import * as figures from './model-figures.js';
import type { AccountRow, AccountState, ModelTotals, StateCount } from './model-figures.js';
import type { RunDatabase } from './run-database.js';

/** Accounts in a table: what fits on one printed page. */
const ROWS = 20;
/** Bars of a chart of names. */
const BARS = 12;

/** Everything that the report says about one model. */
export async function modelSection(run: RunDatabase, totals: ModelTotals): Promise<string> {
  const { model } = totals;
  const states = await figures.accountStates(run, model);
  const topShare = await figures.topHundredthShare(run, model);
  const called = await figures.calledAccounts(run, model, ROWS);
  const calledCount = states['below maintenance'].accounts + states['below initial'].accounts;
  return [
    `<section id="model-${escapeText(model)}"><h2>${escapeText(model)}<small>version ${escapeText(totals.version)}, margins in ${escapeText(totals.currencies)}</small></h2>`,
    totalCards(totals, states),
    ...doubts(totals),
    '<div class="charts">',
    figure(
      'Size of margins',
      `the largest 1% of accounts hold ${share(topShare, 1)} of initial margin`,
      marginChart(await figures.marginBins(run, model)),
    ),
    figure(
      'Utilisation',
      'accounts whose equity is gone stand in the last bar',
      utilisationChart(await figures.utilisationBins(run, model)),
    ),
    '</div>',
    '<h3>State of accounts</h3>',
    table(STATE_COLUMNS, Object.values(states)),
    `<h3>Margin calls</h3>`,
    calledCount === 0
      ? paragraph('Every account holds its initial margin.', 'good')
      : paragraph(
          `${formatCount(calledCount)} accounts are below their initial margin${calledCount > ROWS ? `; the ${String(ROWS)} that lack most:` : ':'}`,
        ),
    ...(calledCount === 0 ? [] : [table(ACCOUNT_COLUMNS, called)]),
    '<h3>Largest margins</h3>',
    table(ACCOUNT_COLUMNS, await figures.largestAccounts(run, model, ROWS)),
    '<div class="charts">',
    await breakdowns(run, model, totals.initialUsd),
    '</div></section>',
  ].join('\n');
}

function totalCards(totals: ModelTotals, states: Readonly<Record<AccountState, StateCount>>): string {
  const { 'below maintenance': maintenance, 'below initial': initial } = states;
  const { accounts, failed, equityUsd, initialUsd, maintenanceUsd } = totals;
  const called = maintenance.accounts + initial.accounts;
  return cards([
    { name: 'accounts', value: formatCount(accounts) },
    ...(failed === 0
      ? []
      : [
          {
            name: 'without a margin',
            value: formatCount(failed),
            note: 'see what failed',
            kind: 'bad' as const,
          },
        ]),
    {
      name: 'equity',
      value: dollars(equityUsd),
      ...(equityUsd < initialUsd ? { kind: 'bad' as const } : {}),
    },
    { name: 'initial margin', value: dollars(initialUsd) },
    { name: 'maintenance margin', value: dollars(maintenanceUsd) },
    { name: 'initial margin / equity', value: share(initialUsd, equityUsd) },
    {
      name: 'below initial',
      value: formatCount(called),
      note: share(called, accounts),
      kind: called === 0 ? 'good' : 'bad',
    },
    {
      name: 'below maintenance',
      value: formatCount(maintenance.accounts),
      note: share(maintenance.accounts, accounts),
      kind: maintenance.accounts === 0 ? 'good' : 'bad',
    },
  ]);
}

function doubts({ inexact, unpriced, accounts }: ModelTotals): string[] {
  return [
    ...(inexact === 0
      ? []
      : [
          paragraph(
            `${formatCount(inexact)} of ${formatCount(accounts)} margins have a part that is fitted or approximate.`,
            'soft',
          ),
        ]),
    ...(unpriced === 0
      ? []
      : [
          paragraph(
            `${formatCount(unpriced)} accounts are in a currency without a price and in no sum here.`,
            'bad',
          ),
        ]),
  ];
}

/** By expiry on the left; components and scenarios above each other on the right. Nothing where there is nothing to show. */
async function breakdowns(run: RunDatabase, model: string, initialUsd: number): Promise<string> {
  const byExpiry = await figures.expiryContributions(run, model);
  const components = await figures.marginComponents(run, model);
  const scenarios = await figures.bindingScenarios(run, model, BARS);
  const explained = byExpiry.reduce((sum, { valueUsd }) => sum + valueUsd, 0);
  const expiryNote = `contributions of the largest positions of every account: ${share(explained, initialUsd)} of initial margin`;
  const bars = (title: string, note: string, rows: readonly figures.Named[], axis: string): string =>
    rows.length === 0 ? '' : figure(title, note, namedBars(title, rows.slice(0, BARS), axis));
  return [
    byExpiry.length === 0 ? '' : figure('By underlying and expiry', expiryNote, contributionChart(byExpiry)),
    '<div class="stack">',
    bars('Components of initial margin', 'all accounts', components, 'US dollars'),
    bars(
      'Binding scenarios',
      'loss of the accounts whose worst scenario it is',
      scenarios,
      'loss, US dollars',
    ),
    '</div>',
  ].join('');
}

const STATE_COLUMNS: readonly HtmlColumn<StateCount>[] = [
  { title: 'equity is', align: 'text', cell: ({ state }) => STATE_NAMES[state] },
  { title: 'accounts', align: 'right', cell: ({ accounts }) => formatCount(accounts) },
  { title: 'lacking', align: 'right', cell: ({ shortfallUsd }) => dollars(shortfallUsd) },
  { title: 'their initial margin', align: 'right', cell: ({ initialUsd }) => dollars(initialUsd) },
];

const STATE_NAMES: Readonly<Record<AccountState, string>> = {
  'below maintenance': 'below maintenance margin (to be liquidated)',
  'below initial': 'between maintenance and initial margin (no new risk)',
  sufficient: 'at or above initial margin',
};

const money = (value: number | null, currency: string): string =>
  value === null ? '–' : formatMoney(value, currency);

const excessKind = ({ initialExcess, maintenanceExcess }: AccountRow): string =>
  maintenanceExcess < 0 ? 'below' : initialExcess < 0 ? 'near' : '';

const ACCOUNT_COLUMNS: readonly HtmlColumn<AccountRow>[] = [
  { title: 'account', align: 'left', cell: ({ accountId }) => accountId },
  { title: 'currency', align: 'left', cell: ({ currency }) => currency },
  { title: 'equity', align: 'right', cell: ({ equity, currency }) => money(equity, currency) },
  {
    title: 'initial margin',
    align: 'right',
    cell: ({ initialMargin, currency }) => money(initialMargin, currency),
  },
  {
    title: 'maintenance',
    align: 'right',
    cell: ({ maintenanceMargin, currency }) => money(maintenanceMargin, currency),
  },
  {
    title: 'initial excess',
    align: 'right',
    cell: ({ initialExcess, currency }) => money(initialExcess, currency),
    kind: excessKind,
  },
  {
    title: 'MM / equity',
    align: 'right',
    cell: ({ maintenanceMargin, equity }) => utilisation(maintenanceMargin, equity),
  },
  { title: 'worst scenario', align: 'left', cell: ({ worstScenario }) => worstScenario ?? '–' },
  {
    title: 'its P&L',
    align: 'right',
    cell: ({ worstScenarioPnl, currency }) => money(worstScenarioPnl, currency),
  },
  { title: 'positions', align: 'right', cell: ({ positionCount }) => formatCount(positionCount) },
];

function utilisation(maintenance: number, equity: number): string {
  return equity > 0 ? `${formatSignificant((100 * maintenance) / equity, 3)}%` : 'no equity';
}
