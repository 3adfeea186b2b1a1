import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EarlyInputs } from '../../src/batch/input/early-inputs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = temporaryFolder('early-inputs');
const HEADER = 'account_id,instrument,quantity\n';
const COLLATERAL = 'account_id,asset,amount\na,USDC,1\nz,USDC,2\n';

async function withInputs(
  positions: string,
  use: (inputs: EarlyInputs, files: { portfolios: string; collateral: string }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(root, 'files-'));
  const files = {
    portfolios: path.join(folder, 'positions.csv'),
    collateral: path.join(folder, 'collateral.csv'),
  };
  writeFileSync(files.portfolios, positions);
  writeFileSync(files.collateral, COLLATERAL);
  const inputs = new EarlyInputs(files, 1);
  try {
    await use(inputs, files);
  } finally {
    await inputs.close();
  }
}

describe('inputs that are opened early', () => {
  const good = `${HEADER}a,BTC-PERP,1\nb,BTC-PERP,2\n`;

  it('are numbered', async () => {
    await withInputs(good, async (inputs) => {
      const taken = await inputs.take();
      expect([taken?.accounts.count, taken?.accounts.positionTotal]).toEqual([3, 2]);
    });
  });

  it('are nobody’s where they are bad', async () => {
    await withInputs('account_id,instrument\na,BTC-PERP\n', async (inputs) => {
      expect(await inputs.take()).toBeUndefined();
    });
  });

  it.each(['portfolios', 'collateral'] as const)(
    'are nobody’s where %s is written again or vanishes',
    async (file) => {
      await withInputs(good, async (inputs, files) => {
        await inputs.begun();
        // As many rows and bytes, of another account.
        writeFileSync(files[file], (file === 'portfolios' ? good : COLLATERAL).replace('a,', 'c,'));
        expect(await inputs.take()).toBeUndefined();
      });
      await withInputs(good, async (inputs, files) => {
        await inputs.begun();
        rmSync(files[file]);
        expect(await inputs.take()).toBeUndefined();
      });
    },
  );
});
