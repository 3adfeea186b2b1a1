import { describe, expect, it } from 'vitest';
import { margincube } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';

const COMMANDS = [
  'margin',
  'models',
  'models list',
  'models show',
  'import',
  'import deribit',
  'serve',
  'demo',
  'conformance',
  'bench',
  'backtest',
  'calibrate',
  'credit',
  'liquidate',
];

describe('usage', () => {
  it.each(COMMANDS)('%s has help with an example', async (command) => {
    const { code, stdout } = await margincubeHere([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: margincube');
    expect(stdout).toContain(`$ margincube ${command}`);
  });

  it('shows the version of the package', () => {
    expect(margincube(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  it.each([
    [['nonsense']],
    [['margin']],
    [['models', 'show']],
    [['margin', '--nonsense']],
    [['import', 'nonsense']],
  ])('ends %j with exit code 2 and a word on stderr', async (args) => {
    const { code, stdout, stderr } = await margincubeHere(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });
});

describe('models', () => {
  it('lists every model with its parameter sets', async () => {
    const { code, stdout } = await margincubeHere(['models']);
    expect(code).toBe(0);
    expect(stdout).toContain('derive-pm2@btc-2026-08-20');
    expect(stdout).toContain('deribit-pm@2024-06-17');
  });

  it('shows the same hash as table and as JSON', async () => {
    const { stdout } = await margincubeHere(['models', 'show', 'derive-pm2', '--json']);
    const shown = JSON.parse(stdout) as { id: string; parameterHash: string; parameters: unknown };
    expect(shown).toMatchObject({
      id: 'derive-pm2',
      parameterHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect((await margincubeHere(['models', 'show', 'derive-pm2'])).stdout).toContain(shown.parameterHash);
  });

  it('suggests names for an unknown one', async () => {
    const { code, stderr } = await margincubeHere(['models', 'show', 'derive-pm3']);
    expect(code).toBe(2);
    expect(stderr).toContain('derive-pm3');
    expect(stderr).toMatch(/closest: .*derive-pm2/);
  });
});
