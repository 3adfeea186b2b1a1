/** Small symmetric matrices, row-major, in the caller's memory. Plain loops: the same bits on every level. */
#pragma once

#include <cstddef>

namespace margincube {

/**
 * A = Q diag(values) Q' by cyclic Jacobi rotations (G. Golub and C. Van Loan, "Matrix computations", 8.5). `a` holds A
 * and is destroyed; column j of `vectors` belongs to value j; values come in no order. Everything finite.
 */
void symmetricEigen(double* a, std::size_t size, double* values, double* vectors) noexcept;

/** Lower L with A = L L', zeros above; false where A is not positive definite, and `lower` is then of no use. */
bool cholesky(const double* a, std::size_t size, double* lower) noexcept;

}  // namespace margincube
