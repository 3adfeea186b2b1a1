import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerOptions, shownOptions, variableOf } from '../../src/cli/layered-options.js';
import { parseInteger, parseNames } from '../../src/cli/options.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-'))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function layered(
  flags: readonly string[],
  environment: Record<string, string>,
  file?: unknown,
): Record<string, unknown> {
  const name = path.join(folder, 'config.json');
  if (file !== undefined) writeFileSync(name, JSON.stringify(file));
  const command = new Command('serve')
    .option('--config <file>')
    .option('--port <port>', 'p', parseInteger, 50_051)
    .option('--currency <list>', 'c', parseNames, ['BTC'])
    .option('--insecure-loopback')
    .option('--no-reflection')
    .option('--tls-key <file>')
    .addOption(new Option('--log-level <level>').choices(['info', 'warn']).default('info'))
    .exitOverride();
  command.parse([...flags, ...(file === undefined ? [] : ['--config', name])], { from: 'user' });
  layerOptions(command, environment);
  return command.opts();
}

describe('settings', () => {
  it('come from flags, then the environment, then the file, then the defaults', () => {
    const file = { port: 1, tlsKey: 'file.key', currency: ['eth', 'btc'], reflection: false };
    expect(layered([], {})).toMatchObject({ port: 50_051, reflection: true, logLevel: 'info' });
    expect(layered([], {}, file)).toMatchObject({
      port: 1,
      tlsKey: 'file.key',
      currency: ['ETH', 'BTC'],
      reflection: false,
    });
    const environment = {
      MARGINCUBE_PORT: '2',
      MARGINCUBE_INSECURE_LOOPBACK: 'true',
      MARGINCUBE_LOG_LEVEL: 'warn',
    };
    expect(layered([], environment, file)).toMatchObject({
      port: 2,
      insecureLoopback: true,
      logLevel: 'warn',
    });
    expect(layered(['--port', '3'], environment, file)).toMatchObject({ port: 3, tlsKey: 'file.key' });
  });

  it('are refused by name and place', () => {
    expect(() => layered([], {}, { prot: 1 })).toThrow(/config\.json: prot: /);
    expect(() => layered([], {}, { port: 'x' })).toThrow(/config\.json: port: .*"x"/);
    expect(() => layered([], { MARGINCUBE_PORT: '-1' })).toThrow(/MARGINCUBE_PORT: .*"-1"/);
    expect(() => layered([], { MARGINCUBE_INSECURE_LOOPBACK: 'yes' })).toThrow(/true or false .*"yes"/);
    expect(() => layered([], { MARGINCUBE_LOG_LEVEL: 'loud' })).toThrow(/MARGINCUBE_LOG_LEVEL: /);
    expect(() => layered([], {}, [1])).toThrow(/JSON object/);
    expect(() => layered([], { MARGINCUBE_CONFIG: path.join(folder, 'none.json') })).toThrow(/none\.json/);
  });

  it('are shown without what opens doors', () => {
    expect(variableOf('tlsClientAuthority')).toBe('MARGINCUBE_TLS_CLIENT_AUTHORITY');
    const shown = shownOptions({ connectUrl: 'wss://me:secret@venue.test/ws', port: 1 });
    expect(shown).toEqual({ connectUrl: 'wss://***@venue.test/ws', port: 1 });
  });
});
