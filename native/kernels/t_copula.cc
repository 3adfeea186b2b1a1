#include "t_copula.h"

#include <algorithm>
#include <cmath>

#include "correlation.h"
#include "normal.h"
#include "student_t.h"

namespace margincube {
namespace {

/** Points that are worked on together: their normals stay in the first-level cache. */
constexpr std::size_t kRun = 64;

constexpr double kDegreesMax = 1e4;

KernelStatus check(const TCopula& copula, const FactorMargins& margins, const double* uniform, std::size_t pointCount,
                   std::size_t* firstBad) noexcept {
  const auto all = [&](const double* values, std::size_t count, auto holds) {
    for (*firstBad = 0; *firstBad < count; ++*firstBad) {
      if (!holds(values[*firstBad])) return false;
    }
    return true;
  };
  const auto finite = [](double value) { return std::isfinite(value); };
  const std::size_t factors = copula.factorCount;
  if (!all(&copula.degreesOfFreedom, 1, [](double n) { return n >= 1 && n <= kDegreesMax; })) {
    return KernelStatus::kDegreesOfFreedom;
  }
  if (!all(copula.lower, factors * factors, finite)) return KernelStatus::kCorrelationFactor;
  if (!all(margins.gridValue, factors * margins.gridCount, finite)) return KernelStatus::kMarginGrid;
  if (!all(margins.tails, factors * 4,
           [&](double value) { return std::isfinite(value) && (*firstBad % 2 == 0 ? value >= 0 : value > 0); })) {
    return KernelStatus::kMarginTail;
  }
  if (!all(uniform, (factors + 1) * pointCount, [](double u) { return u > 0 && u < 1; })) {
    return KernelStatus::kUniform;
  }
  return KernelStatus::kOk;
}

/** Excess over a threshold at a share of the tail's probability. */
double excess(double share, double shape, double scale) noexcept {
  const double logShare = std::log(share);
  return shape == 0 ? -scale * logShare : scale * std::expm1(-shape * logShare) / shape;
}

double moveOf(double score, const FactorMargins& margins, const double* grid, const double* tail,
              const StudentT& student) noexcept {
  const double bound = margins.scoreBound;
  if (score > bound) {
    return grid[margins.gridCount - 1] + excess(student.upperTail(score) / margins.tailProbability, tail[2], tail[3]);
  }
  if (score < -bound) return grid[0] - excess(student.upperTail(-score) / margins.tailProbability, tail[0], tail[1]);
  const double last = static_cast<double>(margins.gridCount - 1);
  const double place = (score + bound) / (2 * bound) * last;
  const double cell = std::min(std::floor(place), last - 1);
  const std::size_t at = static_cast<std::size_t>(cell);
  return grid[at] + (place - cell) * (grid[at + 1] - grid[at]);
}

}  // namespace

KernelStatus tCopulaMoves(const TCopula& copula, const FactorMargins& margins, const double* uniform,
                          std::size_t pointCount, std::size_t stride, double* moves, std::size_t* firstBad) noexcept {
  const KernelStatus status = check(copula, margins, uniform, pointCount, firstBad);
  if (status != KernelStatus::kOk) return status;
  const std::size_t factors = copula.factorCount;
  const StudentT student(copula.degreesOfFreedom);
  const ChiSquared chiSquared(copula.degreesOfFreedom);
  double normal[kFactorsMax][kRun];
  double scale[kRun];
  double score[kRun];
  for (std::size_t first = 0; first < pointCount; first += kRun) {
    const std::size_t count = std::min(kRun, pointCount - first);
    for (std::size_t f = 0; f < factors; ++f) normalQuantiles(uniform + f * pointCount + first, count, normal[f]);
    const double* common = uniform + factors * pointCount + first;
    for (std::size_t i = 0; i < count; ++i) {
      scale[i] = std::sqrt(copula.degreesOfFreedom / chiSquared.quantile(common[i]));
    }
    for (std::size_t f = 0; f < factors; ++f) {
      std::fill(score, score + count, 0.0);
      for (std::size_t k = 0; k <= f; ++k) {
        const double weight = copula.lower[f * factors + k];
        for (std::size_t i = 0; i < count; ++i) score[i] += weight * normal[k][i];
      }
      double* out = moves + f * stride + first;
      const double* grid = margins.gridValue + f * margins.gridCount;
      for (std::size_t i = 0; i < count; ++i) {
        out[i] = moveOf(score[i] * scale[i], margins, grid, margins.tails + 4 * f, student);
      }
    }
  }
  return KernelStatus::kOk;
}

}  // namespace margincube
