#include "scenario_generation_checks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "../kernels/correlation.h"
#include "../kernels/normal.h"
#include "../kernels/sobol.h"
#include "../kernels/sobol_directions_table.h"
#include "../kernels/student_t.h"
#include "../kernels/t_copula.h"
#include "checks.h"

namespace margincube::harness {
namespace {

void checkQuantiles() {
  double worst = 0;
  for (double p = 1e-9; p < 1; p += p < 0.01 ? p : 0.01) {
    const long double z = normalQuantile(p);
    const long double back = 0.5L * erfcl(-z * 0.70710678118654752440084436210485L);
    worst = std::max(worst, static_cast<double>(fabsl(back / p - 1)));
  }
  expectBound(worst, 1e-13, "normalQuantile, probability, relative");

  // Two degrees of freedom have closed forms: chi^2 = -2 ln(1-p), tail of t = (1 - t / sqrt(t^2 + 2)) / 2.
  const ChiSquared chiSquared(2);
  const StudentT student(2);
  worst = 0;
  for (double p = 1e-9; p < 1; p += p < 0.01 ? p : 0.01) {
    worst = std::max(worst, std::fabs(chiSquared.quantile(p) / (-2 * std::log1p(-p)) - 1));
  }
  expectBound(worst, 1e-12, "ChiSquared(2).quantile, relative");
  worst = 0;
  for (double t = 0; t < 50; t += 0.37) {
    const long double root = sqrtl(static_cast<long double>(t) * t + 2);
    const long double expected = 1 / (root * (root + t));
    worst = std::max(worst, static_cast<double>(fabsl(student.upperTail(t) / expected - 1)));
  }
  expectBound(worst, 1e-12, "StudentT(2).upperTail, relative");
}

void checkSobol() {
  for (const std::size_t count : {1, 7, 64, 65}) {
    std::vector<double> whole(kSobolDimensions * 2 * count), part(kSobolDimensions * count);
    expectTrue(sobol(5, 3, 2 * count, kSobolDimensions, whole.data()) == KernelStatus::kOk,
               "sobol takes 64 dimensions");
    sobol(5, 3 + count, count, kSobolDimensions, part.data());
    for (std::size_t d = 0; d < kSobolDimensions; ++d) {
      expectTrue(std::memcmp(&part[d * count], &whole[d * 2 * count + count], count * sizeof(double)) == 0,
                 "points do not depend on the split");
    }
  }
  double one = 0;
  expectTrue(sobol(0, 0, 1, kSobolDimensions + 1, &one) == KernelStatus::kSobolDimension, "65 dimensions are refused");
}

void checkCorrelation() {
  std::size_t bad = 0;
  for (const std::size_t n : {std::size_t{1}, std::size_t{3}, kFactorsMax}) {
    // Of exact extent. Fewer rows than factors: singular, and repaired.
    const std::size_t rows = n / 2 + 2;
    std::vector<double> moves(n * rows), matrix(n * n), repaired(n * n), lower(n * n);
    for (std::size_t i = 0; i < moves.size(); ++i) moves[i] = std::sin(1.0 + static_cast<double>(i * i));
    double report[2];
    expectTrue(ewmaCorrelation(moves.data(), n, rows, 0.97, matrix.data(), &bad) == KernelStatus::kOk, "correlation");
    expectTrue(
        correlationFactor(matrix.data(), n, 1e-8, repaired.data(), lower.data(), report, &bad) == KernelStatus::kOk,
        "a singular correlation is repaired and factored");
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < n; ++k) sum += lower[i * n + k] * lower[j * n + k];
        worst = std::max(worst, std::fabs(sum - repaired[i * n + j]));
      }
    }
    expectBound(worst, 1e-14, "L L' against the repaired correlation, absolute");
  }
  const double none = std::numeric_limits<double>::quiet_NaN();
  double out[2];
  expectTrue(correlationFactor(&none, 1, 1e-8, out, out + 1, out, &bad) == KernelStatus::kCorrelationFactor,
             "a NaN correlation is refused");
}

constexpr double kLower[] = {1, 0, 0.6, 0.8};
constexpr double kGrid[] = {-2, 0, 2, -4, 0, 4};
constexpr double kTails[] = {0.2, 0.5, 0, 0.5, 0.2, 1, 0, 1};

KernelStatus moves(const std::vector<double>& uniform, std::vector<double>& out) {
  std::size_t bad = 0;
  const std::size_t count = uniform.size() / 3;
  return tCopulaMoves({2, kLower, 2}, {3, kGrid, 2, 0.05, kTails}, uniform.data(), count, count, out.data(), &bad);
}

void checkCopula() {
  double worst = 0;
  for (const std::size_t count : {1, 63, 64, 65, 130}) {
    std::vector<double> uniform(3 * count), out(2 * count);
    sobol(9, 1, count, 3, uniform.data());
    expectTrue(moves(uniform, out) == KernelStatus::kOk, "tCopulaMoves accepts good numbers");
    for (std::size_t i = 0; i < count; ++i) {
      const long double scale = sqrtl(1 / -logl(1 - static_cast<long double>(uniform[2 * count + i])));
      const long double z0 = normalQuantile(uniform[i]), z1 = normalQuantile(uniform[count + i]);
      const long double y0 = z0 * scale, y1 = (0.6L * z0 + 0.8L * z1) * scale;
      // Between the bounds the grids are straight lines: y itself and twice y.
      if (fabsl(y0) < 2) worst = std::max(worst, static_cast<double>(fabsl(out[i] - y0)));
      if (fabsl(y1) < 2) worst = std::max(worst, static_cast<double>(fabsl(out[count + i] - 2 * y1)));
      expectTrue(std::isfinite(out[i]) && std::isfinite(out[count + i]), "moves are finite");
    }
  }
  expectBound(worst, 1e-12, "tCopulaMoves between the tails, absolute");
  std::vector<double> uniform = {0.5, 0.5, 1}, out(2);
  expectTrue(moves(uniform, out) == KernelStatus::kUniform, "a uniform of 1 is refused");
}

void checkCopulaThreads() {
  constexpr int kThreads = 4;
  std::vector<double> uniform(3 * 500);
  sobol(9, 0, 500, 3, uniform.data());
  std::vector<std::vector<double>> out(kThreads, std::vector<double>(2 * 500));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { moves(uniform, out[t]); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& own : out) {
    expectTrue(std::memcmp(own.data(), out[0].data(), own.size() * sizeof(double)) == 0, "threads draw the same bits");
  }
}

}  // namespace

void checkScenarioGeneration() {
  checkQuantiles();
  checkSobol();
  checkCorrelation();
  checkCopula();
  checkCopulaThreads();
}

}  // namespace margincube::harness
