/**
 * What every account is owed, as the leaves of a sum tree. Changes wait until an attestation is sealed, so that a proof always
 * belongs to the header that it was asked for.
 */
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';
import { RESERVE_ACCOUNT_ID_BYTES_MAX } from '../limits.js';
import type { AttestedAsset } from './attested-asset.js';
import { DEPTH } from './tree-hasher.js';
import type { Lifters } from './lifters.js';
import { accountDigest, accountSecret, leafHash, leafSalt } from './pmpol1.js';
import type { Sibling } from './sparse-sum-tree.js';
import { SparseSumTree } from './sparse-sum-tree.js';
import { decodeSums, encodeSums, SUM_LIMIT } from './sums.js';

export interface LedgerOptions {
  readonly assets: readonly AttestedAsset[];
  /** 32 bytes from which the secret of every account is derived; never leaves the venue. */
  readonly venueSecret: Uint8Array;
  /** 32 public bytes: the hash of empty places. */
  readonly padSeed: Uint8Array;
  readonly saltEpoch: bigint;
  /** Accounts to make room for. */
  readonly expectedAccounts?: number;
}

/** The liabilities of one moment, sealed under one root. */
export interface SealedLiabilities {
  readonly root: Buffer;
  readonly accountCount: bigint;
  readonly liabilities: readonly bigint[];
  readonly negativeAccountCount: bigint;
  readonly negativeEquity: readonly bigint[];
}

/** What an account needs to find itself under the sealed root. */
export interface InclusionProof {
  readonly accountId: string;
  /** The leading 64 bits of SHA-256 of the account's name. */
  readonly leafIndex: bigint;
  readonly salt: Buffer;
  /** What the leaf says, in smallest units per asset. */
  readonly balances: readonly bigint[];
  /** Siblings with accounts below them, lowest first. */
  readonly siblings: readonly Sibling[];
  /** Bit l: the sibling of level l is empty and not in `siblings`. */
  readonly emptyLevels: bigint;
}

/** Signed equity per asset; undefined: the account is closed. */
type Equity = readonly bigint[] | undefined;

export class LiabilityLedger {
  private tree: SparseSumTree;
  private saltEpoch: bigint;
  private readonly sealed = new Map<string, readonly bigint[]>();
  private readonly waiting = new Map<string, Equity>();
  /** Place of every account that is or will be in the tree: two names may not share one. */
  private readonly places = new Map<bigint, string>();
  private negativeAccountCount = 0n;
  private readonly negativeEquity: bigint[];

  constructor(private readonly options: LedgerOptions) {
    this.saltEpoch = options.saltEpoch;
    this.negativeEquity = options.assets.map(() => 0n);
    this.tree = this.emptyTree(options.expectedAccounts ?? 0);
  }

  /** Accounts that changed since the last seal. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Bytes that the tree holds. */
  get treeBytes(): number {
    return this.tree.byteLength;
  }

  /**
   * Takes an account's equity from the next seal on. A negative one becomes a leaf of 0 and is reported as the venue's loss.
   * Refused: an amount of 2^127 or more, another number of assets, and a name that shares its 64-bit place with another.
   */
  set(accountId: string, equityUnits: readonly bigint[]): Outcome<undefined> {
    const { assets } = this.options;
    const bytes = Buffer.byteLength(accountId, 'utf8');
    if (bytes === 0 || bytes > RESERVE_ACCOUNT_ID_BYTES_MAX)
      return failure(
        'INVALID_VALUE',
        'accountId',
        expected(`1 to ${RESERVE_ACCOUNT_ID_BYTES_MAX} bytes`, 'accountId', accountId),
      );
    if (equityUnits.length !== assets.length)
      return failure(
        'INVALID_VALUE',
        'balances',
        expected(`${assets.length} amounts`, 'balances', equityUnits.length),
      );
    const tooLarge = equityUnits.findIndex((units) => units >= SUM_LIMIT || units <= -SUM_LIMIT);
    if (tooLarge >= 0)
      return failure(
        'INVALID_VALUE',
        `balances[${tooLarge}].units`,
        expected('a magnitude below 2^127', 'units', String(equityUnits[tooLarge])),
      );
    const place = leafIndex(accountDigest(accountId));
    const holder = this.places.get(place);
    if (holder !== undefined && holder !== accountId)
      return failure(
        'DUPLICATE',
        'accountId',
        `Expected an account with a 64-bit index of its own but "${accountId}" shares that of "${holder}"`,
      );
    this.places.set(place, accountId);
    this.waiting.set(accountId, equityUnits);
    return success(undefined);
  }

  /** Takes an account out of the tree from the next seal on. */
  delete(accountId: string): void {
    this.waiting.set(accountId, undefined);
  }

  /** Applies what waits and hashes the paths that changed; with another salt epoch every leaf. Throws `SumRangeError` on overflow. */
  seal(saltEpoch: bigint = this.saltEpoch): SealedLiabilities {
    this.applyWaiting(saltEpoch);
    this.tree.rehash();
    return this.totals();
  }

  /**
   * As `seal`, with most of the hashing on the threads of a pool: for the first seal of many accounts and for new salts. The ledger
   * may not be changed or asked meanwhile. The root is the same for any number of threads.
   */
  async sealOn(lifters: Lifters, saltEpoch: bigint = this.saltEpoch): Promise<SealedLiabilities> {
    this.applyWaiting(saltEpoch);
    await lifters.lift(this.tree);
    this.tree.rehash();
    return this.totals();
  }

  private applyWaiting(saltEpoch: bigint): void {
    const isNewSalt = saltEpoch !== this.saltEpoch;
    for (const [accountId, equity] of this.waiting) this.apply(accountId, equity, isNewSalt);
    this.waiting.clear();
    if (isNewSalt) this.rebuild(saltEpoch);
  }

  /** The proof of an account under the last seal; undefined when it was not in it. */
  prove(accountId: string): InclusionProof | undefined {
    const equity = this.sealed.get(accountId);
    if (equity === undefined) return undefined;
    const digest = accountDigest(accountId);
    const siblings = this.tree.siblings(digest.readUInt32BE(0), digest.readUInt32BE(4));
    if (siblings === undefined) return undefined;
    const filled = siblings.reduce((levels, { level }) => levels | (1n << BigInt(level)), 0n);
    return {
      accountId,
      leafIndex: leafIndex(digest),
      salt: this.saltOf(accountId),
      balances: equity.map(owed),
      siblings,
      emptyLevels: ALL_LEVELS ^ filled,
    };
  }

  private apply(accountId: string, equity: Equity, isRebuilt: boolean): void {
    this.countNegative(this.sealed.get(accountId), -1n);
    this.countNegative(equity, 1n);
    if (equity !== undefined) {
      this.sealed.set(accountId, equity);
      if (!isRebuilt) this.plant(accountId, equity);
      return;
    }
    const digest = accountDigest(accountId);
    const place = leafIndex(digest);
    if (this.places.get(place) === accountId) this.places.delete(place);
    this.sealed.delete(accountId);
    if (!isRebuilt) this.tree.delete(digest.readUInt32BE(0), digest.readUInt32BE(4));
  }

  private countNegative(equity: Equity, sign: bigint): void {
    if (equity?.some((units) => units < 0n) !== true) return;
    this.negativeAccountCount += sign;
    equity.forEach((units, asset) => {
      if (units < 0n) this.negativeEquity[asset]! -= sign * units;
    });
  }

  private rebuild(saltEpoch: bigint): void {
    this.saltEpoch = saltEpoch;
    this.tree = this.emptyTree(this.sealed.size);
    for (const [accountId, equity] of this.sealed) this.plant(accountId, equity);
  }

  private plant(accountId: string, equity: readonly bigint[]): void {
    const digest = accountDigest(accountId);
    const sums = encodeSums(equity.map(owed));
    this.tree.set({
      keyHigh: digest.readUInt32BE(0),
      keyLow: digest.readUInt32BE(4),
      hash: leafHash(this.saltOf(accountId), digest, sums),
      sums,
    });
  }

  private totals(): SealedLiabilities {
    return {
      root: this.tree.rootHash(),
      accountCount: BigInt(this.sealed.size),
      liabilities: decodeSums(this.tree.rootSums()),
      negativeAccountCount: this.negativeAccountCount,
      negativeEquity: [...this.negativeEquity],
    };
  }

  private saltOf(accountId: string): Buffer {
    return leafSalt(accountSecret(this.options.venueSecret, accountId), this.saltEpoch);
  }

  private emptyTree(expectedAccounts: number): SparseSumTree {
    return new SparseSumTree(this.options.assets.length, this.options.padSeed, DEPTH, expectedAccounts);
  }
}

const ALL_LEVELS = (1n << BigInt(DEPTH)) - 1n;

function owed(units: bigint): bigint {
  return units > 0n ? units : 0n;
}

function leafIndex(digest: Buffer): bigint {
  return digest.readBigUInt64BE(0);
}
