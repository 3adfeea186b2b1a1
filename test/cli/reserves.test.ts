/** The reserve audit as venues and account holders use it: files in, files out, a page in a real browser. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, renderedDocument } from '../support/browser.js';
import { margincube } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const EXAMPLE = path.join(REPOSITORY, 'examples/reserves');
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-reserves-'));
const at = (...names: string[]) => path.join(folder, ...names);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function build(accounts: string, ...more: string[]) {
  return margincubeHere(
    [
      'reserves',
      'build',
      '--accounts',
      accounts,
      '--assets',
      'BTC:8,USDC:6',
      '--key',
      at('keys/key.pem'),
    ].concat(['--secret', at('keys/secret.txt'), '--out', at('audit'), ...more]),
  );
}

describe('margincube reserves', () => {
  let publicKey = '';
  beforeAll(async () => {
    expect((await margincubeHere(['reserves', 'keys', '--out', at('keys')])).code).toBe(0);
    publicKey = readFileSync(at('keys/public-key.txt'), 'utf8').trim();
    const built = await build(
      path.join(EXAMPLE, 'balances.csv'),
      ...['--reserves', path.join(EXAMPLE, 'reserves.json'), '--prove', 'alice', 'carol', '--prove-all'],
      ...['--time', '2026-01-15T09:00:00Z'],
    );
    expect(built.stderr).toBe('');
    expect(built.stdout.split('\n').slice(0, 5)).toEqual([
      'Attestation 0 of 2026-01-15 09:00:00 UTC: 4 accounts, 1 of them owe',
      '',
      'asset   liabilities  owed to the venue  reserves claimed  after haircuts        surplus   ratio',
      '-----  ------------  -----------------  ----------------  --------------  -------------  ------',
      'BTC      2.25000000         0.00000000        4.60000000      2.30000000     0.05000000  1.0222',
    ]);
  });

  it('verifies every account of the run', async () => {
    const proofs = readFileSync(at('audit/proofs.jsonl'), 'utf8').trim().split('\n');
    expect(proofs).toHaveLength(4);
    for (const [i, proof] of proofs.entries()) {
      writeFileSync(at('one.json'), proof);
      expect(
        (await margincubeHere(['reserves', 'verify', at('one.json'), '--key', publicKey])).code,
        `proof ${i}`,
      ).toBe(0);
    }
  });

  it('says what stands and which check failed', async () => {
    const proof = at('audit/proof-alice.json');
    const sound = await margincubeHere(
      [
        'reserves',
        'verify',
        proof,
        '--account',
        'alice',
        '--balances',
        'BTC=150000000,USDC=25000000000',
      ].concat(['--key', publicKey]),
    );
    expect(sound.stdout).toContain('The proof stands');
    expect(sound.code).toBe(0);
    const wrong = await margincubeHere([
      'reserves',
      'verify',
      proof,
      '--balances',
      'BTC=150000001,USDC=25000000000',
    ]);
    expect(wrong.stdout).toContain('The proof does not stand. Failed: balance of BTC.');
    expect(wrong.code).toBe(1);
    const { sound: isSound } = JSON.parse(
      (await margincubeHere(['reserves', 'verify', proof, '--json', '--account', 'bob'])).stdout,
    ) as { sound: boolean };
    expect(isSound).toBe(false);
  });

  it('chains attestations', async () => {
    writeFileSync(at('first.json'), readFileSync(at('audit/attestation.json')));
    expect(
      (await build(path.join(EXAMPLE, 'balances.csv'), '--previous', at('first.json'), '--prove', 'bob'))
        .stdout,
    ).toContain('Attestation 1 of');
    const proof = at('audit/proof-bob.json');
    expect((await margincubeHere(['reserves', 'verify', proof, '--previous', at('first.json')])).code).toBe(
      0,
    );
    expect(
      (await margincubeHere(['reserves', 'verify', proof, '--previous', at('audit/attestation.json')])).code,
    ).toBe(1);
  });

  it.each([
    [
      'an unknown asset',
      'account_id,asset,amount\na,DOGE,1\n',
      'rows[1].asset: Expected one of BTC, USDC for asset but received "DOGE"',
    ],
    [
      'too many places',
      'account_id,asset,amount\na,USDC,1.0000001\n',
      'rows[1].amount: Expected a decimal with at most 6 places',
    ],
    ['no number', 'account_id,asset,amount\na,USDC,NaN\n', 'rows[1].amount: Expected a decimal'],
    [
      'a row that stands twice',
      'account_id,asset,amount\na,USDC,1\nb,USDC,1\na,USDC,2\n',
      'DUPLICATE: rows[3]',
    ],
    [
      'a missing column',
      'account,asset,amount\na,USDC,1\n',
      'Expected the columns account_id, asset and amount',
    ],
    ['a sum beyond 2^127', `account_id,asset,amount\na,USDC,${'9'.repeat(35)}\n`, 'balances[1].units'],
  ])('refuses %s with row and field', async (_, csv, message) => {
    writeFileSync(at('bad.csv'), csv);
    const { code, stderr } = await build(at('bad.csv'));
    expect(stderr).toContain(message);
    expect(stderr).toContain('bad.csv');
    expect(code).toBe(2);
  });

  it('does not write a second attestation over the first', async () => {
    const written = readFileSync(at('audit/attestation.json'), 'utf8');
    expect(await build(path.join(EXAMPLE, 'balances.csv'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('attestation.json: expected a folder without an attestation') as string,
    });
    expect(readFileSync(at('audit/attestation.json'), 'utf8')).toBe(written);
  });

  it('keeps what is secret from others, and says which folder it cannot make', async () => {
    expect(statSync(at('keys/key.pem')).mode & 0o077).toBe(0);
    expect(statSync(at('keys/secret.txt')).mode & 0o077).toBe(0);
    expect(await margincubeHere(['reserves', 'keys', '--out', at('keys/key.pem/more')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('key.pem/more: cannot make the folder') as string,
    });
  });

  it('says which file of proofs it cannot write', async () => {
    mkdirSync(at('full/proofs.jsonl'), { recursive: true });
    const balances = path.join(EXAMPLE, 'balances.csv');
    expect(await build(balances, '--prove-all', '--out', at('full'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('proofs.jsonl: cannot write') as string,
    });
  });

  it('reads the file that is named, whatever its name', async () => {
    writeFileSync(at('b[1].csv'), 'account_id,asset,amount\nalice,USDC,1\n');
    writeFileSync(at('b1.csv'), 'account_id,asset,amount\nmallory,USDC,1\n');
    const { code, stderr } = await build(at('b[1].csv'), '--out', at('named'), '--prove', 'alice');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('refuses to fetch from nobody, and to send a token in the clear', async () => {
    const fetch = (...more: string[]) =>
      margincubeHere(
        ['reserves', 'fetch', '--account', 'alice', '--out', at('fetched'), '--server', '127.0.0.1:1'].concat(
          more,
        ),
      );
    expect(await fetch()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--server 127.0.0.1:1: 14 UNAVAILABLE') as string,
    });
    expect((await fetch('--token', at('keys/secret.txt'))).stderr).toContain(
      'expected --tls-authority beside it',
    );
  });

  it('refuses keys over keys, a key of another kind, a proof that is none', async () => {
    expect((await margincubeHere(['reserves', 'keys', '--out', at('keys')])).stderr).toContain(
      'expected a folder without keys',
    );
    writeFileSync(at('none.json'), '{}');
    const { code, stderr } = await margincubeHere(['reserves', 'verify', at('none.json')]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('none.json: proof: expected an object') as string,
    });
    expect((await margincubeHere(['reserves', 'verify', at('none.json'), '--key', 'xyz'])).code).toBe(2);
  });

  describe.skipIf(!hasBrowser())('its page in a browser', () => {
    const page = (fields: Readonly<Record<string, string>>) =>
      renderedDocument(`${pathToFileURL(at('verify.html')).href}#${new URLSearchParams(fields).toString()}`);

    it('verifies a proof without a server, and names what fails', () => {
      // The page holds the compiled verifier: the command as it is built.
      expect(margincube(['reserves', 'page', '--out', at('verify.html')]).code).toBe(0);
      const proof = readFileSync(at('audit/proof-carol.json'), 'utf8');
      const sound = page({ proof, account: 'carol', balances: 'BTC 75000000\nUSDC 0', key: publicKey });
      expect(sound).toContain('The proof stands');
      expect(sound.match(/<td class="passed">/g)?.length).toBeGreaterThanOrEqual(10);
      expect(sound).not.toContain('<td class="failed">');
      const wrong = page({ proof, balances: 'BTC 75000001\nUSDC 0' });
      expect(wrong).toContain('The proof does not stand. Failed: balance of BTC.');
      expect(page({ proof: proof.slice(1) })).toContain('Failed: input.');
    });
  });
});
