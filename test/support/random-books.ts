import { uniformGenerator } from '../../bench/lib/measure.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';

/** Seeded linear books: `positionCount` different linear instruments of BTC each, long and short, with cash in USDC. */
export function randomBooks(
  { instruments }: MarketSnapshot,
  portfolioCount: number,
  positionCount: number,
  seed: number,
): Portfolio[] {
  const uniform = uniformGenerator(seed);
  const names = instruments
    .map(({ instrument }) => instrument)
    .filter(({ settlement, underlying }) => settlement === 'LINEAR' && underlying === 'BTC')
    .map(({ name }) => name);
  if (names.length < positionCount)
    throw new Error(`the market has only ${String(names.length)} such instruments`);
  return Array.from({ length: portfolioCount }, (_, index) => {
    const start = Math.floor(uniform() * names.length);
    return {
      accountId: `account-${String(index)}`,
      positions: Array.from({ length: positionCount }, (_unused, position) => ({
        instrument: names[(start + position) % names.length] ?? '',
        quantity: Math.round((uniform() - 0.5) * 200) / 10 || 0.1,
      })),
      balances: [{ asset: 'USDC', units: String(1_000_000_000_000 + index), decimals: 6 }],
      openOrders: [],
      mmpGroups: [],
    };
  });
}
