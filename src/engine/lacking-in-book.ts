import { expected, failure } from '../domain/outcome.js';
import type { ReportContext } from './report.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import { lackingForModel } from './usable-instrument.js';

/** Refuses a book that names an instrument which the market can price and this model cannot. */
export function lackingInBook(
  context: ReportContext,
  { positions, orders }: ResolvedPortfolio,
): ReturnType<typeof failure> | undefined {
  const { usable } = context.repriced;
  for (const { instrument, requestIndex } of positions)
    if (usable[instrument] !== 1) return lacking(context, 'positions', requestIndex, instrument);
  for (const { instrument, requestIndex } of orders)
    if (usable[instrument] !== 1) return lacking(context, 'openOrders', requestIndex, instrument);
  return undefined;
}

function lacking(
  { market, repriced }: ReportContext,
  list: string,
  requestIndex: number,
  instrument: number,
): ReturnType<typeof failure> {
  const name = market.table.instruments[instrument]?.name ?? '';
  const what = lackingForModel(market, instrument, repriced.spec) ?? 'a price';
  const field = `${list}[${String(requestIndex)}].instrument`;
  return failure('MISSING_MARKET_DATA', field, expected(what, name, undefined));
}
