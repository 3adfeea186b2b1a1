/**
 * The only joint history of spot, volatility, skew and basis there is: one chain a day, five months of 2026, two underlyings. It
 * proves little: one regime, 152 days, and no crash.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { FactorSeries } from '../history.js';
import type { FactorKind, RiskFactor } from '../risk-factor.js';

const positive = z.number().positive();
const row = z.tuple([z.iso.date(), positive, positive, positive, positive, z.number(), z.number()]);
const panelSchema = z.object({
  id: z.string(),
  source: z.string(),
  method: z.string(),
  columns: z.array(z.string()),
  underlyings: z.record(z.string(), z.array(row)),
});

type PanelRow = z.infer<typeof row>;

/** Factors of one underlying in the order of the panel's columns. */
const COLUMNS: readonly {
  readonly suffix: string;
  readonly kind: FactorKind;
  readonly tenorDays?: number;
}[] = [
  { suffix: 'spot', kind: 'SPOT' },
  { suffix: 'vol.7d', kind: 'ATM_VOLATILITY', tenorDays: 7 },
  { suffix: 'vol.30d', kind: 'ATM_VOLATILITY', tenorDays: 30 },
  { suffix: 'vol.90d', kind: 'ATM_VOLATILITY', tenorDays: 90 },
  { suffix: 'skew', kind: 'SKEW', tenorDays: 30 },
  { suffix: 'basis', kind: 'BASIS', tenorDays: 30 },
];

const panel = panelSchema.parse(
  JSON.parse(readFileSync(new URL('./deribit-panel-2026.json', import.meta.url), 'utf8')),
);

export const PANEL_ID = panel.id;
export const PANEL_UNDERLYINGS: readonly string[] = Object.keys(panel.underlyings);

/** Levels of spot, three volatilities, skew and basis of an underlying, day by day. */
export function panelSeries(underlying: string): Outcome<readonly FactorSeries[]> {
  const rows = panel.underlyings[underlying];
  if (rows === undefined) {
    return failure(
      'MISSING_MARKET_DATA',
      'underlying',
      `Expected one of ${PANEL_UNDERLYINGS.join(', ')} but received ${underlying}`,
    );
  }
  return success(COLUMNS.map((_, column) => seriesOf(underlying, rows, column)));
}

function seriesOf(underlying: string, rows: readonly PanelRow[], column: number): FactorSeries {
  return {
    factor: panelFactor(underlying, column),
    points: rows.map(([date, ...levels]) => ({ dateMs: Date.parse(date), value: levels[column]! })),
  };
}

function panelFactor(underlying: string, column: number): RiskFactor {
  const { suffix, kind, tenorDays } = COLUMNS[column]!;
  const factor = { id: `${underlying}.${suffix}`, kind, subject: underlying, evidence: 'OBSERVED' } as const;
  return tenorDays === undefined ? factor : { ...factor, tenorDays };
}
