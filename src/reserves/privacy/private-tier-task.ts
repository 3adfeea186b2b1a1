/** What crosses to the thread that keeps a tree of the private tier, and what comes back. */
import type { Outcome } from '../../domain/outcome.js';
import type { AttestedAsset } from '../attested-asset.js';
import type { PrivateProofJson } from './private-json.js';

export interface PrivateTierOptions {
  readonly asset: AttestedAsset;
  /** 32 bytes; salts and blindings are made of it. */
  readonly venueSecret: Uint8Array;
  /** Ed25519, PKCS#8 in PEM. */
  readonly signingKeyPem: string;
}

/** The accounts of one attestation, each with what it is owed. */
export interface BuildTask {
  readonly kind: 'build';
  readonly options: PrivateTierOptions;
  /** Number and hash of the header of that attestation. */
  readonly epoch: bigint;
  readonly headerHash: Uint8Array;
  readonly liabilities: readonly (readonly [accountId: string, units: bigint])[];
}

export interface ProvePrivateTask {
  readonly kind: 'prove';
  readonly accountId: string;
}

export type PrivateTierTask = BuildTask | ProvePrivateTask;
export type PrivateTierAnswer = Outcome<PrivateProofJson | undefined>;
