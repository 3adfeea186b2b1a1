/** Credit of accounts and the default fund of a venue as tables and as JSON. */
import type { AccountCredit } from '../credit/account-credit.js';
import { PROFILE_HOURS } from '../credit/account-credit.js';
import type { FundStress, VenueFund } from '../credit/venue-fund.js';
import type { Outcome } from '../domain/outcome.js';
import { formatMoney, formatSignificant } from './format.js';
import { describeFailure } from './margin-table.js';
import { renderTable, type Column } from './table.js';

export interface CreditRow {
  readonly accountId: string;
  readonly outcome: Outcome<AccountCredit>;
}

const CURRENCY = 'USD';

const money = <Row>(title: string, value: (row: Row) => number): Column<Row> => ({
  title,
  align: 'right',
  cell: (row) => formatMoney(value(row), CURRENCY),
});

const ACCOUNT: Column<AccountCredit> = {
  title: 'account',
  align: 'left',
  cell: ({ accountId }) => accountId,
};

const CREDIT_COLUMNS: readonly Column<AccountCredit>[] = [
  ACCOUNT,
  { title: 'tier', align: 'left', cell: ({ tier }) => tier },
  money('equity', ({ equity }) => equity),
  money('maintenance', ({ maintenanceMargin }) => maintenanceMargin),
  money('beyond margin', ({ beyondMargin }) => beyondMargin),
  money('CVA', ({ creditValuationAdjustment }) => creditValuationAdjustment),
  money('wrong way', ({ wrongWayExposure }) => wrongWayExposure),
  money('exposure at default', ({ exposureAtDefault }) => exposureAtDefault),
];

const HOURS_PER_DAY = 24;

/** `8 h`, `1 d`. */
function period(hours: number): string {
  return hours < HOURS_PER_DAY ? `${String(hours)} h` : `${String(hours / HOURS_PER_DAY)} d`;
}

const PROFILE_COLUMNS: readonly Column<AccountCredit>[] = [
  ACCOUNT,
  ...PROFILE_HOURS.flatMap((hours, date): Column<AccountCredit>[] => [
    money(`EE ${period(hours)}`, ({ expectedExposure }) => expectedExposure[date] ?? NaN),
    money(`PFE ${period(hours)}`, ({ potentialFutureExposure }) => potentialFutureExposure[date] ?? NaN),
  ]),
];

/** Stresses shown; the JSON has all of them. */
const STRESSES_SHOWN = 5;

const FUND_COLUMNS: readonly Column<FundStress>[] = [
  { title: 'stress', align: 'left', cell: ({ stress }) => stress },
  money('cover 2', ({ cover2 }) => cover2),
  money('all groups', ({ total }) => total),
  {
    title: 'two largest',
    align: 'left',
    cell: ({ shortfalls }) =>
      shortfalls
        .slice(0, 2)
        .map(({ group, loss }) => `${group} ${formatMoney(loss, CURRENCY)}`)
        .join(', '),
  },
];

export function renderCredit(rows: readonly CreditRow[], fund: VenueFund): string {
  const accounts = rows.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : []));
  const refused = rows.flatMap(({ accountId, outcome }) =>
    outcome.ok ? [] : [`${accountId}: ${describeFailure(outcome.failure)}`],
  );
  const tables =
    accounts.length === 0
      ? []
      : [
          `Credit of accounts, USD\n\n${renderTable(CREDIT_COLUMNS, accounts)}`,
          `Exposure beyond equity, expected and at 95 %, USD\n\n${renderTable(PROFILE_COLUMNS, accounts)}`,
          `Close-out period by the accounts' unwind times: ${formatSignificant(fund.closeOutHours, 3)} h`,
          `Default fund for the two largest groups: ${formatMoney(fund.required, CURRENCY)} USD`,
        ];
  const stresses =
    fund.stresses.length === 0 ? [] : [renderTable(FUND_COLUMNS, fund.stresses.slice(0, STRESSES_SHOWN))];
  return [...tables, ...stresses, ...refused].join('\n\n');
}

export function creditToJson(rows: readonly CreditRow[], fund: VenueFund): string {
  const accounts = rows.map(({ accountId, outcome }) =>
    outcome.ok ? { ...outcome.value, profileHours: PROFILE_HOURS } : { accountId, error: outcome.failure },
  );
  return JSON.stringify({ accounts, defaultFund: fund }, null, 2);
}
