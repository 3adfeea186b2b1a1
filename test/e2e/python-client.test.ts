/** The example for Python, against a server that it has never seen: it knows no proto file and no generated code. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/cli/market-file.js';
import { readBook } from '../../src/cli/portfolio-file.js';
import { MarginClient } from '../../src/client/index.js';
import { ensureBuilt } from '../support/built.js';
import { REPOSITORY } from '../support/folders.js';
import { hasGrpcio, runPython } from '../support/python.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity } from '../support/security.js';
import type { TestServer } from '../support/test-server.js';
import { startTestServer } from '../support/test-server.js';

const EXAMPLE = path.join(REPOSITORY, 'examples/margin.py');
const PORTFOLIOS = path.join(REPOSITORY, 'examples/portfolios.json');

describe.skipIf(!hasGrpcio())('examples/margin.py', () => {
  let open: TestServer;
  let secured: TestServer;
  let security: TestSecurity;

  beforeAll(async () => {
    ensureBuilt();
    security = await createSecurity();
    const { certificateFile, privateKeyFile } = security;
    const marketSnapshot = readSnapshot(path.join(REPOSITORY, 'examples/market.json'));
    open = await startTestServer({ workers: 1, marketSnapshot });
    secured = await startTestServer({
      workers: 1,
      marketSnapshot,
      accessFile: security.policy([{ name: 'desk', tokenSubject: 'desk', roles: ['reader'] }]),
      tls: { certificateFile, privateKeyFile },
    });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([open.stop(), secured.stop()]);
    security.remove();
  });

  it('prints the margins that the client in TypeScript gets', async () => {
    const printed = await runPython(EXAMPLE, '--server', open.address);
    const client = new MarginClient(open.address);
    const portfolios = readBook(PORTFOLIOS).flatMap(({ portfolio }) =>
      portfolio.ok ? [portfolio.value] : [],
    );
    let count = 0;
    for await (const { report } of client.batchCalculateMargin(
      { model: { name: 'derive-pm2' } },
      portfolios,
    )) {
      if (!report) continue;
      count += 1;
      expect(rowOf(printed, report.accountId)).toEqual([
        report.currency,
        sixDecimals(report.initialMargin),
        sixDecimals(report.maintenanceMargin),
        'exact',
      ]);
    }
    client.close();
    expect(count).toBe(8);
  });

  it('says why an account is refused, and under which id the server knows it', async () => {
    const printed = await runPython(EXAMPLE, '--server', open.address);
    const [, field, description, requestId = ''] =
      /^covered-call: INVALID_ARGUMENT, UNSUPPORTED\n {2}(\S+): (.+)\n {2}in the server's log as (\S+)$/m.exec(
        printed,
      ) ?? [];
    expect(field).toBe('portfolio.positions[0].instrument');
    expect(description).toContain('option settled in USDC');
    expect(open.logLines.some((line) => line.includes(requestId))).toBe(true);
  });

  it('comes with a token over TLS, and is refused without one', async () => {
    const caller = ['--server', secured.address.replace('127.0.0.1', 'localhost'), '--ca-file'];
    caller.push(path.join(security.folder, 'trusted.pem'));
    const tokenFile = path.join(security.folder, 'desk.jwt');
    writeFileSync(tokenFile, `${await security.token('desk')}\n`);
    expect(await runPython(EXAMPLE, ...caller, '--token-file', tokenFile)).toContain('iron-condor-usdc');
    await expect(runPython(EXAMPLE, ...caller)).rejects.toMatchObject({
      stderr: expect.stringMatching(/^UNAUTHENTICATED: /) as string,
    });
  });
});

/** The columns after the account's name. */
function rowOf(printed: string, account: string): string[] {
  const line = printed.split('\n').find((one) => one.split(/\s+/)[0] === account) ?? '';
  return line.split(/\s+/).slice(1);
}

function sixDecimals(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 6, maximumFractionDigits: 6 });
}
