import type { KeyObject } from 'node:crypto';
import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import type { AttestedAsset } from './attested-asset.js';
import type { Attestation } from './attestation-json.js';
import type { AttestationHeader } from './header.js';
import { headerHash, NO_HASH, signHeader } from './header.js';
import type { SealedLiabilities } from './liability-ledger.js';
import { DEPTH } from './tree-hasher.js';
import type { ReserveHolding } from './reserve-holdings.js';
import { checkClaims, checkHolding, reservesRoot } from './reserve-holdings.js';
import type { ReserveHaircuts } from './solvency.js';
import { DEFAULT_HAIRCUTS, solvencyOf } from './solvency.js';

/** What the marks behind the liabilities were. */
export interface MarksOfAttestation {
  readonly epoch: bigint;
  readonly pricesHash?: Uint8Array;
  readonly surfaceHash?: Uint8Array;
  readonly parametersHash?: Uint8Array;
  readonly openInterestHash?: Uint8Array;
}

export interface AttestInput {
  readonly sealed: SealedLiabilities;
  readonly assets: readonly AttestedAsset[];
  readonly padSeed: Uint8Array;
  readonly saltEpoch: bigint;
  readonly timeMs: number;
  readonly marks: MarksOfAttestation;
  readonly reserves: readonly ReserveHolding[];
  /** The header before; absent for the first. */
  readonly previous?: AttestationHeader;
  readonly haircuts?: ReserveHaircuts;
  readonly coverTwoByStress?: readonly (readonly bigint[])[];
}

/** The header over sealed liabilities and claimed reserves, signed, with what the reserves come to. */
export function attest(input: AttestInput, privateKey: KeyObject): Outcome<Attestation> {
  const { sealed, assets, marks, previous, haircuts = DEFAULT_HAIRCUTS, coverTwoByStress } = input;
  const claims = checkClaims(input.reserves, assets);
  if (!claims.ok) return claims;
  const header: AttestationHeader = {
    sequence: previous === undefined ? 0n : previous.sequence + 1n,
    epoch: marks.epoch,
    timeMs: input.timeMs,
    saltEpoch: input.saltEpoch,
    assets,
    depth: DEPTH,
    accountCount: sealed.accountCount,
    padSeed: input.padSeed,
    liabilitiesRoot: sealed.root,
    liabilities: sealed.liabilities,
    negativeAccountCount: sealed.negativeAccountCount,
    negativeEquity: sealed.negativeEquity,
    reservesRoot: reservesRoot(claims.value),
    pricesHash: marks.pricesHash ?? NO_HASH,
    surfaceHash: marks.surfaceHash ?? NO_HASH,
    parametersHash: marks.parametersHash ?? NO_HASH,
    openInterestHash: marks.openInterestHash ?? NO_HASH,
    previousHash: previous === undefined ? NO_HASH : headerHash(previous),
  };
  const digest = headerHash(header);
  const holdings = claims.value.map((holding) => checkHolding(holding, digest));
  const solvency = solvencyOf({
    assets,
    liabilities: sealed.liabilities,
    holdings,
    haircuts,
    ...(coverTwoByStress === undefined ? {} : { coverTwoByStress }),
  });
  return success({ signed: signHeader(header, privateKey), holdings, solvency });
}
