import type { Kernels } from '../kernels.js';
import { aggregate, worstLoss } from './aggregate.js';
import { black76, black76Price } from './black76.js';
import { arrangeBooks } from './book-arrangement.js';
import { bookTail, preselectTail, tailContributions } from './book-tail.js';
import { columnPages } from './column-pages.js';
import { checkBlack76, entry, requireLength } from './checks.js';
import { impliedVolatility } from './implied-volatility.js';
import { factorCube } from './cube-basis.js';
import { correlationFactor, ewmaCorrelation } from './correlation.js';
import { largestPositions } from './largest-positions.js';
import { coinCells, dollarCells, placeCells } from './slice-cells.js';
import { scenarioPnl, shockedVolatility } from './scenario-pnl.js';
import { netExpiries } from './net-expiries.js';
import { rehashSumTree } from './sum-tree.js';
import { sobol } from './sobol.js';
import { tCopulaMoves } from './t-copula.js';
import { surfaceQuery } from './surface-query.js';
import { sviArbitrage, sviTotalVariance } from './svi-check.js';
import { sviFit } from './svi-fit.js';
import { sviStarts } from './svi-start.js';
import { tailMargins } from './tail-margins.js';
import { tailRiskOfSum } from './tail-of-sum.js';
import { tailRisk, tailScenarios } from './tail-risk.js';

const BLACK76_OUTPUTS = ['price', 'delta', 'gamma', 'vega', 'theta', 'vanna', 'volga'] as const;

/**
 * The slow, obvious twin of the native kernels: the oracle of their tests, and the fallback where no addon can be built
 * and somebody asked for it. Every loop does the textbook thing; speed is no aim.
 */
export function createReferenceKernels(): Kernels {
  return {
    isa: 'reference',
    black76Price(inputs, price) {
      checkBlack76(inputs);
      requireLength('price', price, inputs.count);
      for (let i = 0; i < inputs.count; i += 1) {
        price[i] = black76Price(
          entry(inputs.isCall, i) === 1,
          entry(inputs.forward, i),
          entry(inputs.strike, i),
          entry(inputs.volatility, i),
          entry(inputs.timeToExpiryYears, i),
        );
      }
    },
    black76(inputs, outputs) {
      checkBlack76(inputs);
      for (const name of BLACK76_OUTPUTS) requireLength(`outputs.${name}`, outputs[name], inputs.count);
      for (let i = 0; i < inputs.count; i += 1) {
        const value = black76(
          entry(inputs.isCall, i) === 1,
          entry(inputs.forward, i),
          entry(inputs.strike, i),
          entry(inputs.volatility, i),
          entry(inputs.timeToExpiryYears, i),
        );
        for (const name of BLACK76_OUTPUTS) outputs[name][i] = value[name];
      }
    },
    shockedVolatility,
    scenarioPnl,
    aggregate,
    worstLoss,
    netExpiries,
    rehashSumTree,
    surfaceQuery,
    sobol,
    ewmaCorrelation,
    correlationFactor,
    tCopulaMoves,
    sviFit,
    sviStarts,
    sviTotalVariance,
    sviArbitrage,
    impliedVolatility,
    tailRisk,
    tailRiskOfSum,
    tailScenarios,
    factorCube,
    preselectTail,
    bookTail,
    tailContributions,
    ...columnPages,
    arrangeBooks,
    largestPositions,
    placeCells,
    dollarCells,
    coinCells,
    tailMargins,
  };
}
