/** The thread that keeps the sum tree of a live venue: hashing ten thousand changed paths never holds up the event loop. */
import { createHash, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { failure, success } from '../domain/outcome.js';
import { attest } from './attest.js';
import type { Attestation } from './attestation-json.js';
import { attestationToJson, proofToJson } from './attestation-json.js';
import type { AttestorAnswer, AttestorOptions, AttestorTask, AttestTask } from './attestor-task.js';
import { writeChainHead } from './chain-file.js';
import type { AttestationHeader } from './header.js';
import { LiabilityLedger } from './liability-ledger.js';

interface Chain {
  readonly options: AttestorOptions;
  readonly key: KeyObject;
  readonly padSeed: Buffer;
  readonly ledger: LiabilityLedger;
  /** The header that the next one follows: of this process, or of one before it. */
  previous?: AttestationHeader;
  /** Of this process: what proofs stand under. */
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
  const { assets, venueSecret, head } = options;
  const padSeed = padSeedOf(venueSecret);
  const ledger = new LiabilityLedger({ assets, venueSecret, padSeed, saltEpoch: 0n });
  const key = createPrivateKey(options.signingKeyPem);
  return { options, key, padSeed, ledger, ...(head === undefined ? {} : { previous: head.signed.header }) };
}

function next(chain: Chain, task: AttestTask): AttestorAnswer {
  const { timeMs, marks, changed, closed, coverTwoByStress } = task;
  const { ledger, options, padSeed, key, previous } = chain;
  for (const [accountId, equityUnits] of changed) {
    const taken = ledger.set(accountId, equityUnits);
    if (!taken.ok) return taken;
  }
  for (const accountId of closed) ledger.delete(accountId);
  // A clock that goes back must not make a header that does not follow.
  const attestedMs = Math.max(timeMs, previous?.timeMs ?? 0);
  const saltEpoch = BigInt(Math.floor(attestedMs / SALT_EPOCH_MS));
  // Proofs of what is sealed now would not stand under the attestation before.
  delete chain.newest;
  const sealed = ledger.seal(saltEpoch);
  const attestation = attest(
    {
      sealed,
      assets: options.assets,
      padSeed,
      saltEpoch,
      timeMs: attestedMs,
      marks,
      reserves: options.reserves,
      ...(previous === undefined ? {} : { previous }),
      ...(coverTwoByStress === undefined ? {} : { coverTwoByStress }),
    },
    key,
  );
  if (!attestation.ok) return attestation;
  const json = attestationToJson(attestation.value);
  // Before anybody sees it: a header that was shown and then forgotten would be told again differently.
  if (options.chainFile !== undefined) writeChainHead(options.chainFile, json);
  chain.newest = attestation.value;
  chain.previous = attestation.value.signed.header;
  return success(json);
}
