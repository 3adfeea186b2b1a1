import { KIND } from '../../domain/codes.js';
import { MILLISECONDS_PER_YEAR } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';

/** Weight of the past halves in about ten minutes: a fall is in it before the next margin call is due. */
const MEMORY_MS = 15 * 60_000;
/** Shorter steps are noise of the feed. */
const STEP_MIN_MS = 1_000;
/** Volatilities of options that expire sooner say more about the last trade than about the market. */
const EXPIRY_MIN_MS = 3_600_000;

/** How much the underlyings of a market move at present: the larger of what options imply and what has just been seen. */
export class MarketVolatility {
  readonly #seen = new Map<string, { price: number; timeMs: number; variancePerYear: number }>();

  /** Takes the prices of an epoch. */
  onEpoch({ table, columns, timeMs }: Market): void {
    for (const [row, name] of table.underlyings.entries()) {
      const price = columns.indexPrice[row] ?? NaN;
      const seen = this.#seen.get(name);
      if (seen === undefined) {
        this.#seen.set(name, { price, timeMs, variancePerYear: NaN });
        continue;
      }
      const passedMs = timeMs - seen.timeMs;
      if (passedMs < STEP_MIN_MS) continue;
      const now = Math.log(price / seen.price) ** 2 * (MILLISECONDS_PER_YEAR / passedMs);
      const kept = Math.exp(-passedMs / MEMORY_MS);
      const before = Number.isNaN(seen.variancePerYear) ? now : seen.variancePerYear;
      Object.assign(seen, { price, timeMs, variancePerYear: kept * before + (1 - kept) * now });
    }
  }

  /** Standard deviation of the logarithm of every underlying over a time, by row; NaN where nothing is known. */
  deviations(market: Market, horizonMs: number): Float64Array {
    const root = Math.sqrt(horizonMs / MILLISECONDS_PER_YEAR);
    return Float64Array.from(market.table.underlyings, (name, row) => {
      const implied = atTheMoney(market, row);
      const seen = Math.sqrt(this.#seen.get(name)?.variancePerYear ?? NaN);
      const known = [implied, seen].filter((volatility) => volatility > 0);
      return known.length === 0 ? NaN : Math.max(...known) * root;
    });
  }
}

/** Volatility of the option nearest to its forward in the first expiry that is not about to end; NaN for none. */
function atTheMoney({ columns, timeMs }: Market, underlying: number): number {
  let found = NaN;
  let nearestExpiryMs = Infinity;
  let nearestDistance = Infinity;
  for (let row = 0; row < columns.kind.length; row += 1) {
    if (columns.kind[row] !== KIND.OPTION || columns.underlying[row] !== underlying) continue;
    const volatility = columns.volatility[row] ?? NaN;
    const expiry = columns.expiry[row] ?? -1;
    const expiryMs = columns.expiryMs[expiry] ?? NaN;
    if (!(volatility > 0) || !(expiryMs - timeMs >= EXPIRY_MIN_MS) || expiryMs > nearestExpiryMs) continue;
    const distance = Math.abs(Math.log((columns.strike[row] ?? NaN) / (columns.forward[expiry] ?? NaN)));
    if (expiryMs === nearestExpiryMs && !(distance < nearestDistance)) continue;
    nearestExpiryMs = expiryMs;
    nearestDistance = distance;
    found = volatility;
  }
  return found;
}
