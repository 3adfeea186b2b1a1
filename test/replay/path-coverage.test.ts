/** Margins at recorded moments against the losses of the day after. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { pathCoverage } from '../../src/replay/path-coverage.js';
import type { ReplayAccount } from '../../src/replay/replay-terms.js';
import { fallingPath } from './support.js';

const engine = new MarginEngine(loadKernels());
const PERPETUAL = 'BTC-USDC-PERPETUAL';

function holder(accountId: string, quantity: number, instrument = PERPETUAL): ReplayAccount {
  return { accountId, groupId: '', positions: [{ instrument, quantity }], cashUsd: 0, openingCover: 1 };
}

/** Margins a tenth of the price, without anything that moves with the market. */
const grid = unwrap(
  resolveModel({ name: 'bybit-pm', overrides: { priceRange: 0.1, futureContingency: { BTC: 0 } } }),
);

describe('pathCoverage', () => {
  it('compares the margin of every moment with the worst of the day after', () => {
    // 70,000, then 62,067, 46,200 and 48,510 dollars, four hours apart.
    const path = fallingPath(12, 1);
    const accounts = [holder('long', 1), holder('short', -1)];
    const found = unwrap(pathCoverage({ path, accounts, engine }, grid));
    const [first, second] = [70_000, 70_000 * (1 - 0.34 / 3)];
    const lowest = 70_000 * 0.66;
    const initialMargin = (price: number): number => 1.2 * 0.1 * price;
    expect(found.cases).toBe(6);
    // The short book loses 5 % once, which both margins cover.
    expect(found.initialBreaches).toBe(2);
    expect(found.maintenanceBreaches).toBe(2);
    expect(found.lossBeyondInitialUsd).toBeCloseTo(
      first - lowest - initialMargin(first) + (second - lowest - initialMargin(second)),
      3,
    );
  });

  it('looks no further than a day', () => {
    const { cases } = unwrap(
      pathCoverage({ path: fallingPath(120, 1), accounts: [holder('long', 1)], engine }, grid),
    );
    expect(cases).toBe(0);
  });

  it('names what a book holds that the path does not quote', () => {
    const accounts = [holder('long', 1), holder('other', 1, 'BTC-USDC-2027-01-01-1-C')];
    const found = pathCoverage({ path: fallingPath(12, 1), accounts, engine }, grid);
    expect(found).toMatchObject({ ok: false, failure: { reason: 'UNKNOWN_INSTRUMENT' } });
  });
});
