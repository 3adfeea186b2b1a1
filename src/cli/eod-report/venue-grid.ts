import { valueMarket } from '../../engine/valuation.js';
import { repriceMarket } from '../../engine/repriced-market.js';
import type { Kernels } from '../../kernel/kernels.js';
import { cubeIndex } from '../../kernel/layout.js';
import type { Market } from '../../market/snapshot/market.js';
import type { CubeSpec } from '../../models/model.js';
import { buildScenarioSet, NO_SHOCK, scenarioName } from '../../scenarios/build-set.js';

/** Relative moves of every spot price. */
export const SPOT_MOVES = [
  -0.5, -0.4, -0.3, -0.2, -0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5,
];
/** Relative moves of every volatility. */
export const VOL_MOVES = [-0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

/** Open positions of all accounts in one instrument, contracts. */
export interface NetPosition {
  readonly instrument: string;
  readonly net: number;
}

/**
 * P&L of all positions together in US dollars, `[VOL_MOVES][SPOT_MOVES]`: every contract fully revalued, all spots moved alike,
 * all volatilities moved alike, no time passing. Unknown or unusable instruments count nothing.
 */
export function venueGrid(kernels: Kernels, market: Market, positions: readonly NetPosition[]): number[][] {
  const spec = gridSpec();
  const repriced = repriceMarket(kernels, market, valueMarket(kernels, market), {
    first: spec,
    further: [],
    isWholeMarket: true,
  });
  const { table, columns } = market;
  const totals = VOL_MOVES.map(() => SPOT_MOVES.map(() => 0));
  for (const { instrument, net } of positions) {
    const row = table.instrumentIndex.get(instrument);
    if (row === undefined || repriced.usable[row] !== 1) continue;
    const isInverse = columns.isInverse[row] === 1;
    const index = columns.indexPrice[columns.underlying[row] ?? 0] ?? NaN;
    const asset = table.assetIndex.get(table.instruments[row]?.settlementCurrency ?? '');
    // A linear contract pays dollars or a dollar coin; an inverse one pays coins at the price of the scenario.
    const priceUsd = isInverse ? index : (columns.assetPriceUsd[asset ?? -1] ?? 1);
    const held = table.instruments[row]?.kind === 'OPTION' ? (repriced.unitValue[row] ?? NaN) : 0;
    totals.forEach((cells, v) => {
      cells.forEach((sum, s) => {
        const scenario = v * SPOT_MOVES.length + s;
        const pnl = repriced.pnl[cubeIndex(row, scenario, repriced.instrumentCount)] ?? NaN;
        const move = SPOT_MOVES[s] ?? NaN;
        const gain = isInverse ? (held + pnl) * (1 + move) - held : pnl;
        cells[s] = sum + net * gain * priceUsd;
      });
    });
  }
  return totals;
}

function gridSpec(): CubeSpec {
  const moves = VOL_MOVES.flatMap((vol) => SPOT_MOVES.map((spot) => ({ vol, spot })));
  const labels = moves.map(({ vol, spot }) => ({
    ...{ label: scenarioName(spot, String(vol)), family: 'grid' },
    ...{ spotShock: spot, volShock: 'LINEAR' },
  }));
  const shocks = moves.map(({ vol, spot }) => ({ ...NO_SHOCK, spotFactor: 1 + spot, volShock: vol }));
  return {
    scenarios: buildScenarioSet('report-grid', labels, [shocks]),
    discounted: false,
    factorRow: () => 0,
    shockFactors: () => ({ term: 1, skew: 0, smile: 0 }),
    weight: () => 1,
  };
}
