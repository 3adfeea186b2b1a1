import type { InstrumentQuote } from '../market/snapshot/market-snapshot.js';
import { bookOf, CASH, marketOfDay, perpetualOf, type BookDay } from './book-day.js';
import type { ChainDay, ChainOption } from './chain-history.js';

/** A leg: an option chosen anew every day, or the perpetual. Units per unit of the book; negative is short. */
export type OptionLeg =
  | {
      readonly optionType: 'CALL' | 'PUT';
      /** Strike wanted, share of the forward; the nearest listed one is taken. */
      readonly moneyness: number;
      readonly quantity: number;
    }
  | { readonly optionType?: never; readonly quantity: number };

/** A policy on one underlying, rolled every day: as many units as the notional buys at the index. */
export interface OptionPolicy {
  readonly name: string;
  readonly underlying: string;
  readonly notionalUsd: number;
  readonly legs: readonly OptionLeg[];
}

/** Expiry wanted, and the nearest that is taken: nothing settles before the next chain. */
const TENOR_DAYS = 30;
const TENOR_DAYS_MIN = 5;

const DAY_MS = 86_400_000;

/**
 * The book on every day after the warm-up on which all its legs are quoted and quoted again on the next: contracts are margined as
 * linear ones, so that every model can margin the same book, and valued at the recorded marks in dollars.
 */
export function optionDays(
  chains: readonly ChainDay[],
  policy: OptionPolicy,
  warmUpDays: number,
): readonly BookDay[] {
  return chains.slice(warmUpDays, -1).flatMap((today, at) => {
    const next = chains[warmUpDays + at + 1];
    const day = next === undefined ? undefined : bookDay(today, next, policy);
    return day === undefined ? [] : [day];
  });
}

function bookDay(today: ChainDay, next: ChainDay, policy: OptionPolicy): BookDay | undefined {
  const { name, underlying, notionalUsd, legs } = policy;
  const index = today.indexPrice.get(underlying);
  const nextIndex = next.indexPrice.get(underlying);
  const expiryMs = expiryNear(today, underlying);
  if (index === undefined || nextIndex === undefined || expiryMs === undefined) return undefined;
  const units = notionalUsd / index;
  const listed = today.options.filter(
    (option) => option.underlying === underlying && option.expiryMs === expiryMs,
  );
  const positions: { instrument: string; quantity: number; unrealisedPnl?: number }[] = [];
  let pnl = 0;
  for (const leg of legs) {
    const quantity = leg.quantity * units;
    if (leg.optionType === undefined) {
      positions.push({ instrument: perpetualOf(underlying), quantity, unrealisedPnl: 0 });
      pnl += quantity * (nextIndex - index);
      continue;
    }
    const option = nearest(listed, leg.optionType, leg.moneyness);
    const later = option === undefined ? undefined : sameOption(next, option);
    if (option === undefined || later === undefined) return undefined;
    positions.push({ instrument: linearOptionName(option), quantity });
    pnl += quantity * (later.mark - option.mark);
  }
  const base = marketOfDay(today.dateMs, [[underlying, index]]);
  const [first] = listed;
  return {
    dateMs: today.dateMs,
    market: {
      ...base,
      expiries: [
        {
          underlying,
          expiryMs,
          forward: first?.forward ?? NaN,
          forwardConfidence: 1,
          rate: 0,
          rateConfidence: 1,
          volatilityConfidence: 1,
        },
      ],
      instruments: [...base.instruments, ...listed.map(linearOptionQuote)],
    },
    portfolio: bookOf(name, positions),
    pnl,
  };
}

function expiryNear({ dateMs, options }: ChainDay, underlying: string): number | undefined {
  let best: number | undefined;
  for (const option of options) {
    if (option.underlying !== underlying) continue;
    const days = (option.expiryMs - dateMs) / DAY_MS;
    if (days < TENOR_DAYS_MIN) continue;
    const bestDays = best === undefined ? Infinity : (best - dateMs) / DAY_MS;
    if (Math.abs(days - TENOR_DAYS) < Math.abs(bestDays - TENOR_DAYS)) best = option.expiryMs;
  }
  return best;
}

function nearest(
  options: readonly ChainOption[],
  optionType: 'CALL' | 'PUT',
  moneyness: number,
): ChainOption | undefined {
  const distance = ({ strike, forward }: ChainOption): number => Math.abs(strike / forward - moneyness);
  return options
    .filter((option) => option.optionType === optionType)
    .reduce<ChainOption | undefined>(
      (best, option) => (best === undefined || distance(option) < distance(best) ? option : best),
      undefined,
    );
}

function sameOption(day: ChainDay, wanted: ChainOption): ChainOption | undefined {
  return day.options.find(
    ({ underlying, expiryMs, strike, optionType }) =>
      underlying === wanted.underlying &&
      expiryMs === wanted.expiryMs &&
      strike === wanted.strike &&
      optionType === wanted.optionType,
  );
}

/** The option as a linear contract of one coin that settles in dollars, as every model can margin it. */
export function linearOptionQuote(option: ChainOption): InstrumentQuote {
  const { underlying, expiryMs, strike, optionType, mark, volatility } = option;
  return {
    instrument: {
      name: linearOptionName(option),
      kind: 'OPTION',
      underlying,
      settlement: 'LINEAR',
      settlementCurrency: CASH,
      contractSize: 1,
      expiryMs,
      strike,
      optionType,
    },
    markPrice: mark,
    markVolatility: volatility,
    volatilityConfidence: 1,
  };
}

export function linearOptionName({
  underlying,
  expiryMs,
  strike,
  optionType,
}: Omit<ChainOption, 'forward' | 'volatility' | 'mark'>): string {
  const day = new Date(expiryMs).toISOString().slice(0, 10);
  return `${underlying}-${CASH}-${day}-${String(strike)}-${optionType === 'CALL' ? 'C' : 'P'}`;
}

/** What people hold: sold and bought volatility, a spread, and a bounded long. */
export function defaultOptionPolicies(underlying: string, notionalUsd: number): readonly OptionPolicy[] {
  const policy = (name: string, legs: readonly OptionLeg[]): OptionPolicy => ({
    name: `${underlying} ${name}`,
    underlying,
    notionalUsd,
    legs,
  });
  const call = (moneyness: number, quantity: number): OptionLeg => ({
    optionType: 'CALL',
    moneyness,
    quantity,
  });
  const put = (moneyness: number, quantity: number): OptionLeg => ({
    optionType: 'PUT',
    moneyness,
    quantity,
  });
  return [
    policy('short straddle', [call(1, -1), put(1, -1)]),
    policy('short strangle', [call(1.1, -1), put(0.9, -1)]),
    policy('long straddle', [call(1, 1), put(1, 1)]),
    policy('put spread', [put(0.95, -1), put(0.85, 1)]),
    policy('collar', [{ quantity: 1 }, put(0.9, 1), call(1.1, -1)]),
  ];
}
