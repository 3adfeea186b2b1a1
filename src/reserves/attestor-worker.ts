/** The thread that keeps the sum tree of a live venue: hashing ten thousand changed paths never holds up the event loop. */
import { createHash, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { failure, success } from '../domain/outcome.js';
import { attest } from './attest.js';
import type { Attestation } from './attestation-json.js';
import { attestationToJson, proofToJson } from './attestation-json.js';
import type { AttestorAnswer, AttestorOptions, AttestorTask, AttestTask } from './attestor-task.js';
import { LiabilityLedger } from './liability-ledger.js';

interface Chain {
  readonly options: AttestorOptions;
  readonly key: KeyObject;
  readonly padSeed: Buffer;
  readonly ledger: LiabilityLedger;
  newest?: Attestation;
}

let chain: Chain | undefined;

/** Salts last for a day of UTC. */
const SALT_EPOCH_MS = 86_400_000;

export default function run(task: AttestorTask): AttestorAnswer {
  if (task.kind === 'open') {
    chain = open(task.options);
    return success(undefined);
  }
  if (chain === undefined) return failure('INTERNAL', '', 'Expected an open chain of attestations');
  if (task.kind === 'attest') return next(chain, task);
  const proof = chain.ledger.prove(task.accountId);
  if (proof === undefined || chain.newest === undefined)
    return failure(
      'MISSING_FIELD',
      'accountId',
      `Expected an account of the newest attestation but received "${task.accountId}"`,
    );
  return success(proofToJson(proof, chain.newest));
}

/** The seed that makes empty places; public, and nothing about the secret follows from it. */
export function padSeedOf(venueSecret: Uint8Array): Buffer {
  return createHash('sha256').update('PMPOL1/pad').update(venueSecret).digest();
}

function open(options: AttestorOptions): Chain {
  const { assets, venueSecret } = options;
  const padSeed = padSeedOf(venueSecret);
  const ledger = new LiabilityLedger({ assets, venueSecret, padSeed, saltEpoch: 0n });
  return { options, key: createPrivateKey(options.signingKeyPem), padSeed, ledger };
}

function next(chain: Chain, { timeMs, marks, changed, closed }: AttestTask): AttestorAnswer {
  const { ledger, options, padSeed, key, newest } = chain;
  for (const [accountId, equityUnits] of changed) {
    const taken = ledger.set(accountId, equityUnits);
    if (!taken.ok) return taken;
  }
  for (const accountId of closed) ledger.delete(accountId);
  const saltEpoch = BigInt(Math.floor(timeMs / SALT_EPOCH_MS));
  const sealed = ledger.seal(saltEpoch);
  const previous = newest?.signed.header;
  const attestation = attest(
    {
      sealed,
      assets: options.assets,
      padSeed,
      saltEpoch,
      // A clock that goes back must not make a header that does not follow.
      timeMs: Math.max(timeMs, previous?.timeMs ?? 0),
      marks,
      reserves: options.reserves,
      ...(previous === undefined ? {} : { previous }),
    },
    key,
  );
  if (!attestation.ok) return attestation;
  chain.newest = attestation.value;
  return success(attestationToJson(attestation.value));
}
