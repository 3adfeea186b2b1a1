/** What crosses to the thread that keeps the sum tree, and what comes back. */
import type { Outcome } from '../domain/outcome.js';
import type { AttestedAsset } from './attested-asset.js';
import type { attestationToJson, proofToJson } from './attestation-json.js';
import type { MarksOfAttestation } from './attest.js';
import type { ChainHead } from './chain-file.js';
import type { ReserveHolding } from './reserve-holdings.js';

/** What a chain of attestations is made with. */
export interface AttestorOptions {
  readonly assets: readonly AttestedAsset[];
  /** 32 bytes; salts are made of it. */
  readonly venueSecret: Uint8Array;
  /** Ed25519, PKCS#8 in PEM. */
  readonly signingKeyPem: string;
  readonly reserves: readonly ReserveHolding[];
  /** Where the newest attestation is kept, so that the chain outlives the process; absent: a chain of this process only. */
  readonly chainFile?: string;
  /** What stands in `chainFile`: the next header follows it. */
  readonly head?: ChainHead;
}

export interface OpenTask {
  readonly kind: 'open';
  readonly options: AttestorOptions;
}

export interface AttestTask {
  readonly kind: 'attest';
  readonly timeMs: number;
  readonly marks: MarksOfAttestation;
  /** Accounts whose equity changed, in units per asset. */
  readonly changed: readonly (readonly [accountId: string, equityUnits: readonly bigint[]])[];
  readonly closed: readonly string[];
  /** Losses of the two largest debtors under each stress, units per asset (`solvency.ts`). */
  readonly coverTwoByStress?: readonly (readonly bigint[])[];
}

export interface ProveTask {
  readonly kind: 'prove';
  readonly accountId: string;
}

export type AttestorTask = OpenTask | AttestTask | ProveTask;
export type AttestationJson = ReturnType<typeof attestationToJson>;
export type ProofJson = ReturnType<typeof proofToJson>;
export type AttestorAnswer = Outcome<AttestationJson | ProofJson | undefined>;
