/**
 * What the kernels are measured against: the loops that one writes first, over the same inputs, compiled by the same
 * compiler with the same flags. No domain checks, which is in their favour.
 */
#pragma once

#include "../kernels/layout.h"

namespace margincube {

/**
 * Black-76 by two `std::erfc` per cell, row-major `[instrument][scenarioStride]`; linear options without a fixed part.
 * All logarithms are hoisted here too: `logSpotFactors` has the shape of `scenarios.spotFactor`.
 */
void erfcScenarioPnl(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                     const double* logSpotFactors, double* pnl) noexcept;

/**
 * One position after the other: `vector += quantity x row` over a row-major cube `[instrument][scenarioStride]`, the
 * vector read and written for every position.
 */
void rowAtATimeAggregate(const double* pnl, std::size_t scenarioCount, const SparseRows& positions,
                         double* vectors) noexcept;

}  // namespace margincube
