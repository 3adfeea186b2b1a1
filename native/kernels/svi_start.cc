#include "svi_start.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace margincube {
namespace {

struct Corner {
  double cost;
  double p1, p2, base;
};

/** Weighted sums of products of (left, right, 1) with each other and with the quotes. */
struct Sums {
  double ll = 0, lr = 0, l1 = 0, rr = 0, r1 = 0, one = 0;
  double lw = 0, rw = 0, w1 = 0, ww = 0;
};

double costOf(const Sums& x, double p1, double p2, double base) noexcept {
  return p1 * (p1 * x.ll + 2 * p2 * x.lr + 2 * base * x.l1 - 2 * x.lw) + p2 * (p2 * x.rr + 2 * base * x.r1 - 2 * x.rw) +
         base * (base * x.one - 2 * x.w1) + x.ww;
}

double boxed(double slope) noexcept { return std::min(std::max(slope, kSviSlopeMin), kSviSlopeMax); }

void keepBetter(const Sums& x, double p1, double p2, Corner& best) noexcept {
  const double base = (x.w1 - p1 * x.l1 - p2 * x.r1) / x.one;
  const double cost = costOf(x, p1, p2, base);
  if (cost < best.cost) best = {cost, p1, p2, base};
}

/** Least squares over the box of slopes: inside, on its four edges, at its corners. */
Corner solveCorner(const Sums& x) noexcept {
  Corner best{std::numeric_limits<double>::infinity(), 0, 0, 0};
  const double ll = x.ll - x.l1 * x.l1 / x.one, lr = x.lr - x.l1 * x.r1 / x.one, rr = x.rr - x.r1 * x.r1 / x.one;
  const double lw = x.lw - x.l1 * x.w1 / x.one, rw = x.rw - x.r1 * x.w1 / x.one;
  const double determinant = ll * rr - lr * lr;
  if (determinant > 1e-14 * ll * rr) {
    const double p1 = (lw * rr - rw * lr) / determinant, p2 = (rw * ll - lw * lr) / determinant;
    if (p1 == boxed(p1) && p2 == boxed(p2)) {
      keepBetter(x, p1, p2, best);
      return best;
    }
  }
  for (const double edge : {kSviSlopeMin, kSviSlopeMax}) {
    if (rr > 0) keepBetter(x, edge, boxed((rw - edge * lr) / rr), best);
    if (ll > 0) keepBetter(x, boxed((lw - edge * lr) / ll), edge, best);
    keepBetter(x, edge, edge, best);
    keepBetter(x, edge, kSviSlopeMin + kSviSlopeMax - edge, best);
  }
  return best;
}

struct Extent {
  double low, high;
};

Extent extentOf(std::size_t count, const double* ks, const double* weight) noexcept {
  Extent extent{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t i = 0; i < count; ++i) {
    if (!(weight[i] > 0)) continue;
    extent.low = std::min(extent.low, ks[i]);
    extent.high = std::max(extent.high, ks[i]);
  }
  return extent;
}

}  // namespace

std::size_t sviStarts(std::size_t quoteCount, const double* ks, const double* quotes, const double* weight,
                      std::size_t startCount, double* starts) noexcept {
  const Extent extent = extentOf(quoteCount, ks, weight);
  if (!(extent.high >= extent.low)) return 0;
  const double range = std::max(extent.high - extent.low, 1e-3);
  double shifts[kSviShifts], widths[kSviWidths];
  for (std::size_t i = 0; i < kSviShifts; ++i) {
    const double shift = extent.low + range * (1.5 * static_cast<double>(i) / (kSviShifts - 1) - 0.25);
    shifts[i] = std::min(std::max(shift, -kSviShiftMax), kSviShiftMax);
  }
  // From a hundredth of the quoted range to four times the range, each step the same factor.
  double width = 0.01 * range;
  for (double& entry : widths) {
    entry = std::min(std::max(width, kSviWidthMin), kSviWidthMax);
    width *= 1.371;
  }

  Corner corners[kSviShifts][kSviWidths];
  for (std::size_t i = 0; i < kSviShifts; ++i) {
    for (std::size_t j = 0; j < kSviWidths; ++j) {
      Sums x;
      for (std::size_t q = 0; q < quoteCount; ++q) {
        const double d = ks[q] - shifts[i], r = std::sqrt(d * d + widths[j] * widths[j]);
        const double left = 0.5 * (r - d), right = 0.5 * (r + d), f = weight[q] * weight[q], w = quotes[q];
        x.ll += f * left * left;
        x.lr += f * left * right;
        x.l1 += f * left;
        x.rr += f * right * right;
        x.r1 += f * right;
        x.one += f;
        x.lw += f * left * w;
        x.rw += f * right * w;
        x.w1 += f * w;
        x.ww += f * w * w;
      }
      corners[i][j] = solveCorner(x);
    }
  }

  bool isTaken[kSviShifts][kSviWidths] = {};
  std::size_t found = 0;
  for (; found < startCount; ++found) {
    std::size_t shift = kSviShifts, widthIndex = 0;
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < kSviShifts; ++i) {
      for (std::size_t j = 0; j < kSviWidths; ++j) {
        if (isTaken[i][j] || !(corners[i][j].cost < best)) continue;
        best = corners[i][j].cost;
        shift = i;
        widthIndex = j;
      }
    }
    if (shift == kSviShifts) break;
    // Neighbours lead to the same valley.
    for (std::size_t i = shift > 1 ? shift - 2 : 0; i < std::min(shift + 3, kSviShifts); ++i) {
      for (std::size_t j = widthIndex > 1 ? widthIndex - 2 : 0; j < std::min(widthIndex + 3, kSviWidths); ++j) {
        isTaken[i][j] = true;
      }
    }
    const Corner& corner = corners[shift][widthIndex];
    double* start = starts + found * kSviParameters;
    start[0] = corner.p1;
    start[1] = corner.p2;
    start[2] = std::max(corner.base + widths[widthIndex] * std::sqrt(corner.p1 * corner.p2), kSviVarianceMin);
    start[3] = shifts[shift];
    start[4] = widths[widthIndex];
  }
  return found;
}

}  // namespace margincube
