import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-what-if-'));
const examples = path.join(REPOSITORY, 'examples');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(content: unknown): string {
  const written = path.join(mkdtempSync(path.join(folder, 'file-')), 'file.json');
  writeFileSync(written, JSON.stringify(content));
  return written;
}

/** Two short options, and an account that no dollar model margins. */
const BOOK = file({
  portfolios: [
    {
      accountId: 'strangle',
      positions: [
        { instrument: 'BTC-20260227-88000-P', quantity: -3 },
        { instrument: 'BTC-20260227-108000-C', quantity: -3 },
      ],
      balances: [{ asset: 'USDC', units: '90000000000', decimals: 6 }],
    },
    { accountId: 'coins', positions: [{ instrument: 'BTC-PERPETUAL', quantity: 1 }] },
  ],
});

function margin(...options: string[]): Promise<CommandResult> {
  const market = path.join(examples, 'market.json');
  return margincubeHere([
    'margin',
    '--market',
    market,
    '--portfolio',
    BOOK,
    '--model',
    'derive-pm2',
    ...options,
  ]);
}

async function answer(...options: string[]): Promise<unknown> {
  return JSON.parse((await margin(...options, '--json')).stdout);
}

describe('margin beside margins', () => {
  it('prints liquidation prices and contributions as tables', async () => {
    const { code, stdout } = await margin('--liquidation-prices', '--contributions');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^strangle +derive-pm2@\S+ +BTC +[\d,.]+ +[\d,.]+ +[\d,.]+; [\d,.]+$/m);
    expect(stdout).toMatch(/^position +BTC-20260227-108000-C +[\d,.]+ +[\d,.]+$/m);
    expect(stdout).toMatch(/^underlying +BTC +[\d,.]+ +[\d,.]+$/m);
  });

  it('prints a surface whose prices at no volatility move are the liquidation prices', async () => {
    const { stdout } = await margin('--spot-moves=-30,0', '--vol-moves=0,50');
    expect(stdout).toMatch(/^BTC spot +vol \+0% +vol \+50%$/m);
    expect(stdout).toMatch(/^-30% {2}67,655\.00 +[\d,.]+ +[\d,.]+$/m);
    const { liquidationSurfaces, outcomes } = (await answer(
      '--liquidation-prices',
      '--spot-moves=0',
      '--vol-moves=0',
    )) as {
      liquidationSurfaces: { index: number; surfaces: { levels: { rootsUsd: number[] }[] }[] }[];
      outcomes: { report: { liquidationPrices: { rootsUsd: number[] }[] } }[];
    };
    expect(liquidationSurfaces.map(({ index }) => index)).toEqual([0]);
    expect(liquidationSurfaces[0]?.surfaces[0]?.levels[0]?.rootsUsd).toEqual(
      outcomes[0]?.report.liquidationPrices[0]?.rootsUsd,
    );
  });

  it('prints the margins along trades, in the JSON of SimulateMarginResponse', async () => {
    const legs = file({
      legs: [
        { instrument: 'BTC-20260227-108000-C', quantity: -3 },
        { instrument: 'BTC-20260227-106000-C', quantity: 3 },
      ],
    });
    const { stdout } = await margin('--path', legs);
    expect(stdout).toMatch(/^strangle +derive-pm2@\S+ +worst, after 1 +USDC /m);
    interface State {
      initialMargin: number;
      health: string;
      components: unknown[];
    }
    const { simulations, outcomes } = (await answer('--path', legs)) as {
      simulations: {
        index: number;
        simulation: Record<'before' | 'after' | 'change' | 'peakOnPath', State> & {
          decision: string;
          peakAfterLegs: number;
        };
      }[];
      outcomes: { report: { initialMargin: number } }[];
    };
    expect(simulations.map(({ index }) => index)).toEqual([0]);
    const simulation = simulations[0]?.simulation;
    expect(simulation).toMatchObject({ decision: 'CHECK_DECISION_ACCEPT', peakAfterLegs: 1 });
    expect(simulation?.before.initialMargin).toBe(outcomes[0]?.report.initialMargin);
    expect(simulation?.peakOnPath.initialMargin).toBeGreaterThan(simulation?.after.initialMargin ?? Infinity);
    expect(simulation?.change.initialMargin).toBe(
      (simulation?.after.initialMargin ?? NaN) - (simulation?.before.initialMargin ?? NaN),
    );
    expect(simulation?.after.health).toBe('MARGIN_HEALTH_OK');
    expect(simulation?.after.components).not.toEqual([]);
  });

  it('refuses trades that leave the initial margin uncovered on their way', async () => {
    const legs = file({ legs: [{ instrument: 'BTC-20260227-108000-C', quantity: -300 }] });
    const { simulations } = (await answer('--path', legs)) as { simulations: { simulation: object }[] };
    expect(simulations[0]?.simulation).toMatchObject({
      decision: 'CHECK_DECISION_REJECT',
      rejectCode: 'REJECT_CODE_INSUFFICIENT_IM',
      after: { health: 'MARGIN_HEALTH_LIQUIDATE', available: 0 },
    });
  });

  it.each([
    [{ legs: [{ instrument: 'nothing', quantity: 1 }] }, 'legs[0].positions', 1],
    [{ legs: [] }, '1 to 100 legs', 1],
    [{ legs: [{ instrument: 'BTC-PERP' }] }, 'legs[0].quantity', 2],
    [{ trades: [] }, 'trades', 2],
  ])('%#: names what is wrong with the trades', async (content, named, exit) => {
    const { code, stdout, stderr } = await margin('--path', file(content));
    expect(code).toBe(exit);
    expect(`${stdout}${stderr}`).toContain(named);
  });

  it.each([['-100'], ['1,,2'], ['x']])('refuses the moves %s', async (moves) => {
    const { code, stderr } = await margin(`--spot-moves=${moves}`);
    expect(code).toBe(2);
    expect(stderr).toContain('Expected percentages above -100');
  });
});
