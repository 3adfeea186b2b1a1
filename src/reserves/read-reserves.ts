/** Claimed reserves from a JSON file: what a venue lists by hand or a watcher writes. */
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';
import type { AttestedAsset } from './attested-asset.js';
import { decimalUnits } from './read-balances.js';
import type { ReserveChain, ReserveHolding } from './reserve-holdings.js';

const CHAINS: readonly string[] = ['ethereum', 'bitcoin', 'custodian'] satisfies readonly ReserveChain[];
const KEYS = ['chain', 'holder', 'asset', 'amount', 'height', 'watched', 'message', 'signature'];

/** `{"reserves": [{chain, holder, asset, amount, height, watched?, message?, signature?}]}`; amounts are decimal strings. */
export function parseReserves(json: unknown, assets: readonly AttestedAsset[]): Outcome<ReserveHolding[]> {
  const list = isRecord(json) ? json.reserves : undefined;
  if (!Array.isArray(list)) return failure('MISSING_FIELD', 'reserves', expected('a list', 'reserves', list));
  const holdings: ReserveHolding[] = [];
  for (const [i, entry] of list.entries()) {
    const holding = parseReserve(entry, `reserves[${i}]`, assets);
    if (!holding.ok) return holding;
    holdings.push(holding.value);
  }
  return success(holdings);
}

function parseReserve(
  entry: unknown,
  field: string,
  assets: readonly AttestedAsset[],
): Outcome<ReserveHolding> {
  if (!isRecord(entry)) return failure('INVALID_VALUE', field, expected('an object', field, entry));
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    return failure(
      'INVALID_VALUE',
      `${field}.${unknown}`,
      expected(`one of ${KEYS.join(', ')}`, 'the field', unknown),
    );
  const { chain, holder, asset, amount, height = 0, watched = false, message, signature } = entry;
  const wrong = (name: string, what: string, value: unknown) =>
    failure('INVALID_VALUE', `${field}.${name}`, expected(what, name, value));
  if (typeof chain !== 'string' || !CHAINS.includes(chain))
    return wrong('chain', `one of ${CHAINS.join(', ')}`, chain);
  if (typeof holder !== 'string' || holder === '') return wrong('holder', 'an address', holder);
  const attested = assets.find((candidate) => candidate.asset === asset);
  if (attested === undefined) return wrong('asset', `one of ${assets.map((a) => a.asset).join(', ')}`, asset);
  const units = typeof amount === 'string' ? decimalUnits(amount, attested.decimals) : undefined;
  if (units === undefined || units < 0n)
    return wrong('amount', `a decimal string from 0 with at most ${attested.decimals} places`, amount);
  if (typeof height !== 'number' || !Number.isSafeInteger(height) || height < 0)
    return wrong('height', 'a whole number', height);
  if (typeof watched !== 'boolean') return wrong('watched', 'true or false', watched);
  if (message !== undefined && typeof message !== 'string') return wrong('message', 'a string', message);
  if (signature !== undefined && typeof signature !== 'string')
    return wrong('signature', 'a string', signature);
  return success({
    chain: chain as ReserveChain,
    holder,
    asset: attested.asset,
    units,
    height: BigInt(height),
    isWatched: watched,
    ...(message === undefined ? {} : { message }),
    ...(signature === undefined ? {} : { signature }),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
