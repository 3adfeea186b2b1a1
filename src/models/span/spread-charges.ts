import { isInTier, type CommodityBook } from './commodity-book.js';
import type { InterCommoditySpread, SpanCommodity } from './parameters.js';
import { pairedScenario } from './scenarios.js';

/**
 * Charges and credits on composite deltas: the standard method of clearing houses from general knowledge, with no public
 * totals to check against (margin-models.md 12). All are approximate.
 */
export interface MonthCharges {
  readonly interMonth: number;
  readonly delivery: number;
}

/** Spreads between months of one combined commodity, and what a month in delivery pays on top. */
export function monthCharges({ rules, deltaByMonth }: CommodityBook): MonthCharges {
  const remaining = new Map(deltaByMonth);
  let interMonth = 0;
  for (const { legs, rate } of rules.interMonthSpreads) {
    const [a, b] = legs;
    const tierA = rules.tiers.find(({ name }) => name === a.tier);
    const tierB = rules.tiers.find(({ name }) => name === b.tier);
    if (tierA === undefined || tierB === undefined) continue;
    // Longs of one tier against shorts of the other, both ways round; a tier against itself once.
    for (const sign of a.tier === b.tier ? [1] : [1, -1]) {
      const spreads = Math.min(
        sideDelta(remaining, tierA, sign) / a.ratio,
        sideDelta(remaining, tierB, -sign) / b.ratio,
      );
      if (!(spreads > 0)) continue;
      consume(remaining, tierA, sign, spreads * a.ratio);
      consume(remaining, tierB, -sign, spreads * b.ratio);
      interMonth += spreads * rate;
    }
  }
  let delivery = 0;
  for (const { month, spreadRate, outrightRate } of rules.deliveryMonths) {
    const outright = Math.abs(remaining.get(month) ?? 0);
    const inSpreads = Math.abs(deltaByMonth.get(month) ?? 0) - outright;
    delivery += inSpreads * spreadRate + outright * outrightRate;
  }
  return { interMonth, delivery };
}

type Tier = SpanCommodity['tiers'][number];

/** Sum of the deltas of one sign over the months of a tier, >= 0. */
function sideDelta(remaining: ReadonlyMap<string, number>, tier: Tier, sign: number): number {
  let sum = 0;
  for (const [month, delta] of remaining) if (isInTier(tier, month)) sum += Math.max(0, sign * delta);
  return sum;
}

/** Takes deltas out of the months of a tier, nearest first. */
function consume(remaining: Map<string, number>, tier: Tier, sign: number, amount: number): void {
  let left = amount;
  for (const [month, delta] of remaining) {
    if (!isInTier(tier, month)) continue;
    const taken = Math.min(left, Math.max(0, sign * delta));
    remaining.set(month, delta - sign * taken);
    left -= taken;
  }
}

/** Price risk of one unit of net delta: what a spread between combined commodities credits a share of. */
export function weightedPriceRisk({ scan, active, netDelta, scanRisk }: CommodityBook): number {
  if (netDelta === 0 || !(scanRisk > 0)) return 0;
  const timeRisk = ((scan[0] ?? NaN) + (scan[1] ?? NaN)) / 2;
  const volatilityAdjusted = ((scan[active] ?? NaN) + (scan[pairedScenario(active)] ?? NaN)) / 2;
  return Math.max(0, volatilityAdjusted - timeRisk) / Math.abs(netDelta);
}

/** Credit of every combined commodity, in the order of `books`; spreads are formed in order of priority. */
export function interCommodityCredits(
  books: readonly CommodityBook[],
  spreads: readonly InterCommoditySpread[],
): number[] {
  const remaining = new Map(books.map(({ name, netDelta }) => [name, netDelta]));
  const priceRisk = new Map(books.map((book) => [book.name, weightedPriceRisk(book)]));
  const credits = new Map<string, number>();
  for (const { legs, creditRate } of spreads) {
    for (const sign of [1, -1]) {
      const signOf = (side: 'A' | 'B'): number => (side === 'A' ? sign : -sign);
      const count = Math.min(
        ...legs.map(
          (leg) => Math.max(0, signOf(leg.side) * (remaining.get(leg.combinedCommodity) ?? 0)) / leg.ratio,
        ),
      );
      if (!(count > 0)) continue;
      for (const { combinedCommodity, ratio, side } of legs) {
        const credit = count * ratio * (priceRisk.get(combinedCommodity) ?? 0) * creditRate;
        credits.set(combinedCommodity, (credits.get(combinedCommodity) ?? 0) + credit);
        const delta = remaining.get(combinedCommodity) ?? 0;
        remaining.set(combinedCommodity, delta - signOf(side) * count * ratio);
      }
    }
  }
  return books.map(({ name }) => credits.get(name) ?? 0);
}
