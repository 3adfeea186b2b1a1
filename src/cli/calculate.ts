import type { Outcome } from '../domain/outcome.js';
import { failureUnder } from '../domain/outcome.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator, ReportOptions } from '../engine/margin-engine-types.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { MarginRow } from './margin-table.js';
import type { BookEntry } from './portfolio-file.js';

/** Margins every portfolio of a file that could be read; the field of a failure starts at the file's root. */
export function calculate(
  engine: MarginCalculator,
  model: ResolvedModel,
  market: Market,
  book: readonly BookEntry[],
  options: ReportOptions,
): MarginRow[] {
  const name = `${model.id}@${model.parameterSet}`;
  return book.map(({ accountId, path, portfolio }, index) => {
    const row = (outcome: Outcome<MarginReport>): MarginRow => ({ index, accountId, model: name, outcome });
    if (!portfolio.ok) return row(portfolio);
    const [outcome] = engine.calculate({ model, market, portfolios: [portfolio.value], options });
    if (outcome === undefined) throw new Error('the engine gave no outcome for a portfolio');
    return row(outcome.ok || path === '' ? outcome : failureUnder(path, outcome.failure));
  });
}
