/**
 * What a venue claims to hold, bound to a header: the header commits to the list, and each holder signs the hash of the header.
 * (The list's root leaves signatures out, because they come after the header that it stands in.)
 */
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';
import { RESERVE_HOLDINGS_MAX } from '../limits.js';
import type { AttestedAsset } from './attested-asset.js';
import { HASH_BYTES, sha256, u64be } from './pmpol1.js';
import { bitcoinSigner, ethereumSigner } from './signed-messages.js';
import { encodeSums, SUM_LIMIT } from './sums.js';

/** How signatures of a holder are checked. */
export type ReserveChain = 'ethereum' | 'bitcoin' | 'custodian';

/** How far a reserve has been shown, from strongest to weakest. */
export type ReserveEvidence = 'signed' | 'watched' | 'declared';

/** One claimed reserve, before anybody signed for it. */
export interface ReserveClaim {
  readonly chain: ReserveChain;
  /** Address on the chain, or account at the custodian. */
  readonly holder: string;
  readonly asset: string;
  /** Smallest units, >= 0. */
  readonly units: bigint;
  /** Height of the block of the balance; 0 for a custodian. */
  readonly height: bigint;
  /** Whether the balance was read from the chain rather than stated. */
  readonly isWatched: boolean;
}

/** A claim with the signature of its holder, if there is one. */
export interface ReserveHolding extends ReserveClaim {
  readonly message?: string;
  /** Hex for Ethereum, base64 for Bitcoin. */
  readonly signature?: string;
}

/** Where claimed reserves come from: a file, a node, a custodian. */
export interface ReserveSource {
  /** Every claim, read anew. */
  claims(): Promise<readonly ReserveClaim[]>;
}

/** A holding and how far it has been shown under one header. */
export interface CheckedHolding {
  readonly holding: ReserveHolding;
  readonly evidence: ReserveEvidence;
  /** Why a signature does not count, where one was given. */
  readonly fault?: string;
}

const HOLDING_TAG = Buffer.from([3]);
const FORMAT = Buffer.from('PMPOL1', 'ascii');

/** The words that a holder signs. */
export function reserveMessage(venue: string, headerHash: Uint8Array, height: bigint): string {
  return `I am a reserve wallet of ${venue}. header=${Buffer.from(headerHash).toString('hex')} height=${height}`;
}

/** The list in the order it is hashed in; refused when a holder claims an asset twice or an amount is none. */
export function checkClaims<T extends ReserveClaim>(
  claims: readonly T[],
  assets: readonly AttestedAsset[],
): Outcome<readonly T[]> {
  if (claims.length > RESERVE_HOLDINGS_MAX)
    return failure(
      'LIMIT_EXCEEDED',
      'reserves',
      expected(`at most ${RESERVE_HOLDINGS_MAX} reserves`, 'reserves', claims.length),
    );
  const sorted = [...claims].sort((a, b) => compare(identity(a), identity(b)));
  for (const [i, claim] of claims.entries()) {
    const field = `reserves[${i}]`;
    if (!assets.some(({ asset }) => asset === claim.asset))
      return failure(
        'INVALID_VALUE',
        `${field}.asset`,
        expected('an asset of the header', 'asset', claim.asset),
      );
    if (claim.units < 0n || claim.units >= SUM_LIMIT)
      return failure(
        'INVALID_VALUE',
        `${field}.units`,
        expected('an integer from 0 to 2^127 - 1', 'units', claim.units.toString()),
      );
  }
  const twice = sorted.find((claim, i) => i > 0 && identity(claim) === identity(sorted[i - 1]!));
  if (twice !== undefined)
    return failure(
      'DUPLICATE',
      'reserves',
      `Expected every reserve once but ${twice.asset} of "${twice.holder}" stands twice`,
    );
  return success(sorted);
}

/** Hash over a checked list: SHA256 of the chained digests of its claims, 32 zeros for none. */
export function reservesRoot(sorted: readonly ReserveClaim[]): Buffer {
  let root: Buffer = Buffer.alloc(HASH_BYTES);
  for (const claim of sorted) root = sha256(Buffer.concat([HOLDING_TAG, FORMAT, root, claimDigest(claim)]));
  return root;
}

/** How far a holding has been shown: a signature that is not the holder's own, or for another header, counts for nothing. */
export function checkHolding(holding: ReserveHolding, headerHash: Uint8Array): CheckedHolding {
  const weaker = holding.isWatched ? 'watched' : 'declared';
  const { message, signature } = holding;
  if (message === undefined || signature === undefined) return { holding, evidence: weaker };
  const fault = signatureFault(holding, message, signature, headerHash);
  return fault === undefined ? { holding, evidence: 'signed' } : { holding, evidence: weaker, fault };
}

function signatureFault(
  { chain, holder, height }: ReserveHolding,
  message: string,
  signature: string,
  headerHash: Uint8Array,
): string | undefined {
  if (!message.includes(`header=${Buffer.from(headerHash).toString('hex')}`))
    return 'the signed message does not name this header';
  if (!message.endsWith(`height=${height}`)) return 'the signed message names another height';
  if (chain === 'custodian') return 'signatures of custodians are not checked';
  const signer =
    chain === 'ethereum' ? ethereumSigner(message, signature) : bitcoinSigner(message, signature);
  const isHolder =
    chain === 'ethereum' ? signer === holder.toLowerCase() : signer !== undefined && signer === holder;
  return isHolder ? undefined : `signed by ${signer ?? 'nobody'}, not by the holder`;
}

function claimDigest({ chain, holder, asset, units, height, isWatched }: ReserveClaim): Buffer {
  const text = [chain, holder, asset].map((part) => {
    const bytes = Buffer.from(part, 'utf8');
    return Buffer.concat([u64be(BigInt(bytes.length)), bytes]);
  });
  return sha256(
    Buffer.concat([...text, encodeSums([units]), u64be(height), Buffer.from([isWatched ? 1 : 0])]),
  );
}

/** One wallet, whatever the case of its letters. */
function identity({ chain, holder, asset }: ReserveClaim): string {
  const name = chain === 'ethereum' ? holder.toLowerCase() : holder;
  return `${chain}\u0000${name}\u0000${asset}`;
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
