/**
 * Volatility, total variance, butterfly measure, density and confidence of any strike and time from the slices of a
 * surface. Codes, bounds and the meaning of every column: `src/kernel/surface-query.ts`; the slow twin:
 * `src/kernel/reference/surface-query.ts`. Absolute error of total variance <= 1e-15 x (1 + size of its terms).
 */
#pragma once

#include <cstddef>
#include <cstdint>

#include "status.h"

namespace margincube {

/** How total variance runs from a slice to the next one. */
enum class Interpolation : std::uint8_t { kVariance = 0, kEssvi = 1, kPrice = 2 };
constexpr std::uint8_t kInterpolationCount = 3;

/** Bits of an answer's flags. */
constexpr std::uint8_t kFlagExtrapolatedStrike = 1;
constexpr std::uint8_t kFlagExtrapolatedTime = 2;
constexpr std::uint8_t kFlagGuarded = 4;
constexpr std::uint8_t kFlagArbitrage = 8;

constexpr double kGuardVolatilityMin = 0.01;
constexpr double kGuardVolatilityMax = 10;
constexpr double kButterflyTolerance = 1e-10;

/** Slices by rising time. */
struct SurfaceColumns {
  std::size_t sliceCount;
  const double* timeToExpiryYears;
  const double* forward;
  const double* carry;
  const double* a;
  const double* b;
  const double* rho;
  const double* m;
  const double* sigma;
  const double* quotedMin;
  const double* quotedMax;
  const double* confidence;
  const std::uint8_t* interpolation;
  /** Two: of ln(forward) before the first slice, of total variance after the last. */
  const double* rates;
};

struct SurfaceQueries {
  std::size_t count;
  const double* strike;
  const double* timeToExpiryYears;
};

struct SurfaceAnswers {
  double* volatility;
  double* totalVariance;
  double* butterflyMeasure;
  double* density;
  double* confidence;
  std::uint8_t* flags;
};

/** Refuses with `kSurfaceSlice`, `kQueryStrike` or `kQueryTime`, and `firstBad` the slice or the query. */
KernelStatus surfaceQuery(const SurfaceColumns& surface, const SurfaceQueries& queries, const SurfaceAnswers& answers,
                          std::size_t* firstBad) noexcept;

}  // namespace margincube
