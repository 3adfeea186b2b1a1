import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { margincubeHere } from '../support/command-here.js';
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
  it('plans every account of a file, and names what it cannot plan', async () => {
    const { stdout, stderr, code } = await margincubeHere(['liquidate', ...files, '--json']);
    expect(stderr).toBe('');
    const { plans } = JSON.parse(stdout) as Plans;
    expect(plans).toHaveLength(14);
    const strangle = plans.find(({ accountId }) => accountId === 'short-strangle-usdc');
    expect(strangle).toMatchObject({ result: 'NOT_NEEDED', steps: [], cost: 0 });
    // Coins under a dollar model are no book of it.
    expect(plans.find(({ accountId }) => accountId === 'covered-call')?.error).toBeDefined();
    expect(code).toBe(1);
  });

  it('prints tables', async () => {
    const { stdout } = await margincubeHere(['liquidate', ...files]);
    expect(stdout).toContain('not needed');
    expect(stdout).toContain('No plan');
  });

  it('refuses a model that there is none of', async () => {
    const { stderr, code } = await margincubeHere(['liquidate', ...files, '--model', 'derive-pm9']);
    expect(code).toBe(2);
    expect(stderr).toContain('--model');
  });
});
