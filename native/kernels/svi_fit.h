/**
 * Weighted fit of one or several consecutive SVI slices by Levenberg-Marquardt on five boxed parameters a slice. All
 * are fitted at once, so that neighbours that would cross share the burden by what their quotes say. The objective is
 *
 *   sum of huber(weight (w - quote)) + sum of precision (x - prior)^2
 *     + butterflyPenalty x sum of max(0, butterflyMargin - g)^2
 *     + calendarPenalty x sum of max(0, w_before - w)^2 / (T_before T)
 *
 * with the last two sums over a grid that reaches beyond the quotes. The matrix of the normal equations is banded: a
 * slice meets its neighbours only. Sums run in stripes of eight: every instruction level gives the same bits.
 */
#pragma once

#include <cstddef>
#include <cstdint>

#include "svi_terms.h"

namespace margincube {

struct SviFitInputs {
  std::size_t sliceCount;
  /** `sliceCount + 1` offsets into the columns of quotes. */
  const std::uint32_t* quoteOffsets;
  const double* logMoneyness;
  const double* totalVariance;
  /** One over the half spread in total variance, or in any unit of residuals; 0 leaves the quote out. */
  const double* weight;
  const double* timeToExpiryYears;
  /** In units of the residuals of the slice; infinity for least squares. */
  const double* huberDelta;
  /** 1 for a slice that stays as it is: its neighbours keep off it. */
  const std::uint8_t* isFixed;
  /** 0 points: an unconstrained fit. */
  std::size_t gridCount;
  const double* grid;
  /** Total variance that the first slice must not fall below at each grid point; 0 where nothing lies before it. */
  const double* floor;
  /** Total variance that the last slice must not exceed; infinity where nothing lies after it. */
  const double* ceiling;
  double butterflyPenalty;
  double butterflyMargin;
  double calendarPenalty;
  /** Row-major [slice][5]. */
  const double* prior;
  const double* priorPrecision;
  std::size_t iterationsMax;
  /** Relative decrease of the objective that a step must promise to be worth taking. */
  double tolerance;
};

enum class SviFitStatus : std::uint32_t { kConverged = 0, kIterationsExhausted = 1, kNotFinite = 2 };

struct SviFitSummary {
  double objective;
  /** Sum of squares of weight (w - quote), without Huber. */
  double weightedSquares;
  std::uint32_t iterations;
  SviFitStatus status;
};

/** Parameters that a row of the banded matrix reaches: those of its slice and of the slice before. */
constexpr std::size_t kSviBand = 2 * kSviParameters;

/** Doubles that `sviFit` needs as its workspace; `quoteCount` is that of all slices. */
constexpr std::size_t sviFitWorkspaceLength(std::size_t sliceCount, std::size_t quoteCount,
                                            std::size_t gridCount) noexcept {
  return kSviQuoteColumns * (quoteCount + kSviStripe * sliceCount) + (3 * sliceCount + 1) * sviPadded(gridCount) +
         sliceCount * kSviParameters * (2 * kSviBand + 7);
}

/**
 * Improves `parameters`, row-major [slice][5] (p1, p2, wMin, m, s; clipped to the boxes first), in place. Numbers that
 * are not finite end the fit with `kNotFinite` and leave the parameters as they were.
 */
SviFitSummary sviFit(const SviFitInputs& inputs, double* parameters, double* workspace) noexcept;

}  // namespace margincube
