/**
 * The reserve audit: a tree over 1,000,000 accounts with three assets on all cores, one account's change, an epoch with 10,000
 * changed accounts, and what a proof costs. Baseline of a change: the tree built anew.
 */
import { generateKeyPairSync, hash } from 'node:crypto';
import os from 'node:os';
import { unwrap } from '../src/domain/outcome.js';
import { attest } from '../src/reserves/attest.js';
import { proofToJson } from '../src/reserves/attestation-json.js';
import { LiabilityLedger } from '../src/reserves/liability-ledger.js';
import { LIFT_WORKER, Lifters } from '../src/reserves/lifters.js';
import { CommitmentTree, privateProofFault } from '../src/reserves/privacy/commitment-tree.js';
import { accountDigest } from '../src/reserves/pmpol1.js';
import { SparseSumTree } from '../src/reserves/sparse-sum-tree.js';
import { verifyInclusion } from '../src/reserves/verify-inclusion.js';
import { uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const ACCOUNTS = 1_000_000;
const EPOCH_CHANGES = 10_000;
const SINGLE_CHANGES = 2_000;
const ASSETS = [
  { asset: 'BTC', decimals: 8 },
  { asset: 'ETH', decimals: 18 },
  { asset: 'USDC', decimals: 6 },
];
const PAD_SEED = Buffer.alloc(32, 1);

export async function run(): Promise<BenchResult[]> {
  const random = uniformGenerator(3);
  const equity = () => ASSETS.map(() => BigInt(Math.floor(random() * 1e12)));
  const ledger = new LiabilityLedger({
    assets: ASSETS,
    venueSecret: Buffer.alloc(32, 2),
    padSeed: PAD_SEED,
    saltEpoch: 0n,
    expectedAccounts: ACCOUNTS,
  });
  for (let i = 0; i < ACCOUNTS; i++) unwrap(ledger.set(nameOf(i), equity()));
  const lifters = new Lifters(os.availableParallelism(), LIFT_WORKER);
  const build = await secondsOf(() => ledger.sealOn(lifters));
  await lifters.close();

  const single = await secondsOf(() => {
    for (let i = 0; i < SINGLE_CHANGES; i++) {
      unwrap(ledger.set(nameOf(i * 499), equity()));
      ledger.seal();
    }
  });
  for (let i = 0; i < EPOCH_CHANGES; i++) unwrap(ledger.set(nameOf(i * 97), equity()));
  const epoch = await secondsOf(() => ledger.seal());
  const { privateKey } = generateKeyPairSync('ed25519');
  const attestInput = {
    sealed: ledger.seal(),
    assets: ASSETS,
    padSeed: PAD_SEED,
    saltEpoch: 0n,
    timeMs: 0,
    marks: { epoch: 0n },
    reserves: [],
  };
  const attestation = unwrap(attest(attestInput, privateKey));
  const proofs = Array.from({ length: 200 }, (_, i) => ledger.prove(nameOf(i * 4_001)));
  const json = proofs.map((proof) => proofToJson(proof!, attestation));
  const verify = await secondsOf(async () => {
    for (const proof of json)
      if (!(await verifyInclusion(proof)).every(({ passed }) => passed))
        throw new Error('a proof does not stand');
  });
  const hidden = privateTier();
  const hashing = hashingSeconds();
  return [
    {
      id: 'reserves-hash',
      value: hashing.kernel * 1e6,
      unit: 'us for one node of three assets',
      baseline: 'hash() of node:crypto, the message in place',
      baselineValue: hashing.node * 1e6,
      ratio: hashing.node / hashing.kernel,
      target: 'ratio >= 2',
    },
    figure('reserves-build', build, 's for 1,000,000 accounts x 3 assets'),
    figure('reserves-memory', ledger.treeBytes / 2 ** 20, 'MiB of the tree'),
    {
      id: 'reserves-update',
      value: (single / SINGLE_CHANGES) * 1e6,
      unit: 'us for one account',
      baseline: 'the tree built anew',
      baselineValue: build * 1e6,
      ratio: build / (single / SINGLE_CHANGES),
      target: 'value <= 100',
    },
    {
      id: 'reserves-epoch',
      value: epoch,
      unit: 's for 10,000 changed accounts',
      baseline: 'the tree built anew',
      baselineValue: build,
      ratio: build / epoch,
      target: 'value <= 1',
    },
    figure('reserves-proof', JSON.stringify(json[0]).length, 'bytes of JSON'),
    figure('reserves-verify', (verify / json.length) * 1e3, 'ms for one proof'),
    figure('reserves-private-prove', hidden.proveSeconds, 's for one proof of 1,024 accounts'),
    figure('reserves-private-verify', hidden.verifySeconds, 's for one proof of 1,024 accounts'),
  ];
}

/** Seconds per node: a leaf lifted over 64 empty siblings by the kernel, and the same number of bytes hashed by Node. */
function hashingSeconds(): { kernel: number; node: number } {
  const rounds = 2_000;
  const tree = new SparseSumTree(ASSETS.length, PAD_SEED);
  const leaf = {
    keyHigh: 0x9e37_79b9,
    keyLow: 0x5bd1_e995,
    hash: PAD_SEED,
    sums: Buffer.alloc(16 * ASSETS.length),
  };
  const kernel = secondsNow(() => {
    for (let i = 0; i < rounds; i++) {
      tree.set(leaf);
      tree.rehash();
    }
  });
  const message = Buffer.alloc(7 + 2 * (32 + leaf.sums.length));
  const node = secondsNow(() => {
    for (let i = 0; i < 64 * rounds; i++) {
      message.writeUInt32LE(i, 7);
      hash('sha256', message, 'binary');
    }
  });
  return { kernel: kernel / (64 * rounds), node: node / (64 * rounds) };
}

function secondsNow(action: () => void): number {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1e3;
}

/** A number without a baseline. */
function figure(id: string, value: number, unit: string): BenchResult {
  return { id, value, unit, baseline: null, baselineValue: null, ratio: null, target: null };
}

function privateTier(): { proveSeconds: number; verifySeconds: number } {
  const accounts = Array.from({ length: 1_024 }, (_, i) => ({
    accountDigest: accountDigest(nameOf(i)),
    salt: Buffer.alloc(32, i),
    units: BigInt(i) * 1_000_003n,
  }));
  const tree = new CommitmentTree(accounts, 1n, Buffer.alloc(32, 5));
  const digest = accountDigest(nameOf(77));
  const started = performance.now();
  const proof = tree.prove(digest);
  const proven = performance.now();
  if (proof === undefined || privateProofFault(proof, digest, tree.root()) !== undefined)
    throw new Error('a private proof does not stand');
  return { proveSeconds: (proven - started) / 1e3, verifySeconds: (performance.now() - proven) / 1e3 };
}

function nameOf(i: number): string {
  return `account-${i}`;
}

async function secondsOf(action: () => unknown): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1e3;
}
