#include "tail_selection_checks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "../kernels/layout.h"
#include "../kernels/tail_of_sum.h"
#include "../kernels/tail_selection.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kRows = 2;

void checkRows(std::size_t count, double confidence, std::mt19937_64& generator) {
  std::student_t_distribution<double> draw(4);
  const std::size_t stride = scenarioStride(count);
  const std::size_t tail = tailCount(count, confidence);
  std::vector<double> vectors(kRows * stride);
  for (double& value : vectors) value = generator() % 4 == 0 ? -1 : draw(generator);
  std::vector<double> valueAtRisk(kRows), expectedShortfall(kRows), workspace(tailWorkspaceLength(count));
  std::vector<double> weight(kRows * tail);
  std::vector<std::uint32_t> scenario(kRows * tail);
  std::size_t bad = 0;
  expectTrue(tailRisk(vectors.data(), kRows, count, confidence, valueAtRisk.data(), expectedShortfall.data(),
                      workspace.data(), &bad) == KernelStatus::kOk,
             "tailRisk accepts finite rows");
  expectTrue(tailScenarios(vectors.data(), kRows, count, confidence, scenario.data(), weight.data(), workspace.data(),
                           &bad) == KernelStatus::kOk,
             "tailScenarios accepts finite rows");
  for (std::size_t row = 0; row < kRows; ++row) {
    const double* vector = vectors.data() + row * stride;
    std::vector<double> sorted(vector, vector + count);
    std::sort(sorted.begin(), sorted.end());
    expectTrue(valueAtRisk[row] == -sorted[tail - 1], "value at risk is the order statistic");
    double shortfall = 0, size = 0;
    for (std::size_t k = 0; k < tail; ++k) {
      const std::size_t at = row * tail + k;
      expectTrue(scenario[at] < count && vector[scenario[at]] == sorted[k], "tail scenarios in falling order of loss");
      shortfall -= weight[at] * sorted[k];
      size += weight[at] * std::fabs(sorted[k]);
    }
    expectNear(expectedShortfall[row], shortfall, 1e-13 * size, "expected shortfall is the weighted loss");
  }
}

/** The first row and multiples of the others, against the tail of what they add up to. */
void checkSum(std::size_t count, double confidence, std::mt19937_64& generator) {
  std::student_t_distribution<double> draw(4);
  const std::size_t stride = scenarioStride(count);
  std::vector<double> base(count), units(kRows * stride), sum(stride), workspace(tailWorkspaceLength(count));
  for (double& value : base) value = draw(generator);
  for (double& value : units) value = draw(generator);
  const std::vector<std::uint32_t> row = {1, 0};
  const std::vector<double> weight = {2.5, -0.3};
  for (std::size_t s = 0; s < count; ++s) {
    sum[s] = base[s] + weight[0] * units[stride + s];
    sum[s] += weight[1] * units[s];
  }
  double expectedRisk[2] = {0, 0}, risk[2] = {1, 1};
  std::size_t bad = 0;
  expectTrue(tailRisk(sum.data(), 1, count, confidence, expectedRisk, expectedRisk + 1, workspace.data(), &bad) ==
                 KernelStatus::kOk,
             "tailRisk accepts a sum");
  const WeightedSum weighted = {count, base.data(), 2, row.data(), weight.data(), units.data()};
  tailRiskOfSum(weighted, confidence, risk, risk + 1, workspace.data());
  expectTrue(risk[0] == expectedRisk[0] && risk[1] == expectedRisk[1], "the tail of a sum is that of the vector");
  base[count / 2] = std::numeric_limits<double>::quiet_NaN();
  tailRiskOfSum(weighted, confidence, risk, risk + 1, workspace.data());
  expectTrue(std::isnan(risk[0]) && std::isnan(risk[1]), "a NaN in a sum is no number");
}

}  // namespace

void checkTailSelection() {
  std::mt19937_64 generator(9);
  for (const std::size_t count : {1, 2, 7, 8, 9, 63, 64, 65, 200, 2047, 2048, 2051, 10000}) {
    for (const double confidence : {0.01, 0.5, 0.9, 0.975, 0.99, 0.9999}) {
      checkRows(count, confidence, generator);
      checkSum(count, confidence, generator);
    }
  }
  std::vector<double> vector(scenarioStride(3000), 1), workspace(tailWorkspaceLength(3000));
  vector[2999] = std::numeric_limits<double>::quiet_NaN();
  double valueAtRisk = 0, expectedShortfall = 0;
  std::size_t bad = 0;
  expectTrue(tailRisk(vector.data(), 1, 3000, 0.99, &valueAtRisk, &expectedShortfall, workspace.data(), &bad) ==
                     KernelStatus::kVectors &&
                 bad == 2999,
             "a NaN in a tail is refused and found");
}

}  // namespace margincube::harness
