/**
 * Moves of risk factors from uniform numbers: a Student t copula with empirical margins whose tails are generalised
 * Pareto.
 *
 *   z = N^-1(u_1..u_f)    chi^2 = quantile of u_{f+1}    y = L z sqrt(n / chi^2)
 *   |y_i| <= bound: x_i linear in y between grid values; beyond, with q the tail probability of |y_i| under t_n,
 *   x_i = threshold +- scale / shape ((q / tailProbability)^-shape - 1)
 *
 * A. McNeil, R. Frey and P. Embrechts, "Quantitative Risk Management", 7.3 and 5.2. No state between points: the same
 * bits for any split of the points over calls and threads.
 */
#pragma once

#include <cstddef>

#include "status.h"

namespace margincube {

struct TCopula {
  /** At most `kFactorsMax`. */
  std::size_t factorCount;
  /** Cholesky factor of the correlation, row-major, zeros above. */
  const double* lower;
  /** In [1, 1e4]. */
  double degreesOfFreedom;
};

struct FactorMargins {
  /** Values on an even grid over [-scoreBound, scoreBound], row-major `[factor][gridCount]`; at least 2. */
  std::size_t gridCount;
  const double* gridValue;
  /** t score at which the tails begin, > 0. */
  double scoreBound;
  /** Probability of each tail. */
  double tailProbability;
  /** Row-major `[factor][4]`: shape and scale of the lower tail, shape and scale of the upper one; shapes >= 0, scales
   * > 0. */
  const double* tails;
};

/**
 * `moves[f * stride + i]`, i < pointCount. `uniform` is row-major `[factorCount + 1][pointCount]` in (0, 1). The status
 * names the input that is out of its domain and `firstBad` its index; nothing is written then.
 */
KernelStatus tCopulaMoves(const TCopula& copula, const FactorMargins& margins, const double* uniform,
                          std::size_t pointCount, std::size_t stride, double* moves, std::size_t* firstBad) noexcept;

}  // namespace margincube
