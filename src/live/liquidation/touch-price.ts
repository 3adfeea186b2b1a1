import type { Market } from '../../market/snapshot/market.js';

/** Spread of a future or perpetual that is not quoted, as a share of its mark: its mark is a price, not an offer. */
const UNQUOTED_SPREAD = 0.01;

/** Price that closes a position of this sign: the bid for what is sold, the ask for what is bought; undefined for an option that nobody quotes. */
export function touchPrice({ table, columns }: Market, instrument: string, held: number): number | undefined {
  const index = table.instrumentIndex.get(instrument) ?? -1;
  const quoted = (held > 0 ? columns.bidPrice[index] : columns.askPrice[index]) ?? NaN;
  if (quoted > 0) return quoted;
  if (table.instruments[index]?.kind === 'OPTION') return undefined;
  const mark = columns.markPrice[index] ?? NaN;
  return mark > 0 ? mark * (held > 0 ? 1 - UNQUOTED_SPREAD : 1 + UNQUOTED_SPREAD) : undefined;
}
