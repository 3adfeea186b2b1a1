/**
 * Value at risk and expected shortfall, as `tailRisk` has them, of a vector to which multiples of others are added:
 *
 *   PnL_s = base_s + weight_0 unit_0s + weight_1 unit_1s + ...
 *
 * One pass adds up and keeps what lies at or below a threshold, so that the sum is never stored. Sums run in the order
 * of the terms and nothing is fused: the bits are those of the textbook loop, and of `tailRisk` on its result.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

struct WeightedSum {
  /** > 0. */
  std::size_t scenarioCount;
  const double* base;
  std::size_t termCount;
  /** Row of `units` of each term. */
  const std::uint32_t* unitRow;
  const double* weight;
  /** Row-major `[row][scenarioStride]`. */
  const double* units;
};

/**
 * Both results are NaN where a sum is not finite. `workspace` has `tailWorkspaceLength` entries.
 *
 * @param confidence in (0, 1)
 */
void tailRiskOfSum(const WeightedSum& sum, double confidence, double* valueAtRisk, double* expectedShortfall,
                   double* workspace) noexcept;

}  // namespace margincube
