/**
 * Sparse rows of positions times a cube. Block-major: while one block of the cube stays in the second-level cache,
 * every row passes over it with its sums in registers and stores them once.
 *
 * The order of summation is the order of the entries in the row; no sum is split, so a row's bits depend on the row
 * alone. Domain: instruments within the cube, finite quantities; the cube itself is trusted. A row without positions is
 * 0.
 */
#pragma once

#include "layout.h"
#include "status.h"

namespace margincube {

/** `vectors` is row-major `[row][scenarioStride]`. */
KernelStatus aggregate(const double* pnl, std::size_t instrumentCount, std::size_t scenarioCount,
                       const SparseRows& positions, double* vectors, std::size_t* firstBad) noexcept;

/**
 * Smallest of the first `scenarioCount` (> 0) entries of every vector and the first index that holds it. Entries must
 * be finite; the first that is not is reported by its index in `vectors`.
 */
KernelStatus worstLoss(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double* worst,
                       std::uint32_t* worstIndex, std::size_t* firstBad) noexcept;

}  // namespace margincube
