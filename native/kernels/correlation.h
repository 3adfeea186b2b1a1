/** Correlation of risk factors: estimate, repair, factor. At most `kFactorsMax` factors; no memory but the stack. */
#pragma once

#include <cstddef>

#include "status.h"

namespace margincube {

constexpr std::size_t kFactorsMax = 63;

/**
 * Exponentially weighted correlation about 0 of `moves` (row-major `[factor][row]`, the newest last): weights
 * decay^age. Written row-major `[factor][factor]` with a diagonal of exactly 1. `kCorrelationFactor` and its index for
 * a factor that does not move or is not finite.
 */
KernelStatus ewmaCorrelation(const double* moves, std::size_t factorCount, std::size_t rowCount, double decay,
                             double* correlation, std::size_t* firstBad) noexcept;

/**
 * Lower factor of a symmetric matrix with a diagonal of 1. Eigenvalues below `eigenvalueFloor` are raised to it and the
 * diagonal is scaled back to 1 (R. Rebonato and P. Jaeckel, 1999); a matrix whose eigenvalues all lie above it is left
 * as it is.
 *
 * `repaired` is the matrix that was factored, `lower` its Cholesky factor (zeros above), both row-major; `report[0]`
 * the smallest eigenvalue of the input, `report[1]` the largest change of an entry. `kCorrelationFactor` for an entry
 * that is not finite (its index) or a matrix that cannot be factored.
 */
KernelStatus correlationFactor(const double* correlation, std::size_t factorCount, double eigenvalueFloor,
                               double* repaired, double* lower, double* report, std::size_t* firstBad) noexcept;

}  // namespace margincube
