import type { DuckDBConnection } from '@duckdb/node-api';
import path from 'node:path';
import { quoted, readRows } from './duck.js';
import type { RunManifest } from './manifest.js';

/** `summary.json`: totals and the shape of the margins per model, in the currency of each. */
export async function summarise(
  connection: DuckDBConnection,
  out: string,
  manifest: RunManifest,
): Promise<unknown> {
  const accounts = `read_parquet(${quoted(path.join(out, 'accounts.parquet'))})`;
  const failures = `read_parquet(${quoted(path.join(out, 'failures.parquet'))})`;
  const models = await readRows(
    connection,
    `SELECT model, currency, count(*)::INTEGER AS accounts, sum(equity) AS equity, sum(mark_to_market) AS mark_to_market,
       sum(initial_margin) AS initial_margin, sum(maintenance_margin) AS maintenance_margin,
       count(*) FILTER (initial_excess < 0)::INTEGER AS below_initial_margin,
       count(*) FILTER (maintenance_excess < 0)::INTEGER AS below_maintenance_margin,
       quantile_disc(initial_margin, 0.5) AS initial_margin_median, quantile_disc(initial_margin, 0.9) AS initial_margin_90,
       quantile_disc(initial_margin, 0.99) AS initial_margin_99, max(initial_margin) AS initial_margin_max
     FROM ${accounts} GROUP BY model, currency ORDER BY model, currency`,
  );
  const reasons = await readRows(
    connection,
    `SELECT model, reason, count(*)::INTEGER AS accounts FROM ${failures} GROUP BY model, reason ORDER BY model, reason`,
  );
  return {
    run_hash: manifest.runHash,
    market_hash: manifest.identity.marketHash,
    epoch: manifest.identity.epoch,
    account_count: manifest.accountCount,
    position_count: manifest.positionCount,
    models,
    failures: reasons,
  };
}
