/** `margincube credit`: what it prints can be added up again from what it prints as JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-credit-'));
const file = (name: string, value: unknown): string => {
  const target = path.join(folder, name);
  writeFileSync(target, JSON.stringify(value));
  return target;
};
const params = file('params.json', { draws: { count: 500 } });
const ARGUMENTS = [
  'credit',
  ...['--market', path.join(REPOSITORY, 'examples/market.json')],
  ...['--portfolio', path.join(REPOSITORY, 'examples/portfolios.json')],
  ...['--params', params],
];

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Credits {
  readonly accounts: readonly {
    readonly accountId: string;
    readonly tier: string;
    readonly equity: number;
    readonly expectedExposure: readonly number[];
    readonly profileHours: readonly number[];
    readonly stressPnl: readonly { readonly pnl: number }[];
  }[];
  readonly defaultFund: { readonly required: number };
}

it('prints every account and the fund', async () => {
  const { code, stdout, stderr } = await margincubeHere(ARGUMENTS);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^account +tier +equity +maintenance +beyond margin +CVA/m);
  expect(stdout).toMatch(/^account +EE 8 h +PFE 8 h +EE 1 d/m);
  expect(stdout).toContain('Default fund for the two largest groups:');
  expect(stdout).not.toMatch(/NaN|undefined/);
});

it('takes tiers and groups, and prints the fund that follows from its accounts', async () => {
  const ids = ['straddle-perp-hedged', 'covered-call'];
  const accounts = file('accounts.json', {
    accounts: Object.fromEntries(ids.map((id) => [id, { group: 'desk', tier: 'A' }])),
    groups: { desk: 'firm' },
  });
  const { code, stdout } = await margincubeHere([...ARGUMENTS, '--accounts', accounts, '--json']);
  expect(code).toBe(0);
  const { accounts: found, defaultFund } = JSON.parse(stdout) as Credits;
  expect(found.filter(({ tier }) => tier === 'A').map(({ accountId }) => accountId)).toEqual(ids);
  let required = 0;
  for (let s = 0; s < (found[0]?.stressPnl.length ?? 0); s += 1) {
    const losses = new Map<string, number>();
    for (const { accountId, equity, stressPnl } of found) {
      const group = ids.includes(accountId) ? 'firm' : accountId;
      const loss = Math.max(0, -equity - (stressPnl[s]?.pnl ?? NaN));
      losses.set(group, (losses.get(group) ?? 0) + loss);
    }
    const [first = 0, second = 0] = [...losses.values()].sort((a, b) => b - a);
    required = Math.max(required, first + second);
  }
  expect(defaultFund.required).toBeCloseTo(required, 6);
  for (const { expectedExposure, profileHours } of found)
    expect(expectedExposure).toHaveLength(profileHours.length);
});

it('refuses groups in a cycle and fields that it does not know, by name', async () => {
  const refused = async (value: unknown): Promise<string> => {
    const found = await margincubeHere([...ARGUMENTS, '--accounts', file('bad.json', value)]);
    expect(found.code).toBe(2);
    return found.stderr;
  };
  expect(await refused({ groups: { a: 'b', b: 'a' } })).toContain('cycle');
  expect(await refused({ accounts: { alpha: { rating: 'A' } } })).toContain('accounts.alpha');
});
