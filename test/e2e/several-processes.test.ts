/** Several processes on one host, as docs/operations.md describes them: what they share, and that a client outlives one of them. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBook } from '../../src/cli/portfolio-file.js';
import { MarginClient } from '../../src/client/index.js';
import { unwrap } from '../../src/domain/outcome.js';
import { ensureBuilt } from '../support/built.js';
import { MARGINCUBE } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';
import type { ServingProcess } from '../support/serving-process.js';
import { startServing } from '../support/serving-process.js';
import { errorOf, eventually } from '../support/test-server.js';

const MARKET = path.join(REPOSITORY, 'examples/market.json');
const portfolios = readBook(path.join(REPOSITORY, 'examples/portfolios.json')).map(({ portfolio }) =>
  unwrap(portfolio),
);
const calculation = { model: { name: 'derive-pm2' } };

let processes: readonly [ServingProcess, ServingProcess];

beforeAll(async () => {
  ensureBuilt();
  const serve = ['serve', '--insecure-loopback', '--market', MARKET, '--workers', '1', '--port', '0'];
  processes = await Promise.all([startServing([MARGINCUBE, ...serve]), startServing([MARGINCUBE, ...serve])]);
}, 120_000);

afterAll(async () => {
  await processes[0].stop();
});

async function margins(client: MarginClient): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { index, report } of client.batchCalculateMargin(calculation, portfolios))
    if (report) found[index] = [report.accountId, report.initialMargin, report.maintenanceMargin];
  return found;
}

it('give the same bits of the same market, and know nothing of each other’s accounts', async () => {
  const [one, other] = processes.map(({ address }) => new MarginClient(address));
  const [ofOne, ofOther] = [await margins(one!), await margins(other!)];
  expect(ofOne.filter(Boolean)).toHaveLength(8);
  expect(ofOther).toEqual(ofOne);
  const portfolio = { accountId: 'here', balances: [{ asset: 'USDC', units: '5000000', decimals: 6 }] };
  await one!.call('PortfolioService/PutPortfolio', { portfolio });
  const there = await errorOf(other!.call('PortfolioService/GetPortfolio', { accountId: 'here' }));
  expect(there.details).toContain('here');
  one!.close();
  other!.close();
});

it('lets a client that knows both go on when one of them is stopped', async () => {
  const [first, second] = processes;
  const client = new MarginClient(`ipv4:${second.address},${first.address}`);
  const before = await margins(client);
  expect(await second.stop()).toBe(0);
  await eventually(() =>
    margins(client).then(
      (after) => JSON.stringify(after) === JSON.stringify(before),
      () => false,
    ),
  );
  client.close();
});
