import type { KernelsAddon } from './addon.js';
import { createNativeBookArrangement } from './book-arrangement.js';
import type { Isa, Kernels } from './kernels.js';
import { createNativeLargestPositions } from './largest-positions.js';
import { createNativeBookTailKernels } from './native-book-tail.js';
import { createNativeSviKernels } from './native-svi.js';
import { createNativeSliceCells } from './slice-cells.js';
import { createNativeTailMargins } from './tail-margins.js';

/** The seam over one loaded library: the columns of each argument, in the order that the library takes them. */
export function createNativeKernels(addon: KernelsAddon, isa: Isa): Kernels {
  return {
    isa,
    ...createNativeSviKernels(addon),
    ...createNativeBookTailKernels(addon),
    // Columns of their own, in this order.
    packRuns: (...columns) => addon.packRuns(...columns),
    keepNumbers: (...columns) => addon.keepNumbers(...columns),
    codeNumbers: (...columns) => addon.codeNumbers(...columns),
    codeTexts: (...columns) => {
      addon.codeTexts(...columns);
    },
    ...createNativeBookArrangement(addon),
    ...createNativeLargestPositions(addon),
    ...createNativeSliceCells(addon),
    ...createNativeTailMargins(addon),
    black76Price(x, price) {
      addon.black76Price(x.count, x.isCall, x.forward, x.strike, x.volatility, x.timeToExpiryYears, price);
    },
    black76(x, out) {
      addon.black76(
        x.count,
        x.isCall,
        x.forward,
        x.strike,
        x.volatility,
        x.timeToExpiryYears,
        out.price,
        out.delta,
        out.gamma,
        out.vega,
        out.theta,
        out.vanna,
        out.volga,
      );
    },
    shockedVolatility(instruments, scenarios, volatility) {
      addon.shockedVolatility(
        instruments.count,
        instruments.payoff,
        instruments.forward,
        instruments.fixedForward,
        instruments.strike,
        instruments.volatility,
        instruments.timeToExpiryYears,
        instruments.scale,
        instruments.spotRow,
        instruments.volRow,
        instruments.termFactor,
        instruments.skewFactor,
        instruments.smileFactor,
        scenarios.count,
        scenarios.stride,
        scenarios.spotRows,
        scenarios.volRows,
        scenarios.spotFactor,
        scenarios.volShock,
        scenarios.skewShock,
        scenarios.smileShock,
        scenarios.volFloor,
        volatility,
      );
    },
    scenarioPnl(instruments, scenarios, pnl) {
      addon.scenarioPnl(
        instruments.count,
        instruments.payoff,
        instruments.forward,
        instruments.fixedForward,
        instruments.strike,
        instruments.volatility,
        instruments.timeToExpiryYears,
        instruments.scale,
        instruments.spotRow,
        instruments.volRow,
        instruments.termFactor,
        instruments.skewFactor,
        instruments.smileFactor,
        scenarios.count,
        scenarios.stride,
        scenarios.spotRows,
        scenarios.volRows,
        scenarios.spotFactor,
        scenarios.volShock,
        scenarios.skewShock,
        scenarios.smileShock,
        scenarios.volFloor,
        pnl,
      );
    },
    aggregate(pnl, instrumentCount, scenarioCount, positions, vectors) {
      addon.aggregate(
        pnl,
        instrumentCount,
        scenarioCount,
        positions.rowCount,
        positions.rowOffsets,
        positions.instrument,
        positions.quantity,
        vectors,
      );
    },
    worstLoss(vectors, rowCount, scenarioCount, worst, worstIndex) {
      addon.worstLoss(vectors, rowCount, scenarioCount, worst, worstIndex);
    },
    rehashSumTree: (tree, nodes) =>
      addon.rehashSumTree(
        tree.head.length,
        tree.head,
        tree.assets,
        tree.depth,
        tree.empty,
        tree.capacity,
        tree.keyHigh,
        tree.keyLow,
        tree.level,
        tree.left,
        tree.right,
        tree.parent,
        tree.hash,
        tree.lifted,
        tree.sums,
        nodes.length,
        nodes,
      ),
    netExpiries(terms, books, results) {
      addon.netExpiries(
        terms.count,
        terms.stride,
        terms.spotMove,
        terms.dampening,
        terms.skewed,
        terms.instrumentCount,
        terms.unitValue,
        terms.volatilityConfidence,
        terms.usable,
        terms.expiryCount,
        terms.longDiscount,
        terms.shortDiscount,
        terms.basisFactor,
        terms.expiryConfidence,
        Float64Array.of(terms.confidenceThreshold, terms.confidenceRate),
        books.accountCount,
        books.firstRow,
        books.rows.rowCount,
        books.rows.rowOffsets,
        books.rows.instrument,
        books.rows.quantity,
        books.rowExpiry,
        books.rowGross,
        books.contracts,
        books.price,
        books.firstMoving,
        books.movingValue,
        books.spot,
        books.confidence,
        books.vectors,
        results.worst,
        results.value,
        results.confidenceCharge,
        results.isComplete,
      );
    },
    surfaceQuery(surface, queries, answers) {
      addon.surfaceQuery(
        surface.sliceCount,
        surface.timeToExpiryYears,
        surface.forward,
        surface.carry,
        surface.a,
        surface.b,
        surface.rho,
        surface.m,
        surface.sigma,
        surface.quotedMin,
        surface.quotedMax,
        surface.confidence,
        surface.interpolation,
        surface.rates,
        queries.count,
        queries.strike,
        queries.timeToExpiryYears,
        answers.volatility,
        answers.totalVariance,
        answers.butterflyMeasure,
        answers.density,
        answers.confidence,
        answers.flags,
      );
    },
    tailRisk(vectors, rowCount, scenarioCount, confidence, valueAtRisk, expectedShortfall, workspace) {
      addon.tailRisk(vectors, rowCount, scenarioCount, confidence, valueAtRisk, expectedShortfall, workspace);
    },
    tailRiskOfSum(sum, confidence, risk, workspace) {
      addon.tailRiskOfSum(
        sum.scenarioCount,
        sum.base,
        sum.termCount,
        sum.unitRow,
        sum.weight,
        sum.unitCount,
        sum.units,
        confidence,
        risk,
        workspace,
      );
    },
    tailScenarios(vectors, rowCount, scenarioCount, confidence, scenario, weight, workspace) {
      addon.tailScenarios(vectors, rowCount, scenarioCount, confidence, scenario, weight, workspace);
    },
    impliedVolatility(x, volatility, status) {
      addon.impliedVolatility(
        x.count,
        x.isCall,
        x.forward,
        x.strike,
        x.price,
        x.timeToExpiryYears,
        volatility,
        status,
      );
    },
    sobol(seed, firstPoint, pointCount, dimensions, uniform) {
      addon.sobol(seed, firstPoint, pointCount, dimensions, uniform);
    },
    ewmaCorrelation(moves, factorCount, rowCount, decay, correlation) {
      addon.ewmaCorrelation(moves, factorCount, rowCount, decay, correlation);
    },
    correlationFactor(correlation, factorCount, eigenvalueFloor, { repaired, lower, report }) {
      addon.correlationFactor(correlation, factorCount, eigenvalueFloor, repaired, lower, report);
    },
    tCopulaMoves(copula, margins, uniform, pointCount, stride, moves) {
      addon.tCopulaMoves(
        copula.factorCount,
        copula.lower,
        copula.degreesOfFreedom,
        margins.gridCount,
        margins.gridValue,
        margins.scoreBound,
        margins.tailProbability,
        margins.tails,
        pointCount,
        uniform,
        stride,
        moves,
      );
    },
  };
}
