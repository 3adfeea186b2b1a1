import type { Market } from './market.js';

/** US dollars for one unit of a currency; NaN where it has no price. */
export function currencyPriceUsd({ columns, table }: Market, currency: string): number {
  return currency === 'USD' ? 1 : (columns.assetPriceUsd[table.assetIndex.get(currency) ?? -1] ?? NaN);
}
