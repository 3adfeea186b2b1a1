import type { RandomStream } from '../measures/random.js';
import type { Chain, Desk, Strike } from './board.js';
import { between, normal, pickWeighted } from './laws.js';

/** A trade in one instrument: coins of the underlying, positive is long. */
export interface Leg {
  /** Row of the market. */
  readonly instrument: number;
  readonly coins: number;
}

/** Draws a trade of this many coins; no legs where the desk does not list what it needs. */
export type Structure = (desk: Desk, coins: number, random: RandomStream) => Leg[];

/** Trading gathers in near expiries: half as much at 30 days as now. */
const HALF_LIFE_DAYS = 30;
/** Spread of strikes around the forward, as ln(strike / forward), at 30 days. */
const STRIKE_DEVIATION = 0.12;

export function pickChain(desk: Desk, random: RandomStream): Chain | undefined {
  if (desk.chains.length === 0) return undefined;
  return pickWeighted(random, desk.chains, ({ days }) => 1 / (1 + days / HALF_LIFE_DAYS));
}

/** The listed strike nearest to this multiple of the forward. */
export function nearestStrike({ strikes, forward }: Chain, moneyness: number): Strike | undefined {
  let best: Strike | undefined;
  for (const candidate of strikes) {
    const isNearer =
      best === undefined ||
      Math.abs(candidate.strike - forward * moneyness) < Math.abs(best.strike - forward * moneyness);
    if (isNearer) best = candidate;
  }
  return best;
}

/** A multiple of the forward at which people trade, wider for later expiries; above 1 for `side` 1, below for -1, 0 for both. */
function moneyness({ days }: Chain, random: RandomStream, side: -1 | 0 | 1): number {
  const width = STRIKE_DEVIATION * Math.sqrt(Math.max(days, 1) / HALF_LIFE_DAYS);
  const drawn = normal(random);
  return Math.exp(width * (side === 0 ? drawn : side * Math.abs(drawn)));
}

function legs(...trades: readonly (readonly [number | undefined, number])[]): Leg[] {
  return trades.flatMap(([instrument, coins]) => (instrument === undefined ? [] : [{ instrument, coins }]));
}

function sign(random: RandomStream, longShare: number): 1 | -1 {
  return random.uniform() < longShare ? 1 : -1;
}

/** One option, more often bought than sold. */
export const outright: Structure = (desk, coins, random) => {
  const chain = pickChain(desk, random);
  if (chain === undefined) return [];
  const strike = nearestStrike(chain, moneyness(chain, random, 0));
  const isCall = random.uniform() < 0.55;
  return legs([isCall ? strike?.call : strike?.put, coins * sign(random, 0.62)]);
};

/** A perpetual or a future for its direction. */
export const directional: Structure = (desk, coins, random) => {
  const future = desk.futures[random.integer(desk.futures.length)];
  const instrument = random.uniform() < 0.75 ? (desk.perpetual ?? future) : (future ?? desk.perpetual);
  return legs([instrument, coins * sign(random, 0.58)]);
};

/** Two strikes of one expiry and type. */
export const verticalSpread: Structure = (desk, coins, random) => {
  const chain = pickChain(desk, random);
  if (chain === undefined) return [];
  const isCall = random.uniform() < 0.5;
  const direction = isCall ? 1 : -1;
  const near = nearestStrike(chain, 1 + direction * between(random, 0, 0.06));
  const far = nearestStrike(chain, 1 + direction * between(random, 0.1, 0.25));
  const signed = coins * sign(random, 0.5);
  return isCall
    ? legs([near?.call, signed], [far?.call, -signed])
    : legs([near?.put, signed], [far?.put, -signed]);
};

/** One strike over two expiries: short the near one, long the far one. */
export const calendarSpread: Structure = (desk, coins, random) => {
  const at = random.integer(Math.max(1, desk.chains.length - 1));
  const [near, far] = [desk.chains[at], desk.chains[at + 1]];
  if (near === undefined || far === undefined) return [];
  const multiple = moneyness(near, random, 0);
  return legs([nearestStrike(near, multiple)?.call, -coins], [nearestStrike(far, multiple)?.call, coins]);
};

/** A call sold against coins that the account holds. */
export const coveredWrite: Structure = (desk, coins, random) => {
  const chain = pickChain(desk, random);
  return chain === undefined ? [] : legs([nearestStrike(chain, moneyness(chain, random, 1))?.call, -coins]);
};

/** Straddle or strangle, more often sold than bought. */
export const straddle: Structure = (desk, coins, random) => {
  const chain = pickChain(desk, random);
  if (chain === undefined) return [];
  const width = random.uniform() < 0.5 ? 0 : between(random, 0.05, 0.2);
  const signed = coins * sign(random, 0.3);
  return legs(
    [nearestStrike(chain, 1 + width)?.call, signed],
    [nearestStrike(chain, 1 - width)?.put, signed],
  );
};

/** A dated future against the perpetual. */
export const basisTrade: Structure = (desk, coins, random) => {
  const future = desk.futures[random.integer(desk.futures.length)];
  if (desk.perpetual === undefined || future === undefined) return [];
  return legs([future, -coins], [desk.perpetual, coins * between(random, 0.9, 1)]);
};
