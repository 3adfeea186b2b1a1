/** What the tables of a run say about one model, each number one query. Amounts are US dollars at the market of the run. */
import { quoted } from '../../domain/sql-text.js';
import type { RunDatabase } from './run-database.js';

export interface ModelTotals {
  readonly model: string;
  readonly version: string;
  readonly parameterHash: string;
  /** Currencies that margins are stated in, e.g. `USD` or `BTC, ETH`. */
  readonly currencies: string;
  readonly accounts: number;
  /** Accounts without a margin: in no sum. */
  readonly failed: number;
  /** Accounts whose currency has no price in the market: in no sum. */
  readonly unpriced: number;
  readonly equityUsd: number;
  readonly initialUsd: number;
  readonly maintenanceUsd: number;
  /** Accounts whose report rests on an assumption. */
  readonly inexact: number;
}

/** Where an account stands, worst first. */
export type AccountState = 'below maintenance' | 'below initial' | 'sufficient';

export interface StateCount {
  readonly state: AccountState;
  readonly accounts: number;
  /** What lacks to the margin that names the state. */
  readonly shortfallUsd: number;
  readonly initialUsd: number;
}

/** One bar: accounts in [from, to). */
export interface Bin {
  readonly from: number;
  readonly accounts: number;
  readonly initialUsd: number;
}

export interface AccountRow {
  readonly accountId: string;
  readonly currency: string;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly initialExcess: number;
  readonly maintenanceExcess: number;
  readonly worstScenario: string | null;
  readonly worstScenarioPnl: number | null;
  readonly expectedShortfall: number | null;
  readonly positionCount: number;
  readonly initialUsd: number;
}

/** Every account of a run with its amounts in dollars. */
const DOLLARS = `(SELECT a.*, p.usd, equity * usd AS equity_usd, initial_margin * usd AS initial_usd,
  maintenance_margin * usd AS maintenance_usd,
  CASE WHEN equity < maintenance_margin THEN 'below maintenance' WHEN equity < initial_margin THEN 'below initial'
    ELSE 'sufficient' END AS state
  FROM accounts a LEFT JOIN prices p USING (currency))`;

export function modelTotals(run: RunDatabase): Promise<ModelTotals[]> {
  return run.rows<ModelTotals>(`SELECT model, min(model_version) AS version, min(parameter_hash) AS "parameterHash",
    string_agg(DISTINCT currency, ', ' ORDER BY currency) AS currencies, count(*)::INTEGER AS accounts,
    (SELECT count(DISTINCT account_id)::INTEGER FROM failures f WHERE f.model = d.model) AS failed,
    count(*) FILTER (usd IS NULL)::INTEGER AS unpriced, coalesce(sum(equity_usd), 0) AS "equityUsd",
    coalesce(sum(initial_usd), 0) AS "initialUsd", coalesce(sum(maintenance_usd), 0) AS "maintenanceUsd",
    count(*) FILTER (quality <> 'EXACT')::INTEGER AS inexact
    FROM ${DOLLARS} d GROUP BY model ORDER BY model`);
}

export async function accountStates(
  run: RunDatabase,
  model: string,
): Promise<Readonly<Record<AccountState, StateCount>>> {
  const found = await run.rows<StateCount>(`SELECT state, count(*)::INTEGER AS accounts,
    sum(CASE state WHEN 'below maintenance' THEN maintenance_usd - equity_usd WHEN 'below initial' THEN initial_usd - equity_usd
      ELSE 0 END) AS "shortfallUsd", sum(initial_usd) AS "initialUsd"
    FROM ${DOLLARS} WHERE model = ${quoted(model)} GROUP BY state`);
  const of = (state: AccountState): StateCount =>
    found.find((row) => row.state === state) ?? { state, accounts: 0, shortfallUsd: 0, initialUsd: 0 };
  return {
    'below maintenance': of('below maintenance'),
    'below initial': of('below initial'),
    sufficient: of('sufficient'),
  };
}

/** Accounts by the decimal logarithm of their initial margin in dollars, half a decade a bar; those without margin are left out. */
export function marginBins(run: RunDatabase, model: string): Promise<Bin[]> {
  return run.rows<Bin>(`SELECT floor(log10(initial_usd) * 2) / 2 AS "from", count(*)::INTEGER AS accounts,
    sum(initial_usd) AS "initialUsd" FROM ${DOLLARS} WHERE model = ${quoted(model)} AND initial_usd > 0
    GROUP BY 1 ORDER BY 1`);
}

/** Tenths of equity; the last bar holds everything from here. */
export const UTILISATION_MAX = 1.5;

/** Accounts by maintenance margin / equity, a tenth a bar; accounts whose equity is gone are in the last. */
export function utilisationBins(run: RunDatabase, model: string): Promise<Bin[]> {
  return run.rows<Bin>(`SELECT CASE WHEN equity_usd <= 0 THEN ${String(UTILISATION_MAX)} ELSE
    least(${String(UTILISATION_MAX)}, floor(maintenance_usd / equity_usd * 10) / 10) END AS "from",
    count(*)::INTEGER AS accounts, sum(initial_usd) AS "initialUsd" FROM ${DOLLARS}
    WHERE model = ${quoted(model)} AND maintenance_usd > 0 GROUP BY 1 ORDER BY 1`);
}

const ACCOUNT_COLUMNS = `account_id AS "accountId", currency, equity, initial_margin AS "initialMargin",
  maintenance_margin AS "maintenanceMargin", initial_excess AS "initialExcess", maintenance_excess AS "maintenanceExcess",
  worst_scenario AS "worstScenario", worst_scenario_pnl AS "worstScenarioPnl", expected_shortfall AS "expectedShortfall",
  position_count::INTEGER AS "positionCount", initial_usd AS "initialUsd"`;

export function largestAccounts(run: RunDatabase, model: string, count: number): Promise<AccountRow[]> {
  return run.rows<AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM ${DOLLARS} WHERE model = ${quoted(model)}
    ORDER BY initial_usd DESC NULLS LAST, account_id LIMIT ${String(count)}`);
}

/** Accounts below their initial margin, the largest shortfall first. */
export function calledAccounts(run: RunDatabase, model: string, count: number): Promise<AccountRow[]> {
  return run.rows<AccountRow>(`SELECT ${ACCOUNT_COLUMNS} FROM ${DOLLARS} WHERE model = ${quoted(model)}
    AND state <> 'sufficient' ORDER BY initial_excess * usd, account_id LIMIT ${String(count)}`);
}

/** Share of the initial margin in the largest hundredth of the accounts, in [0, 1]. */
export async function topHundredthShare(run: RunDatabase, model: string): Promise<number> {
  const [row] = await run.rows<{
    share: number | null;
  }>(`SELECT sum(initial_usd) FILTER (place <= ceil(count / 100)) /
    nullif(sum(initial_usd), 0) AS share FROM (SELECT initial_usd, count(*) OVER () AS count,
    row_number() OVER (ORDER BY initial_usd DESC) AS place FROM ${DOLLARS} WHERE model = ${quoted(model)} AND initial_usd > 0)`);
  return row?.share ?? 0;
}

export interface Named {
  readonly name: string;
  readonly accounts: number;
  readonly valueUsd: number;
}

/** Scenarios that bind most margin: accounts whose worst scenario it is, and their loss in it. */
export function bindingScenarios(run: RunDatabase, model: string, count: number): Promise<Named[]> {
  return run.rows<Named>(`SELECT worst_scenario AS name, count(*)::INTEGER AS accounts,
    -sum(worst_scenario_pnl * usd) AS "valueUsd" FROM ${DOLLARS} WHERE model = ${quoted(model)}
    AND worst_scenario <> '' AND worst_scenario_pnl < 0 GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT ${String(count)}`);
}

/** Components of the initial margin, in dollars. */
export function marginComponents(run: RunDatabase, model: string): Promise<Named[]> {
  return run.rows<Named>(`SELECT c.component AS name, count(*)::INTEGER AS accounts, sum(c."value" * p.usd) AS "valueUsd"
    FROM components c JOIN accounts a USING (account_id, model) JOIN prices p ON p.currency = a.currency
    WHERE c.model = ${quoted(model)} AND c.kind = 'initial' GROUP BY 1 HAVING sum(abs(c."value")) > 0 ORDER BY 3 DESC, 1`);
}

export interface ExpiryContribution {
  readonly underlying: string;
  /** Absent for perpetuals and spot. */
  readonly expiryMs: number | null;
  readonly valueUsd: number;
}

/** What the positions in the files add to initial margin, by underlying and expiry. */
export function expiryContributions(run: RunDatabase, model: string): Promise<ExpiryContribution[]> {
  return run.rows<ExpiryContribution>(`SELECT i.underlying, i.expiry_ms AS "expiryMs",
    sum(c.initial_margin_contribution * p.usd) AS "valueUsd"
    FROM contributions c JOIN accounts a USING (account_id, model) JOIN prices p ON p.currency = a.currency
    JOIN instruments i USING (instrument) WHERE c.model = ${quoted(model)} GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST`);
}
