import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { InputError } from './exit.js';

/** The part of a market about these underlyings; assets that are no underlying (dollar coins) stay. */
export function selectUnderlyings(snapshot: MarketSnapshot, names: readonly string[]): MarketSnapshot {
  const known = snapshot.underlyings.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new InputError(
      `--currency: expected some of ${known.join(', ')} but received ${unknown.join(', ')}`,
    );
  }
  const dropped = new Set(known.filter((name) => !names.includes(name)));
  return {
    ...snapshot,
    underlyings: snapshot.underlyings.filter(({ name }) => !dropped.has(name)),
    assets: snapshot.assets.filter(({ asset }) => !dropped.has(asset)),
    expiries: snapshot.expiries.filter(({ underlying }) => !dropped.has(underlying)),
    instruments: snapshot.instruments.filter(({ instrument }) => !dropped.has(instrument.underlying)),
  };
}
