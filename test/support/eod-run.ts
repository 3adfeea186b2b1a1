import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** SQL of one table of a run, as `VALUES` rows or a query. */
export type RunTables = Readonly<Record<'accounts' | 'components' | 'contributions' | 'failures', string>>;

const COLUMNS: RunTables = {
  accounts: `account_id VARCHAR, model VARCHAR, model_version VARCHAR, parameter_hash VARCHAR, currency VARCHAR, equity DOUBLE,
    mark_to_market DOUBLE, initial_margin DOUBLE, maintenance_margin DOUBLE, initial_excess DOUBLE, maintenance_excess DOUBLE,
    worst_scenario VARCHAR, worst_scenario_pnl DOUBLE, value_at_risk DOUBLE, expected_shortfall DOUBLE,
    expected_shortfall_standard_error DOUBLE, quality VARCHAR, position_count INTEGER`,
  components: `account_id VARCHAR, model VARCHAR, component VARCHAR, kind VARCHAR, "value" DOUBLE, currency VARCHAR,
    quality VARCHAR`,
  contributions: `account_id VARCHAR, model VARCHAR, instrument VARCHAR, quantity DOUBLE, initial_margin_contribution DOUBLE,
    currency VARCHAR`,
  failures: `row_number BIGINT, account_id VARCHAR, model VARCHAR, field VARCHAR, reason VARCHAR, message VARCHAR,
    "value" VARCHAR, expected VARCHAR`,
};

/** Writes the result files of an end-of-day run from SQL; an empty string is an empty table. */
export async function writeRun(folder: string, tables: RunTables, manifest: object): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  for (const name of ['accounts', 'components', 'contributions', 'failures'] as const) {
    await connection.run(`CREATE TABLE ${name} (${COLUMNS[name]})`);
    if (tables[name] !== '') await connection.run(`INSERT INTO ${name} ${tables[name]}`);
    await connection.run(`COPY ${name} TO '${path.join(folder, `${name}.parquet`)}' (FORMAT parquet)`);
  }
  connection.closeSync();
  database.closeSync();
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
}
