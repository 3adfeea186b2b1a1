/**
 * Mills' ratio Y(z) = N(-z)/n(z) and its differences without cancellation, for -1 <= z <= 59.
 *
 * Y is replaced by one rational function P/Q of z + 1, and the difference of two values is then an exact quotient,
 *
 *   P(a)/Q(a) - P(b)/Q(b) = (b - a) B(a + b, ab) / (Q(a) Q(b)),
 *
 * B the Bezout polynomial of P and Q: for a <= b it has next to no cancellation (condition number below 1.04). The
 * approximation was fitted so that its derivative, hence every quotient of differences, has a relative error of 6e-17
 * (`mills_difference.py`); rounding adds some 4e-16.
 */
#pragma once

#include "lane_math.h"
#include "mills_difference.table.h"

namespace margincube {

constexpr double kMillsShift = 1;
constexpr std::size_t kMillsDifferenceRows = 12;

/** The polynomial B, row after row; the recursion unrolls so that the rows overlap in the processor. */
template <std::size_t kRow, typename Lane>
inline Lane millsDifferenceRows(const Lane& sum, const Lane& product, const Lane& above) noexcept {
  if constexpr (kRow == kMillsDifferenceRows) {
    return above;
  } else {
    constexpr std::size_t kFirst = kRow * (kRow + 1) / 2;
    Lane row = lanes::fill<Lane>(kMillsDifferenceB[kFirst]);
    for (std::size_t k = 1; k <= kRow; ++k)
      row = lanes::multiplyAdd(row, sum, lanes::fill<Lane>(kMillsDifferenceB[kFirst + k]));
    const Lane value = kRow == 0 ? row : lanes::multiplyAdd(above, product, row);
    return millsDifferenceRows<kRow + 1>(sum, product, value);
  }
}

/** Y(middle - half) - Y(middle + half) = 2 half numerator / denominator. */
template <typename Lane>
struct MillsDifference {
  Lane numerator;
  Lane denominator;
};

template <typename Lane>
inline MillsDifference<Lane> millsDifference(const Lane& middle, const Lane& half) noexcept {
  const Lane shifted = middle + lanes::fill<Lane>(kMillsShift);
  const Lane a = shifted - half;
  const Lane b = shifted + half;
  const Lane denominator = lanes::polynomialOf(kMillsDifferenceQ, a) * lanes::polynomialOf(kMillsDifferenceQ, b);
  const Lane numerator = millsDifferenceRows<0>(Lane(shifted + shifted), Lane(a * b), shifted);
  return {numerator, denominator};
}

/** Y(z), relative error below 1e-15. */
template <typename Lane>
inline Lane millsRatio(const Lane& z) noexcept {
  const Lane shifted = z + lanes::fill<Lane>(kMillsShift);
  return lanes::polynomialOf(kMillsDifferenceP, shifted) / lanes::polynomialOf(kMillsDifferenceQ, shifted);
}

}  // namespace margincube
