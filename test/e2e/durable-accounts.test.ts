/** Accounts of a real server on a journal: killed under load and started again, and two servers on the same journal. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { beforeAll, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { SERVICE, event, events, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { REPOSITORY } from '../support/folders.js';
import { cash, NOW_MS } from '../support/sample-market.js';
import { seededIntegers } from '../support/seeded.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { callBytes, rawClient } from '../support/test-server.js';

const ROUNDS = process.env.MARGINCUBE_CRASH === 'full' ? 50 : 4;
const ACCOUNTS = ['alice', 'bob', 'carol'];
const EVENTS_PER_MESSAGE = 20;

const root = temporaryFolder('durable-accounts');
const random = seededIntegers(7);

interface Served {
  readonly process: ChildProcess;
  readonly client: Client;
}

function serve(journal: string, workers = 1): Promise<Served> {
  const args = [
    'serve',
    '--insecure-loopback',
    '--market',
    'examples/market.json',
    '--journal',
    journal,
    '--port',
    '0',
  ];
  const child = spawn(
    process.execPath,
    ['dist/cli/margincube.js', ...args, '--workers', String(workers), '--log-level', 'silent'],
    { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    let problems = '';
    child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /gRPC on (\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve({ process: child, client: rawClient(address) });
    });
    child.on('exit', () => {
      reject(new Error(`the server did not start: ${text}${problems}`));
    });
  });
}

async function kill({ process: child, client }: Served): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  client.close();
}

async function portfolioBytes(client: Client, accountId: string): Promise<Buffer> {
  const request = codec('margincube.v1.GetPortfolioRequest').encode({ accountId });
  return callBytes(client, `${SERVICE}.PortfolioService/GetPortfolio`, request);
}

let seconds = NOW_MS / 1_000;

/** Later than every time before: an account forgets the ids of its oldest events, and refuses others of their time. */
function nextTime(): { seconds: string } {
  seconds += 1;
  return { seconds: String(seconds) };
}

/** Sends deposits of one dollar until the stream breaks; per account the last sequence number that was acknowledged. */
async function deposit(client: Client, acknowledged: Map<string, number>): Promise<void> {
  const recording = events(client);
  try {
    for (;;) {
      const sent = Array.from({ length: EVENTS_PER_MESSAGE }, () =>
        event(ACCOUNTS[random(ACCOUNTS.length)] ?? 'alice', { time: nextTime(), deposit: cash('USDC', 1) }),
      );
      const [answer] = await recording.ask({ events: sent });
      for (const [index, { accountSeq, status }] of (answer?.acknowledgements ?? []).entries()) {
        expect(status).toBe('EVENT_STATUS_ACCEPTED');
        acknowledged.set(sent[index]?.accountId ?? '', Number(accountSeq));
      }
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error;
  }
}

beforeAll(() => {
  ensureBuilt();
}, 300_000);

it(
  `has every acknowledged event after SIGKILL under load, ${ROUNDS} times, and replays to the same accounts`,
  { timeout: 600_000 },
  async () => {
    const journal = path.join(root, 'journal');
    const acknowledged = new Map<string, number>();
    let served = await serve(journal);
    for (const accountId of ACCOUNTS) acknowledged.set(accountId, await put(served.client, accountId, 1_000));
    for (let round = 0; round < ROUNDS; round++) {
      const depositing = deposit(served.client, acknowledged);
      await new Promise((resolve) => setTimeout(resolve, 100 + random(400)));
      await kill(served);
      await depositing;
      served = await serve(journal);
      for (const [accountId, seq] of acknowledged) {
        const bytes = await portfolioBytes(served.client, accountId);
        const { accountSeq, portfolio } = codec('margincube.v1.GetPortfolioResponse').decode(bytes);
        expect(Number(accountSeq)).toBeGreaterThanOrEqual(seq);
        // The first change put 1,000 dollars there, every later one added a dollar.
        expect(portfolio?.balances).toEqual([
          { asset: 'USDC', units: String(999 + Number(accountSeq)), decimals: 0 },
        ]);
      }
    }
    expect([...acknowledged.values()].reduce((sum, seq) => sum + seq, 0)).toBeGreaterThan(20 * ROUNDS);
    await kill(served);

    const copies = [path.join(root, 'one'), path.join(root, 'two')];
    const servers = await Promise.all(
      copies.map((copy, index) => {
        cpSync(journal, copy, { recursive: true });
        return serve(copy, index + 1);
      }),
    );
    for (const accountId of ACCOUNTS) {
      const [one, two] = await Promise.all(servers.map(({ client }) => portfolioBytes(client, accountId)));
      expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    }
    await Promise.all(servers.map(kill));
  },
);

it('says why a journal cannot be served', { timeout: 60_000 }, async () => {
  const journal = path.join(root, 'held');
  const holder = await serve(journal);
  await expect(serve(journal)).rejects.toThrow(/--journal .*: LOCKED: Another process/);
  await kill(holder);
});
