import { KIND } from '../../domain/codes.js';
import type { Market } from '../../market/snapshot/market.js';
import { SMILE_RANGE, type SmileLine } from './charts.js';

/** Volatilities that the run priced with, of out-of-the-money options, by underlying and expiry. */
export function smilesOf({ table, columns }: Market): Map<string, SmileLine[]> {
  const byExpiry = new Map<number, Map<number, number>>();
  for (let row = 0; row < table.instruments.length; row += 1) {
    const expiry = columns.expiry[row] ?? -1;
    const volatility = columns.volatility[row] ?? NaN;
    if (columns.kind[row] !== KIND.OPTION || expiry < 0 || !(volatility > 0)) continue;
    const k = Math.log((columns.strike[row] ?? NaN) / (columns.forward[expiry] ?? NaN));
    const isOutOfTheMoney = columns.isCall[row] === 1 ? k >= 0 : k <= 0;
    if (!isOutOfTheMoney || !(Math.abs(k) <= SMILE_RANGE)) continue;
    const points = byExpiry.get(expiry) ?? new Map<number, number>();
    byExpiry.set(expiry, points);
    points.set(k, 100 * volatility);
  }
  const smiles = new Map<string, SmileLine[]>();
  const nearestFirst = [...byExpiry].sort(([a], [b]) => expiryMs(a) - expiryMs(b));
  for (const [expiry, points] of nearestFirst) {
    const underlying = table.expiries[expiry]?.underlying ?? '';
    const lines = smiles.get(underlying) ?? [];
    smiles.set(underlying, lines);
    lines.push({ expiryMs: expiryMs(expiry), points: [...points].sort(([a], [b]) => a - b) });
  }
  return smiles;

  function expiryMs(expiry: number): number {
    return table.expiries[expiry]?.expiryMs ?? NaN;
  }
}
