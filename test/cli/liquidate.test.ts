import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { margincube } from '../support/command.js';
import { REPOSITORY } from '../support/folders.js';

const files = [
  '--market',
  path.join(REPOSITORY, 'examples', 'market.json'),
  '--portfolio',
  path.join(REPOSITORY, 'examples', 'portfolios.json'),
];

interface Plans {
  readonly plans: readonly {
    readonly accountId: string;
    readonly result?: string;
    readonly error?: object;
  }[];
}

describe('margincube liquidate', () => {
  it('plans every account of a file, and names what it cannot plan', () => {
    const { stdout, stderr, code } = margincube(['liquidate', ...files, '--json']);
    expect(stderr).toBe('');
    const { plans } = JSON.parse(stdout) as Plans;
    expect(plans).toHaveLength(14);
    const strangle = plans.find(({ accountId }) => accountId === 'short-strangle-usdc');
    expect(strangle).toMatchObject({ result: 'NOT_NEEDED', steps: [], cost: 0 });
    // Coins under a dollar model are no book of it.
    expect(plans.find(({ accountId }) => accountId === 'covered-call')?.error).toBeDefined();
    expect(code).toBe(1);
  });

  it('prints tables', () => {
    const { stdout } = margincube(['liquidate', ...files]);
    expect(stdout).toContain('not needed');
    expect(stdout).toContain('No plan');
  });

  it('refuses a model that there is none of', () => {
    const { stderr, code } = margincube(['liquidate', ...files, '--model', 'derive-pm9']);
    expect(code).toBe(2);
    expect(stderr).toContain('--model');
  });
});
