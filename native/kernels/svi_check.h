/** Static arbitrage of a whole surface on one grid: the density of each slice and its distance to the slice before. */
#pragma once

#include <cstddef>

#include "svi_slice.h"

namespace margincube {

/** Columns of one entry per slice, in the caller's memory. */
struct SviArbitrage {
  /** Smallest g on the grid, and where. */
  double* butterfly;
  double* butterflyAt;
  /** Smallest total variance minus that of the slice before, and where; infinity and 0 for the first slice. */
  double* calendar;
  double* calendarAt;
};

/** `slices`: row-major [slice][5], p1, p2, wMin, m, s, in the order of their expiries. `grid` has at least one point.
 */
void sviArbitrage(std::size_t sliceCount, const double* slices, std::size_t gridCount, const double* grid,
                  const SviArbitrage& result) noexcept;

/** Total variance of one slice at every point of a grid. */
void sviTotalVariance(const double* parameters, std::size_t gridCount, const double* grid, double* variance) noexcept;

}  // namespace margincube
