/** What a venue runs and what its account holders do: `margincube serve` attests, a holder fetches a proof, a page verifies it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReserveClient } from '../../src/client/reserve-client.js';
import { call } from '../support/account-calls.js';
import { hasBrowser } from '../support/browser.js';
import type { BrowserPage } from '../support/browser-page.js';
import { openBrowser } from '../support/browser-page.js';
import { ensureBuilt } from '../support/built.js';
import { margincubeHere } from '../support/command-here.js';
import { MARGINCUBE, margincube } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';
import type { ServingProcess } from '../support/serving-process.js';
import { startServing } from '../support/serving-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventually, rawClient } from '../support/test-server.js';

const folder = temporaryFolder('reserves-page');
const at = (...names: string[]): string => path.join(folder, ...names);

function serve(): Promise<ServingProcess> {
  const audit = ['--reserves-key', at('keys/key.pem'), '--reserves-secret', at('keys/secret.txt')];
  return startServing([
    ...[
      MARGINCUBE,
      'serve',
      '--insecure-loopback',
      '--market',
      path.join(REPOSITORY, 'examples/market.json'),
    ],
    ...['--journal', at('journal'), '--port', '0', '--workers', '1', '--log-level', 'warn'],
    ...[...audit, '--reserves-assets', 'BTC:8,USDC:6', '--reserves-chain', at('chain.json')],
    ...['--reserves-holdings', path.join(REPOSITORY, 'examples/reserves/reserves.json')],
    ...[
      '--reserves-every-seconds',
      '0.2',
      '--reserves-private',
      'USDC',
      '--reserves-private-every-seconds',
      '0.2',
      '--drain-notice-ms',
      '0',
    ],
  ]);
}

/** Alice has coins and dollars, Bob a position that a crash would wipe out, Carol a debt. */
async function putAccounts(address: string): Promise<void> {
  const client = rawClient(address);
  const put = (accountId: string, btc: string, usdc: string, contracts: number) =>
    call(
      client,
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      {
        portfolio: {
          accountId,
          positions: contracts === 0 ? [] : [{ instrument: 'BTC-PERPETUAL', quantity: contracts }],
          balances: [
            { asset: 'BTC', units: btc, decimals: 8 },
            { asset: 'USDC', units: usdc, decimals: 6 },
          ],
        },
      },
      'margincube.v1.PutPortfolioResponse',
    );
  await put('alice', '150000000', '20000000000', 0);
  await put('bob', '100000000', '0', 30_000);
  await put('carol', '0', '-3000000', 0);
  client.close();
}

interface FetchedProof {
  readonly proof: { siblings: { hash: string }[]; salt: string };
  readonly attestation: { header: { sequence: string; liabilitiesRoot: string }; signature: string };
}

/** The file of a proof as the command writes it, of a header with all the accounts that have been put. */
async function fetchProof(address: string): Promise<string> {
  let text = '';
  await eventually(async () => {
    const args = ['--server', address, '--account', 'alice', '--out', at('fetched')];
    if ((await margincubeHere(['reserves', 'fetch', ...args])).code !== 0) return false;
    text = readFileSync(at('fetched/proof-alice.json'), 'utf8');
    return text.includes('"accountCount": "3"');
  });
  return text;
}

/** Base64 with one bit of its first byte turned. */
function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[0]! ^= 1;
  return bytes.toString('base64');
}

describe('a proof of a running server', () => {
  let server: ServingProcess;
  let publicKey = '';
  let proof = '';
  beforeAll(async () => {
    ensureBuilt();
    expect((await margincubeHere(['reserves', 'keys', '--out', at('keys')])).code).toBe(0);
    publicKey = readFileSync(at('keys/public-key.txt'), 'utf8').trim();
    server = await serve();
    await putAccounts(server.address);
    proof = await fetchProof(server.address);
  });
  afterAll(async () => {
    await server.stop();
  });

  it('stands under a header of the chain that the server publishes', async () => {
    const client = new ReserveClient(server.address);
    const { header } = (JSON.parse(proof) as FetchedProof).attestation;
    const attestation = await client.attestation(header.sequence);
    expect(Buffer.from(attestation.header!.liabilitiesRoot).toString('base64')).toBe(header.liabilitiesRoot);
    expect(attestation.reserves).toHaveLength(2);
    // Bob would lose more than the coin that he has.
    const [btc] = attestation.solvency;
    expect(btc!.stressedRatio).toBeLessThan(btc!.ratio);
    client.close();
  });

  it('is there in the private tier too, and the command verifies it', async () => {
    const file = at('fetched/private-proof-alice.json');
    const args = ['--server', server.address, '--account', 'alice', '--out', at('fetched'), '--private'];
    await eventually(async () => (await margincubeHere(['reserves', 'fetch', ...args])).code === 0);
    const known = ['--account', 'alice', '--balances', 'BTC=150000000,USDC=20000000000', '--key', publicKey];
    const sound = await margincubeHere(['reserves', 'verify', file, ...known]);
    expect(sound.stdout).toContain('The proof stands');
    const json = JSON.parse(readFileSync(file, 'utf8')) as { proof: { units: string } };
    json.proof.units = '20000000001';
    writeFileSync(file, JSON.stringify(json));
    const wrong = await margincubeHere(['reserves', 'verify', file, ...known]);
    expect([wrong.code, wrong.stdout.includes('Failed: balance of USDC, path.')]).toEqual([1, true]);
  });

  it('goes on with its chain after it was killed', async () => {
    const before = readFileSync(at('fetched/attestation.json'), 'utf8');
    const { sequence } = (JSON.parse(before) as FetchedProof['attestation']).header;
    await server.kill();
    server = await serve();
    const client = new ReserveClient(server.address);
    const next = await client.attestation(String(Number(sequence) + 1)).catch(() => undefined);
    const newest = await client.attestation();
    client.close();
    // Whichever headers the killed server still made, none of their numbers is given twice.
    expect(Number(newest.header!.sequence)).toBeGreaterThanOrEqual(Number(sequence));
    if (next !== undefined)
      expect(Buffer.from(next.header!.previousHash).toString('base64')).toBe(
        (JSON.parse(before) as { headerHash: string }).headerHash,
      );
    proof = await fetchProof(server.address);
    expect(Number((JSON.parse(proof) as FetchedProof).attestation.header.sequence)).toBeGreaterThan(
      Number(sequence),
    );
  });

  describe.skipIf(!hasBrowser())('in the page of an account holder', () => {
    let page: BrowserPage;
    beforeAll(async () => {
      // The page holds the compiled verifier: the command as it is built.
      expect(margincube(['reserves', 'page', '--out', at('verify.html')]).code).toBe(0);
      page = await openBrowser();
      await page.open(at('verify.html'), 800);
    });
    afterAll(async () => {
      await page.close();
    });

    async function verdictOn(text: string): Promise<unknown> {
      const fields = {
        proof: text,
        account: 'alice',
        balances: 'BTC 150000000\nUSDC 20000000000',
        key: publicKey,
      };
      await page.evaluate(
        `for (const [id, value] of Object.entries(${JSON.stringify(fields)})) document.getElementById(id).value = value;
         document.getElementById('verdict').textContent = ''; document.getElementById('verify').click()`,
      );
      const verdict = () => page.evaluate(`document.getElementById('verdict').textContent`);
      await eventually(async () => (await verdict()) !== '');
      return verdict();
    }

    it('is verified there', async () => {
      expect(await verdictOn(proof)).toBe(
        'The proof stands: these balances are in the liabilities that the venue signed.',
      );
      expect(await page.evaluate(`document.querySelectorAll('#checks .failed').length`)).toBe(0);
      expect(page.errors).toEqual([]);
    });

    it.each<[string, string, (bad: FetchedProof) => void]>([
      ['a sibling', 'root', ({ proof }) => (proof.siblings[0]!.hash = flipped(proof.siblings[0]!.hash))],
      ['the salt', 'root', ({ proof }) => (proof.salt = flipped(proof.salt))],
      [
        'the signature',
        'signature',
        ({ attestation }) => (attestation.signature = flipped(attestation.signature)),
      ],
      [
        'the root of the header',
        'header hash, signature, root',
        ({ attestation: { header } }) => (header.liabilitiesRoot = flipped(header.liabilitiesRoot)),
      ],
    ])('fails there by name when a byte of %s is another', async (_, failed, spoil) => {
      const bad = JSON.parse(proof) as FetchedProof;
      spoil(bad);
      expect(await verdictOn(JSON.stringify(bad))).toBe(`The proof does not stand. Failed: ${failed}.`);
    });
  });
});
