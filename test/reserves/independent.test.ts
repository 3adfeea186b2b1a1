/**
 * A verifier that was written from `docs/reserve-audit.md` alone (`independent/verify.py`) against what the command makes, and the
 * verifier of this package beside it: both accept the same proofs and refuse the same attacks.
 */
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { signedHeaderFromJson } from '../../src/reserves/attestation-from-json.js';
import { attestationToJson } from '../../src/reserves/attestation-json.js';
import type { AttestationJson, ProofJson } from '../../src/reserves/attestor-task.js';
import { signHeader } from '../../src/reserves/header.js';
import { verifyInclusion } from '../../src/reserves/verify-inclusion.js';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const VERIFIER = path.join(REPOSITORY, 'test/reserves/independent/verify.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const BALANCES = { BTC: '150000000', USDC: '25000000' };
const ROWS = ['alice,BTC,1.5', 'alice,USDC,25', 'bob,BTC,0.25', 'carol,USDC,7000', 'dora,BTC,-3'];
const RESERVES = [
  {
    chain: 'ethereum',
    holder: `0x${'Ab'.repeat(20)}`,
    asset: 'USDC',
    amount: '9000',
    height: 7,
    watched: true,
  },
  { chain: 'custodian', holder: 'a bank', asset: 'BTC', amount: '2', height: 0 },
];

/** The checks that fail, case by case, from one run of the verifier. */
function independentFailures(cases: readonly unknown[]): string[][] {
  const input = cases.map((one) => `${JSON.stringify(one)}\n`).join('');
  const { stdout, stderr, status } = spawnSync('python3', ['-B', VERIFIER], { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

describe.skipIf(!hasPython)('an independent verifier', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-independent-'));
  const at = (...names: string[]) => path.join(folder, ...names);
  const read = (...names: string[]): unknown => JSON.parse(readFileSync(at(...names), 'utf8'));
  let key = '';
  let first: AttestationJson;
  let proof: ProofJson;
  let fork: ProofJson;
  let salted: ProofJson;

  async function build(out: string, rows: readonly string[], ...more: string[]): Promise<void> {
    writeFileSync(at('balances.csv'), ['account_id,asset,amount', ...rows, ''].join('\n'));
    const built = await margincubeHere(
      [
        'reserves',
        'build',
        '--accounts',
        at('balances.csv'),
        '--assets',
        'BTC:8,USDC:6',
        '--prove',
        'alice',
      ].concat(
        ['--key', at('keys/key.pem'), '--secret', at('keys/secret.txt'), '--reserves', at('reserves.json')],
        ['--out', at(out), ...more],
      ),
    );
    expect([built.code, built.stderr]).toEqual([0, '']);
  }

  beforeAll(async () => {
    expect((await margincubeHere(['reserves', 'keys', '--out', at('keys')])).code).toBe(0);
    writeFileSync(at('reserves.json'), JSON.stringify({ reserves: RESERVES }));
    key = readFileSync(at('keys/public-key.txt'), 'utf8').trim();
    await build('first', ROWS, '--time', '2026-01-15T09:00:00Z');
    const next = ['--previous', at('first/attestation.json'), '--time', '2026-01-15T09:00:05Z'];
    await build('second', ROWS, ...next);
    await build('fork', [...ROWS, 'eve,BTC,1'], ...next);
    await build('salted', ROWS, ...next, '--salt-epoch', '1');
    first = read('first', 'attestation.json') as AttestationJson;
    proof = read('second', 'proof-alice.json') as ProofJson;
    fork = read('fork', 'proof-alice.json') as ProofJson;
    salted = read('salted', 'proof-alice.json') as ProofJson;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const known = () => ({ account: 'alice', balances: BALANCES, key, previous: first });

  it('accepts a proof with its chain, the list of reserves, and two headers that prove a fork', () => {
    expect(
      independentFailures([
        { proof, ...known() },
        { reserves: proof.attestation },
        { forked: [proof.attestation, fork.attestation] },
      ]),
    ).toEqual([[], [], []]);
  });

  it('refuses what is no fork, and a list that was changed', () => {
    const swapped = structuredClone(proof.attestation);
    swapped.reserves.reverse();
    const raised = structuredClone(proof.attestation);
    raised.reserves[0]!.balance.units = '1';
    const twice = structuredClone(proof.attestation);
    twice.reserves.push(twice.reserves[1]!);
    const unwatched = structuredClone(proof.attestation);
    unwatched.reserves[1]!.watched = false;
    expect(
      independentFailures([
        { forked: [proof.attestation, proof.attestation] },
        { forked: [first, proof.attestation] },
        ...[swapped, raised, twice, unwatched].map((reserves) => ({ reserves })),
      ]),
    ).toEqual([
      ['different'],
      ['same step'],
      ['order', 'reserves root'],
      ['reserves root'],
      ['counted twice', 'reserves root'],
      ['reserves root'],
    ]);
  });

  it('refuses every attack that this package refuses', async () => {
    const attacks = Object.entries(attacksOn(proof, fork, salted));
    const failed = independentFailures(attacks.map(([, attack]) => ({ ...known(), proof: attack })));
    for (const [i, [name, attack]] of attacks.entries()) {
      expect(failed[i], name).not.toEqual([]);
      const checks = await verifyInclusion(attack, {
        accountId: 'alice',
        balances: BALANCES,
        publicKeyHex: key,
        previous: { attestation: first },
      });
      expect(
        checks.filter(({ passed }) => !passed),
        name,
      ).not.toEqual([]);
    }
  });

  it('asks for every asset of the statement, and for the chain', async () => {
    const balances = { ...BALANCES, ETH: '1' };
    const other = { attestation: proof.attestation };
    expect(
      independentFailures([
        { ...known(), proof, balances },
        { ...known(), proof, previous: proof.attestation },
      ]),
    ).toEqual([['balances'], ['chain']]);
    const failing = async (expectations: Parameters<typeof verifyInclusion>[1]) =>
      (await verifyInclusion(proof, expectations)).filter(({ passed }) => !passed).map(({ name }) => name);
    expect(await failing({ balances })).toEqual(['balance of ETH']);
    expect(await failing({ previous: other })).toEqual(['chain', 'sequence']);
  });

  it('refuses a header that goes back in time though it names its predecessor', async () => {
    const signed = unwrap(signedHeaderFromJson(proof.attestation));
    const back = signHeader(
      { ...signed.header, timeMs: 0 },
      createPrivateKey(readFileSync(at('keys/key.pem'))),
    );
    const attestation = attestationToJson({ signed: back, holdings: [], solvency: [] });
    expect(independentFailures([{ ...known(), proof: { ...proof, attestation } }])).toEqual([['chain']]);
    const checks = await verifyInclusion({ ...proof, attestation }, { previous: { attestation: first } });
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['forward']);
  });
});

/** The proof under each attack of the audit, by name. */
function attacksOn(proof: ProofJson, fork: ProofJson, salted: ProofJson): Record<string, ProofJson> {
  const changed = (change: (copy: ProofJson) => void): ProofJson => {
    const copy = structuredClone(proof);
    change(copy);
    return copy;
  };
  const flipped = (text: string): string => {
    const bytes = Buffer.from(text, 'base64');
    bytes[bytes.length >> 1]! ^= 16;
    return bytes.toString('base64');
  };
  const header = (fields: Readonly<Record<string, unknown>>) =>
    changed(({ attestation }) => Object.assign(attestation.header, fields));
  const { siblings } = proof.proof;
  return {
    'bit of the salt': changed((copy) => (copy.proof.salt = flipped(copy.proof.salt))),
    'bit of a sibling': changed((copy) => (copy.proof.siblings[0]!.hash = flipped(siblings[0]!.hash))),
    'bit of the signature': changed(
      ({ attestation }) => (attestation.signature = flipped(attestation.signature)),
    ),
    'bit of the key': changed(({ attestation }) => (attestation.publicKey = flipped(attestation.publicKey))),
    'bit of the header hash': changed(
      ({ attestation }) => (attestation.headerHash = flipped(attestation.headerHash)),
    ),
    'bit of the root': header({ liabilitiesRoot: flipped(proof.attestation.header.liabilitiesRoot) }),
    'bit of the seed': header({ padSeed: flipped(proof.attestation.header.padSeed) }),
    'bit of the empty levels': changed((copy) => (copy.proof.emptyLevels = '0')),
    'bit of the place': changed((copy) => (copy.proof.leafIndex = `${BigInt(copy.proof.leafIndex) ^ 1n}`)),
    'lower balance': changed((copy) => (copy.proof.balances[0]!.units = '1')),
    'negative sum': changed((copy) => (copy.proof.siblings[0]!.sums[0]!.units = '-1')),
    'overflowing sum': changed((copy) => (copy.proof.siblings[0]!.sums[0]!.units = `${(1n << 127n) - 1n}`)),
    'sibling missing': changed((copy) => void copy.proof.siblings.pop()),
    'sibling too many': changed((copy) => void copy.proof.siblings.push(siblings[0]!)),
    'node shown as a leaf': changed((copy) => {
      copy.proof.balances = copy.attestation.header.liabilities;
      copy.proof.siblings = [];
      copy.proof.emptyLevels = `${(1n << 64n) - 1n}`;
    }),
    'salt of another epoch': changed((copy) => (copy.proof.salt = salted.proof.salt)),
    'header of a fork': { ...proof, attestation: fork.attestation },
    'key of somebody else': changed(
      ({ attestation }) => (attestation.publicKey = Buffer.alloc(32, 3).toString('base64')),
    ),
    // Values that would be cut to the signed bytes: shown as one number, signed as another.
    'sequence beyond 64 bits': header({ sequence: `${(1n << 64n) + 1n}` }),
    'accounts beyond 64 bits': header({ accountCount: `${(1n << 64n) + 4n}` }),
    'decimals beyond a byte': changed((copy) => {
      const { liabilities, negativeEquity } = copy.attestation.header;
      for (const sums of [
        liabilities,
        negativeEquity,
        copy.proof.balances,
        ...copy.proof.siblings.map((s) => s.sums),
      ])
        sums[0]!.decimals = 8 + 256;
    }),
    'time finer than the bytes': header({ time: '2026-01-15T09:00:05.000999Z' }),
    'depth beyond a byte': header({ depth: 64 + 256 }),
  };
}
