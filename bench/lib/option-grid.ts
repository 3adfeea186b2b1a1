/** A market that is a plain grid of options of one underlying, and books drawn from it, for the benches of models. */
import type { Portfolio } from '../../src/domain/portfolio.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { InstrumentQuote } from '../../src/market/snapshot/market-snapshot.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { uniformGenerator } from './measure.js';

const NOW_MS = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;
const INDEX = 96_650;
const FIRST_STRIKE = 40_000;
const STRIKE_STEP = 2_000;
const TYPES = ['CALL', 'PUT'] as const;

export type Settlement = 'LINEAR' | 'INVERSE';

export interface OptionGrid {
  /** A week apart. */
  readonly expiries: number;
  /** Per expiry, a call and a put each. */
  readonly strikes: number;
  readonly settlements: readonly Settlement[];
}

/** Another epoch is another index price, so that nothing repriced before fits. */
export function optionGridMarket({ expiries, strikes, settlements }: OptionGrid, epoch = 0): Market {
  const ends = Array.from({ length: expiries }, (_, e) => NOW_MS + (e + 1) * 7 * DAY_MS);
  const instruments = settlements.flatMap((settlement) =>
    ends.flatMap((expiryMs, expiry) =>
      Array.from({ length: 2 * strikes }, (_, option): InstrumentQuote => {
        const isLinear = settlement === 'LINEAR';
        return {
          instrument: {
            name: nameOf(settlement, expiry, option),
            kind: 'OPTION',
            underlying: 'BTC',
            settlement,
            settlementCurrency: isLinear ? 'USDC' : 'BTC',
            contractSize: 1,
            expiryMs,
            strike: FIRST_STRIKE + Math.floor(option / 2) * STRIKE_STEP,
            optionType: TYPES[option % 2] ?? 'CALL',
          },
          markPrice: isLinear ? 3_000 : 0.03,
        };
      }),
    ),
  );
  return unwrap(
    resolveMarket({
      epoch,
      timeMs: NOW_MS,
      venue: 'bench',
      underlyings: [{ name: 'BTC', indexPrice: INDEX + epoch, confidence: 1 }],
      assets: [{ asset: 'USDC', priceUsd: 1, confidence: 1 }],
      expiries: ends.map((expiryMs, e) => ({
        underlying: 'BTC',
        expiryMs,
        forward: INDEX + 100 * e,
        forwardConfidence: 1,
        rate: 0.04,
        rateConfidence: 1,
        volatility: { kind: 'SVI', a: 0.004 * (e + 1), b: 0.05, rho: -0.1, m: 0, sigma: 0.2 },
        volatilityConfidence: 1,
      })),
      instruments,
    }),
  );
}

function nameOf(settlement: Settlement, expiry: number, option: number): string {
  return `BTC-${settlement}-${String(expiry)}-${String(option)}`;
}

/** Seeded books of different instruments, long and short, without cash. */
export function optionGridBooks(
  { expiries, strikes }: OptionGrid,
  settlement: Settlement,
  { bookCount, positionCount }: { readonly bookCount: number; readonly positionCount: number },
): Portfolio[] {
  const random = uniformGenerator(7);
  const instrumentCount = expiries * strikes * 2;
  return Array.from({ length: bookCount }, (_, index) => {
    const first = Math.floor(random() * instrumentCount);
    const positions = Array.from({ length: positionCount }, (__, i) => {
      // A prime that divides no grid: every step is another instrument.
      const at = (first + i * 1_999) % instrumentCount;
      const name = nameOf(settlement, at % expiries, Math.floor(at / expiries));
      return { instrument: name, quantity: 10 * random() - 5 };
    });
    return { accountId: `book-${String(index)}`, positions, balances: [], openOrders: [], mmpGroups: [] };
  });
}
