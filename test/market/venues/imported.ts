/** What every import must keep, whatever it was fed with. */
import { expect } from 'vitest';
import type { Outcome } from '../../../src/domain/outcome.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import type { ImportReport, ImportResult } from '../../../src/market/venues/import-report.js';

export function imported(outcome: Outcome<ImportResult>): ImportResult {
  if (!outcome.ok) throw new Error(`${outcome.failure.field}: ${outcome.failure.message}`);
  expectAccounted(outcome.value.report);
  expectFinite(outcome.value, 'import');
  const market = resolveMarket(outcome.value.snapshot);
  expect(market.ok ? undefined : market.failure).toBeUndefined();
  return outcome.value;
}

function expectAccounted(report: ImportReport): void {
  for (const counts of [report, ...report.sources])
    expect(counts.rowsUsed + counts.rowsRefused).toBe(counts.rowsRead);
  const refused = report.refusals.reduce((sum, { count }) => sum + count, 0);
  expect(refused).toBe(report.rowsRefused);
  for (const { count, examples } of report.refusals) expect(examples.length).toBe(Math.min(count, 5));
}

/** No number anywhere below is NaN or infinite. */
export function expectFinite(value: unknown, where: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${where} is ${value}`);
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) expectFinite(inner, `${where}.${key}`);
}
