/** The chain of a live venue: what goes wrong while it attests, what it forgets and what it must not. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import type { AttestationJson } from '../../src/reserves/attestor-task.js';
import { Attestor } from '../../src/reserves/attestor.js';
import { readChainHead } from '../../src/reserves/chain-file.js';
import type { ChainHead } from '../../src/reserves/chain-file.js';
import { LiabilityLedger } from '../../src/reserves/liability-ledger.js';
import { SumRangeError } from '../../src/reserves/sums.js';
import { verifyInclusion } from '../../src/reserves/verify-inclusion.js';
import { BUILT_ATTESTOR_WORKER, ensureBuilt } from '../support/built.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ASSETS = [{ asset: 'BTC', decimals: 8 }];
const MIDNIGHT_MS = Date.UTC(2026, 0, 16);
const { privateKey } = generateKeyPairSync('ed25519');
const signingKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const folder = temporaryFolder('attestor');
const marks = { epoch: 1n };
const equity = (...accounts: [string, bigint][]) => new Map(accounts.map(([id, units]) => [id, [units]]));

describe('an attestor', () => {
  let attestor: Attestor;
  beforeAll(() => {
    ensureBuilt();
  });
  afterEach(async () => {
    await attestor.close();
  });
  const open = async (chainFile?: string, head?: ChainHead): Promise<void> => {
    attestor = await Attestor.open(
      {
        ...{ assets: ASSETS, venueSecret: Buffer.alloc(32, 1), signingKeyPem, reserves: [] },
        ...(chainFile === undefined ? {} : { chainFile }),
        ...(head === undefined ? {} : { head }),
      },
      BUILT_ATTESTOR_WORKER,
    );
  };
  const failures = async (accountId: string, previous?: AttestationJson): Promise<string[]> => {
    const checks = await verifyInclusion(
      unwrap(await attestor.prove(accountId)),
      previous === undefined ? {} : { previous: { attestation: previous } },
    );
    return checks.filter(({ passed }) => !passed).map(({ name }) => name);
  };

  it('salts anew at midnight and not when the clock goes back behind it, with proofs that stand all along', async () => {
    await open();
    const all = equity(['alice', 5n], ['bob', -3n]);
    const evening = unwrap(await attestor.attest(MIDNIGHT_MS - 1, marks, all));
    expect(await failures('alice')).toEqual([]);
    const morning = unwrap(await attestor.attest(MIDNIGHT_MS, marks, all));
    expect(Number(morning.header.saltEpoch)).toBe(Number(evening.header.saltEpoch) + 1);
    expect(morning.header.liabilitiesRoot).not.toBe(evening.header.liabilitiesRoot);
    expect(await failures('alice', evening)).toEqual([]);
    const back = unwrap(await attestor.attest(MIDNIGHT_MS - 60_000, marks, all));
    expect(back.header.saltEpoch).toBe(morning.header.saltEpoch);
    expect(await failures('bob', morning)).toEqual([]);
    expect(back.header.negativeEquity[0]?.units).toBe('3');
  });

  it('hands out nothing that it could not keep, and loses no account over it', async () => {
    const file = path.join(folder, 'absent/chain.json');
    await open(file);
    await expect(attestor.attest(1, marks, equity(['alice', 5n], ['gone', 9n]))).rejects.toThrow('ENOENT');
    expect(attestor.newest).toBeUndefined();
    expect((await attestor.prove('alice')).ok).toBe(false);
    mkdirSync(path.dirname(file));
    const first = unwrap(await attestor.attest(2, marks, equity(['alice', 5n])));
    expect([first.header.sequence, first.header.liabilities[0]?.units]).toEqual(['0', '5']);
    expect(await failures('alice')).toEqual([]);
    expect((await attestor.prove('gone')).ok).toBe(false);
  });

  it('goes on where another process ended', async () => {
    const file = path.join(folder, 'chain.json');
    await open(file);
    unwrap(await attestor.attest(1, marks, equity(['alice', 5n])));
    const last = unwrap(await attestor.attest(2, marks, equity(['alice', 6n])));
    await attestor.close();
    await open(file, unwrap(readChainHead(file, privateKey)));
    expect(attestor.newest).toEqual(last);
    expect((await attestor.prove('alice')).ok).toBe(false);
    const next = unwrap(await attestor.attest(3, marks, equity(['alice', 7n])));
    expect([next.header.sequence, next.header.previousHash]).toEqual(['2', last.headerHash]);
    expect(await failures('alice', last)).toEqual([]);
  });

  it('refuses a chain that it cannot vouch for', async () => {
    const file = path.join(folder, 'other.json');
    expect(unwrap(readChainHead(file, privateKey))).toBeUndefined();
    await open(file);
    unwrap(await attestor.attest(1, marks, equity(['alice', 5n])));
    const { privateKey: other } = generateKeyPairSync('ed25519');
    expect(readChainHead(file, other)).toMatchObject({ failure: { field: 'chainFile.publicKey' } });
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"accountCount":"1"', '"accountCount":"2"'));
    expect(readChainHead(file, privateKey)).toMatchObject({ failure: { field: 'chainFile.headerHash' } });
    writeFileSync(file, text.slice(0, -20));
    expect(readChainHead(file, privateKey)).toMatchObject({ failure: { field: 'chainFile' } });
  });
});

it('a sum that overflows is refused, and the ledger is right again when it no longer does', () => {
  const options = {
    assets: ASSETS,
    venueSecret: Buffer.alloc(32, 1),
    padSeed: Buffer.alloc(32),
    saltEpoch: 0n,
  };
  const ledger = new LiabilityLedger(options);
  unwrap(ledger.set('a', [1n << 126n]));
  unwrap(ledger.set('b', [1n << 126n]));
  expect(() => ledger.seal()).toThrow(SumRangeError);
  unwrap(ledger.set('b', [1n]));
  const fresh = new LiabilityLedger(options);
  unwrap(fresh.set('b', [1n]));
  unwrap(fresh.set('a', [1n << 126n]));
  expect(ledger.seal()).toEqual(fresh.seal());
});
