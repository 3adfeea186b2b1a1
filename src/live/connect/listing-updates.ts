import type { MarketUpdate } from '../../market/feed/market-update.js';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';

/** What makes some instruments of a market part of another that has its underlyings: forwards of their expiries, terms, quotes. */
export function listingUpdates(
  { timeMs, expiries, instruments }: MarketSnapshot,
  names: ReadonlySet<string>,
): MarketUpdate[] {
  const listed = instruments.filter(({ instrument }) => names.has(instrument.name));
  const isTheirs = ({ underlying, expiryMs }: (typeof expiries)[number]): boolean =>
    listed.some(
      ({ instrument }) =>
        instrument.kind === 'OPTION' &&
        instrument.underlying === underlying &&
        instrument.expiryMs === expiryMs,
    );
  return [
    ...listed.map(({ instrument }): MarketUpdate => ({ kind: 'LISTING', timeMs, instrument })),
    ...expiries
      .filter(isTheirs)
      .map(({ underlying, expiryMs, forward, forwardConfidence }): MarketUpdate => ({
        ...{ kind: 'EXPIRY', timeMs, underlying, expiryMs, forward, forwardConfidence },
      })),
    ...listed.map(({ instrument, bidPrice, askPrice, markPrice, markVolatility }): MarketUpdate => ({
      ...{ kind: 'QUOTE', timeMs, instrument: instrument.name },
      ...(bidPrice === undefined ? {} : { bidPrice }),
      ...(askPrice === undefined ? {} : { askPrice }),
      ...(markPrice === undefined ? {} : { markPrice }),
      ...(markVolatility === undefined ? {} : { markVolatility }),
    })),
  ];
}
