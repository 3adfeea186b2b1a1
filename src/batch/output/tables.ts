/**
 * The tables of a run, one Parquet file each, sorted by account and model. Amounts are in the currency of their row; margins are
 * requirements, >= 0; losses (`value_at_risk`, `expected_shortfall`) are positive.
 */
export const TABLES = ['accounts', 'components', 'contributions', 'failures', 'scenarios'] as const;
export type TableName = (typeof TABLES)[number];

/** Columns of the Parquet files with their DuckDB types. */
export const COLUMNS: Readonly<Record<TableName, readonly (readonly [name: string, type: string])[]>> = {
  accounts: [
    ['account_id', 'VARCHAR'],
    ['model', 'VARCHAR'],
    ['model_version', 'VARCHAR'],
    ['parameter_hash', 'VARCHAR'],
    ['currency', 'VARCHAR'],
    ['equity', 'DOUBLE'],
    ['mark_to_market', 'DOUBLE'],
    ['initial_margin', 'DOUBLE'],
    ['maintenance_margin', 'DOUBLE'],
    ['initial_excess', 'DOUBLE'],
    ['maintenance_excess', 'DOUBLE'],
    ['worst_scenario', 'VARCHAR'],
    ['worst_scenario_pnl', 'DOUBLE'],
    ['value_at_risk', 'DOUBLE'],
    ['expected_shortfall', 'DOUBLE'],
    ['expected_shortfall_standard_error', 'DOUBLE'],
    ['quality', 'VARCHAR'],
    ['position_count', 'INTEGER'],
  ],
  components: [
    ['account_id', 'VARCHAR'],
    ['model', 'VARCHAR'],
    ['component', 'VARCHAR'],
    ['kind', 'VARCHAR'],
    ['value', 'DOUBLE'],
    ['currency', 'VARCHAR'],
    ['quality', 'VARCHAR'],
  ],
  contributions: [
    ['account_id', 'VARCHAR'],
    ['model', 'VARCHAR'],
    ['instrument', 'VARCHAR'],
    ['quantity', 'DOUBLE'],
    ['initial_margin_contribution', 'DOUBLE'],
    ['currency', 'VARCHAR'],
  ],
  failures: [
    ['row_number', 'BIGINT'],
    ['account_id', 'VARCHAR'],
    ['model', 'VARCHAR'],
    ['field', 'VARCHAR'],
    ['reason', 'VARCHAR'],
    ['message', 'VARCHAR'],
    ['value', 'VARCHAR'],
    ['expected', 'VARCHAR'],
    // `portfolios` or `collateral`, as the manifest calls its inputs: names of files do not decide the rows of a run.
    ['file', 'VARCHAR'],
  ],
  scenarios: [
    ['account_id', 'VARCHAR'],
    ['model', 'VARCHAR'],
    ['pnl', 'DOUBLE[]'],
    ['currency', 'VARCHAR'],
  ],
};

/**
 * Units of the columns that hold amounts, by name: `currency` is the one of the row. They stand in the metadata of the files and not in
 * the names, because one table holds models of several currencies.
 */
export const UNITS: Readonly<Partial<Record<string, string>>> = {
  equity: 'currency',
  mark_to_market: 'currency',
  initial_margin: 'currency',
  maintenance_margin: 'currency',
  initial_excess: 'currency',
  maintenance_excess: 'currency',
  worst_scenario_pnl: 'currency',
  value_at_risk: 'currency',
  expected_shortfall: 'currency',
  expected_shortfall_standard_error: 'currency',
  position_count: 'positions',
  value: 'currency',
  quantity: 'contracts',
  initial_margin_contribution: 'currency',
  row_number: 'row of the input file, from 1 without its header',
  pnl: 'currency',
};

/** The tables that a run writes. */
export function tablesOf(includeVectors: boolean): readonly TableName[] {
  return TABLES.filter((table) => includeVectors || table !== 'scenarios');
}

/**
 * Rows and a sum over the rows that does not depend on their order: two runs with the same sum wrote the same rows. The row hash
 * is DuckDB's own, so the sum is compared between equal versions of it only.
 */
export function resultHashSql(table: TableName, relation: string): string {
  const names = COLUMNS[table].map(([name]) => name).join(', ');
  return `SELECT count(*)::DOUBLE AS rows, coalesce(sum(hash(${names})::HUGEINT), 0)::VARCHAR AS hash FROM ${relation}`;
}
