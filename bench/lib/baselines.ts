/** The C++ loops that the kernels are measured against, compiled at the instruction level of the kernels in use. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ImpliedVolatilityInputs } from '../../src/kernel/implied-volatility.js';
import type { Isa, Kernels } from '../../src/kernel/kernels.js';
import type { InstrumentColumns, ScenarioColumns, SparseRows } from '../../src/kernel/layout.js';

interface BaselinesAddon {
  erfcScenarioPnl(...args: readonly unknown[]): void;
  rowAtATimeAggregate(...args: readonly unknown[]): void;
  scalarImpliedVolatility(...args: readonly unknown[]): void;
  nthElementTailRisk(...args: readonly unknown[]): void;
}

export interface Baselines {
  /** Black-76 by two `std::erfc` per cell into a row-major cube; logarithms of the spot factors are given. */
  erfcScenarioPnl(
    instruments: InstrumentColumns,
    scenarios: ScenarioColumns,
    logSpotFactors: Float64Array,
    pnl: Float64Array,
  ): void;
  /** `vector += quantity x row`, position after position, over a row-major cube. */
  rowAtATimeAggregate(
    pnl: Float64Array,
    scenarioCount: number,
    positions: SparseRows,
    vectors: Float64Array,
  ): void;
  /** `tailRisk` by `std::nth_element` on a copy of every row. */
  nthElementTailRisk: Kernels['tailRisk'];
  /** The method of the kernel on plain doubles, row after row. */
  scalarImpliedVolatility(
    inputs: ImpliedVolatilityInputs,
    volatility: Float64Array,
    status: Uint8Array,
  ): void;
}

/** The command starts in the root of the repository. */
export function loadBaselines(isa: Isa): Baselines {
  const level = isa === 'reference' ? 'baseline' : isa;
  const file = path.resolve(`build/Release/bench_baselines_${level}.node`);
  const addon = createRequire(import.meta.url)(file) as BaselinesAddon;
  return {
    erfcScenarioPnl(i, s, logSpotFactors, pnl) {
      addon.erfcScenarioPnl(
        ...[i.count, i.payoff, i.forward, i.fixedForward, i.strike, i.volatility, i.timeToExpiryYears],
        ...[i.scale, i.spotRow, i.volRow, i.termFactor, i.skewFactor, i.smileFactor],
        ...[s.count, s.stride, s.spotRows, s.volRows],
        ...[s.spotFactor, s.volShock, s.skewShock, s.smileShock, s.volFloor, logSpotFactors, pnl],
      );
    },
    rowAtATimeAggregate(pnl, scenarioCount, positions, vectors) {
      const { rowCount, rowOffsets, instrument, quantity } = positions;
      addon.rowAtATimeAggregate(pnl, scenarioCount, rowCount, rowOffsets, instrument, quantity, vectors);
    },
    nthElementTailRisk(...args) {
      addon.nthElementTailRisk(...args);
    },
    scalarImpliedVolatility(x, volatility, status) {
      addon.scalarImpliedVolatility(
        ...[x.count, x.isCall, x.forward, x.strike, x.price, x.timeToExpiryYears, volatility, status],
      );
    },
  };
}
