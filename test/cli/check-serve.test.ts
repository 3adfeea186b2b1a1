import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkServe } from '../../src/cli/check-serve.js';
import { sampleSnapshot } from '../support/sample-market.js';
import { margincube } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';
import { createSecurity } from '../support/security.js';
import type { TestSecurity } from '../support/security.js';

let security: TestSecurity;
beforeAll(async () => (security = await createSecurity()));
afterAll(() => {
  security.remove();
});

describe('serve --check', () => {
  it('says what it found', () => {
    const { certificateFile, privateKeyFile, clientAuthorityFile } = security;
    const accessFile = security.policy([{ name: 'desk', tokenSubject: 'desk', roles: ['reader'] }]);
    const tls = { certificateFile, privateKeyFile, clientAuthorityFile };
    const lines = checkServe({ tls, accessFile, workers: 1 }, sampleSnapshot()).join('\n');
    expect(lines).toContain('TLS 1.3, client certificates required');
    expect(lines).toContain('1 clients');
    expect(lines).toMatch(/market: \d+ instruments/);
    expect(checkServe({ insecureLoopback: true }, undefined).join('\n')).toContain('without TLS');
  });

  it('shows limits from flags, environment and file, and the defaults of the others', () => {
    const file = path.join(security.folder, 'limits.json');
    writeFileSync(file, JSON.stringify({ admittedBytesMax: 1_000, allowApproximations: true, model: 'es' }));
    const { code, stdout } = margincube(
      ['serve', '--check', '--insecure-loopback', '--config', file, '--calls-in-flight-max', '7'],
      { MARGINCUBE_BATCHES_IN_FLIGHT_MAX: '3', MARGINCUBE_MAX_EPOCH_AGE_MS: '500' },
    );
    expect(code).toBe(0);
    const [, shown = ''] = /^configuration: (.*)$/m.exec(stdout) ?? [];
    expect(JSON.parse(shown)).toMatchObject({
      ...{ admittedBytesMax: 1_000, allowApproximations: true, model: 'es' },
      ...{ callsInFlightMax: 7, batchesInFlightMax: 3, maxEpochAgeMs: 500 },
      ...{ queueWaitMaxMs: 250, longWaitMaxMs: 5_000 },
    });
  });

  it('takes nothing that would be dropped in silence, or that the start refuses', () => {
    const market = path.join(REPOSITORY, 'examples', 'market.json');
    const both = path.join(security.folder, 'both.json');
    writeFileSync(both, JSON.stringify({ market, connect: 'deribit' }));
    const key = security.privateKeyFile;
    const cases: [string[], string][] = [
      [['--tls-client-authority', 'nope.pem'], '--tls-certificate, --tls-key: expected both'],
      [['--tls-key', key], '--tls-certificate, --tls-key: expected both'],
      [['--history-hours', '9999'], '--history-hours: expected at most 168 but received 9999'],
      [['--config', both], '--market: expected nothing beside --connect'],
    ];
    for (const [options, message] of cases) {
      const { code, stderr } = margincube(['serve', '--check', '--insecure-loopback', ...options]);
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
  });

  it('ends with a sentence where metrics cannot listen', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const port = String((busy.address() as AddressInfo).port);
    const options = ['--insecure-loopback', '--port', '0', '--workers', '1', '--metrics-port', port];
    const { code, stderr } = margincube(['serve', ...options]);
    busy.close();
    expect(stderr).toContain(`metricsPort: cannot listen on 127.0.0.1:${port}`);
    expect(code).toBe(2);
  });

  it('names what is wrong', () => {
    const { certificateFile, privateKeyFile } = security;
    const accessFile = security.policy([{ name: 'desk', tokenSubject: 'desk', roles: ['reader'] }]);
    const otherKey = path.join(security.folder, 'other.key');
    const tls = { certificateFile, privateKeyFile };
    const cases: [Parameters<typeof checkServe>[0], RegExp][] = [
      [{}, /tls: /],
      [{ tls: { ...tls, privateKeyFile: otherKey }, accessFile }, /tls: .*(key|mismatch)/i],
      [
        { tls: { ...tls, certificateFile: 'nowhere.pem' }, accessFile },
        /tls\.certificateFile: .*nowhere\.pem/,
      ],
      [{ insecureLoopback: true, model: 'no-such-model' }, /model: /],
    ];
    for (const [settings, message] of cases) expect(() => checkServe(settings, undefined)).toThrow(message);
    const bad = path.join(security.folder, 'bad.json');
    writeFileSync(bad, readFileSync(accessFile, 'utf8').replace('reader', 'root'));
    expect(() => checkServe({ insecureLoopback: true, accessFile: bad }, undefined)).toThrow(
      /clients\.0\.roles\.0/,
    );
    const snapshot = { ...sampleSnapshot(), timeMs: NaN };
    expect(() => checkServe({ insecureLoopback: true }, snapshot)).toThrow(/market: /);
  });
});
