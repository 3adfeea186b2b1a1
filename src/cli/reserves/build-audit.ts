/** One attestation from files: liabilities from a table of balances, reserves from a list. */
import { createWriteStream, existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { attest } from '../../reserves/attest.js';
import { padSeedOf } from '../../reserves/attestor-worker.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import type { Attestation } from '../../reserves/attestation-json.js';
import { attestationToJson, proofToJson } from '../../reserves/attestation-json.js';
import type { SignedHeader } from '../../reserves/header.js';
import { chainFaults } from '../../reserves/header.js';
import type { SealedLiabilities } from '../../reserves/liability-ledger.js';
import { LiabilityLedger } from '../../reserves/liability-ledger.js';
import { Lifters } from '../../reserves/lifters.js';
import { readBalances } from '../../reserves/read-balances.js';
import { InputError } from '../exit.js';
import { makeFolder, messageOf } from '../files.js';
import { ATTESTATION_FILE, proofFile, writeJson } from './audit-files.js';
import { readSecret, readSigningKey } from './keys.js';
import { previousSignedHeader } from './previous-header.js';
import { readReserves, valueOrThrow } from './read-reserves-file.js';

export interface BuildAuditOptions {
  readonly accounts: string;
  readonly assets: readonly AttestedAsset[];
  readonly reserves?: string;
  readonly key: string;
  readonly secret: string;
  readonly out: string;
  readonly previous?: string;
  readonly epoch: number;
  readonly saltEpoch: number;
  readonly time: number;
  readonly prove?: readonly string[];
  readonly proveAll?: boolean;
}

export interface BuiltAudit {
  readonly attestation: Attestation;
  readonly accounts: number;
  readonly files: readonly string[];
}

/** Reads, seals, signs and writes; throws `InputError` with file, row and field for the first thing that is wrong. */
export async function buildAudit(options: BuildAuditOptions): Promise<BuiltAudit> {
  const { assets, accounts: file } = options;
  const key = readSigningKey(options.key);
  const venueSecret = readSecret(options.secret);
  const reserves = readReserves(options.reserves, assets);
  const saltEpoch = BigInt(options.saltEpoch);
  const padSeed = padSeedOf(venueSecret);
  const ledger = new LiabilityLedger({ assets, venueSecret, padSeed, saltEpoch });
  const names: string[] = [];
  const read = await readBalances(file, assets, (accountId, equity) => {
    if (options.proveAll) names.push(accountId);
    return ledger.set(accountId, equity);
  });
  valueOrThrow(file, read);
  const sealed = await sealOnAllCores(ledger);
  const previous = options.previous === undefined ? undefined : previousSignedHeader(options.previous);
  const attestation = valueOrThrow(
    options.reserves ?? file,
    attest(
      {
        sealed,
        assets,
        padSeed,
        saltEpoch,
        timeMs: options.time,
        marks: { epoch: BigInt(options.epoch) },
        reserves,
        ...(previous === undefined ? {} : { previous: previous.header }),
      },
      key,
    ),
  );
  if (options.previous !== undefined && previous !== undefined)
    refuseBrokenChain(options.previous, previous, attestation.signed);
  refuseSecondStory(options);
  makeFolder(options.out);
  const files = [writeJson(path.join(options.out, ATTESTATION_FILE), attestationToJson(attestation))];
  for (const accountId of options.prove ?? []) {
    const proof = ledger.prove(accountId);
    if (proof === undefined) throw new InputError(`--prove: no account "${accountId}" in ${file}`);
    files.push(writeJson(path.join(options.out, proofFile(accountId)), proofToJson(proof, attestation)));
  }
  if (options.proveAll) files.push(await writeAllProofs(options.out, names, ledger, attestation));
  return { attestation, accounts: names.length > 0 ? names.length : Number(sealed.accountCount), files };
}

/** Two headers under one sequence number and key are proof that a venue told two stories. */
function refuseSecondStory({ out, previous }: BuildAuditOptions): void {
  const file = path.join(out, ATTESTATION_FILE);
  if (previous === undefined && existsSync(file))
    throw new InputError(
      `${file}: expected a folder without an attestation, or --previous with the one that comes before; nothing was written`,
    );
}

/** A header that does not follow would be refused by every verifier. */
function refuseBrokenChain(file: string, previous: SignedHeader, next: SignedHeader): void {
  const faults = chainFaults(previous.header, next.header);
  if (Buffer.compare(previous.publicKey, next.publicKey) !== 0) faults.push('publicKey');
  if (faults.length === 0) return;
  throw new InputError(
    `--previous: expected an attestation that this one can follow but ${faults.join(', ')} does not follow ${file}`,
  );
}

async function sealOnAllCores(ledger: LiabilityLedger): Promise<SealedLiabilities> {
  if (ledger.waitingCount < ACCOUNTS_WORTH_THREADS) return ledger.seal();
  const lifters = new Lifters(availableParallelism());
  try {
    return await ledger.sealOn(lifters);
  } finally {
    await lifters.close();
  }
}

/** Below this many accounts one thread is done before others have started. */
const ACCOUNTS_WORTH_THREADS = 10_000;

/** One line per account, so that a million proofs are one file. */
async function writeAllProofs(
  folder: string,
  names: readonly string[],
  ledger: LiabilityLedger,
  attestation: Attestation,
): Promise<string> {
  const file = path.join(folder, 'proofs.jsonl');
  const lines = function* (): Generator<string> {
    for (const name of names) {
      const proof = ledger.prove(name);
      if (proof !== undefined) yield `${JSON.stringify(proofToJson(proof, attestation))}\n`;
    }
  };
  try {
    await pipeline(lines, createWriteStream(file));
  } catch (error) {
    throw new InputError(`${file}: cannot write: ${messageOf(error)}`);
  }
  return file;
}
