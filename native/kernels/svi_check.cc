#include "svi_check.h"

#include <limits>

namespace margincube {
namespace {

constexpr std::size_t kChunk = 64;

struct Lowest {
  double value = std::numeric_limits<double>::infinity();
  double at = 0;

  void take(const double* values, const double* grid, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      // A value that is not a number is smaller than all: it must not pass a check.
      if (!(values[i] >= value) && value == value) {
        value = values[i];
        at = grid[i];
      }
    }
  }
};

}  // namespace

void sviTotalVariance(const double* parameters, std::size_t gridCount, const double* grid, double* variance) noexcept {
  const SviWings x = sviWings(parameters);
  const double base = sviBase(x);
  for (std::size_t i = 0; i < gridCount; ++i) variance[i] = sviPoint(x, base, grid[i]).w;
}

void sviArbitrage(std::size_t sliceCount, const double* slices, std::size_t gridCount, const double* grid,
                  const SviArbitrage& result) noexcept {
  for (std::size_t slice = 0; slice < sliceCount; ++slice) {
    const double* parameters = slices + slice * kSviParameters;
    const SviWings x = sviWings(parameters);
    const SviWings before = sviWings(slice == 0 ? parameters : parameters - kSviParameters);
    const double base = sviBase(x), baseBefore = sviBase(before);
    Lowest butterfly, calendar;
    double density[kChunk], gap[kChunk];
    for (std::size_t from = 0; from < gridCount; from += kChunk) {
      const std::size_t count = gridCount - from < kChunk ? gridCount - from : kChunk;
      const double* ks = grid + from;
      for (std::size_t i = 0; i < count; ++i) {
        const SviPoint point = sviPoint(x, base, ks[i]);
        density[i] = butterflyDensity(point, ks[i]);
        gap[i] = point.w - sviPoint(before, baseBefore, ks[i]).w;
      }
      butterfly.take(density, ks, count);
      if (slice > 0) calendar.take(gap, ks, count);
    }
    result.butterfly[slice] = butterfly.value;
    result.butterflyAt[slice] = butterfly.at;
    result.calendar[slice] = calendar.value;
    result.calendarAt[slice] = calendar.at;
  }
}

}  // namespace margincube
