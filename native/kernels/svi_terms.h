/**
 * Parts that the fit of one slice and the fit of a surface share: residuals of the quotes with their Jacobian, and the
 * derivatives of total variance and of g. Sums run in stripes of eight, in one fixed order.
 */
#pragma once

#include <cstddef>

#include "svi_slice.h"

namespace margincube {

constexpr std::size_t kSviStripe = 8;

constexpr std::size_t sviPadded(std::size_t count) noexcept {
  return (count + kSviStripe - 1) / kSviStripe * kSviStripe;
}

/** Columns per quote of a workspace. */
constexpr std::size_t kSviQuoteColumns = kSviParameters + 3;

/** Workspace of the quotes of one slice, each column `sviPadded(count)` long. */
struct SviQuoteColumns {
  double* jacobian[kSviParameters];
  double* residual;
  double* influence;
  double* scratch;
};

struct SviQuotes {
  std::size_t count;
  const double* logMoneyness;
  const double* totalVariance;
  const double* weight;
};

struct SviQuoteCost {
  double huber;
  double squares;
};

/** Upper triangle of the Gauss-Newton matrix, and half the gradient. */
struct SviNormal {
  double matrix[kSviParameters][kSviParameters];
  double gradient[kSviParameters];
};

double stripedDot(const double* a, const double* b, std::size_t padded) noexcept;
double stripedSum(const double* a, std::size_t padded) noexcept;

/** Columns over `kSviQuoteColumns * sviPadded(count)` doubles of a workspace; what lies beyond the quotes is cleared.
 */
SviQuoteColumns sviQuoteColumns(double* workspace, std::size_t count) noexcept;

/** Fills the columns at one point. `huberDelta` is in units of the residuals. */
SviQuoteCost evaluateQuotes(const SviQuotes& quotes, const SviWings& x, double huberDelta,
                            const SviQuoteColumns& columns) noexcept;

/** Sets `normal` from the columns of the last `evaluateQuotes`. */
void accumulateQuotes(std::size_t count, const SviQuoteColumns& columns, SviNormal& normal) noexcept;

/** Derivatives of w and of g in the five parameters at one k. */
void sviDerivatives(const SviWings& x, double k, double* ofW, double* ofG) noexcept;

double sviClipped(double value, std::size_t parameter) noexcept;

/** A parameter at its bound that the descent would push further out. */
bool isSviHeld(double value, double gradient, std::size_t parameter) noexcept;

}  // namespace margincube
