import type { SviAddon } from './addon.js';
import type { SviKernels } from './svi.js';

/** The seam over the SVI kernels of one loaded library. */
export function createNativeSviKernels(addon: SviAddon): SviKernels {
  // One column for the scalars of a fit: reading a number from it costs less than an argument.
  const settings = new Float64Array(5);
  return {
    sviFit(x, parameters, summary, workspace) {
      settings[0] = x.butterflyPenalty;
      settings[1] = x.butterflyMargin;
      settings[2] = x.calendarPenalty;
      settings[3] = x.iterationsMax;
      settings[4] = x.tolerance;
      addon.sviFit(
        x.sliceCount,
        x.quoteOffsets,
        x.logMoneyness,
        x.totalVariance,
        x.weight,
        x.timeToExpiryYears,
        x.huberDelta,
        x.isFixed,
        x.gridCount,
        x.grid,
        x.floor,
        x.ceiling,
        settings,
        x.prior,
        x.priorPrecision,
        parameters,
        summary,
        workspace,
      );
    },
    sviStarts(quoteCount, logMoneyness, totalVariance, weight, startCount, starts) {
      return addon.sviStarts(quoteCount, logMoneyness, totalVariance, weight, startCount, starts);
    },
    sviTotalVariance(parameters, gridCount, grid, variance) {
      addon.sviTotalVariance(parameters, gridCount, grid, variance);
    },
    sviArbitrage(sliceCount, slices, gridCount, grid, result) {
      addon.sviArbitrage(
        sliceCount,
        slices,
        gridCount,
        grid,
        result.butterfly,
        result.butterflyAt,
        result.calendar,
        result.calendarAt,
      );
    },
  };
}
