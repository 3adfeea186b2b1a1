#include "tail_selection_checks.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "../kernels/layout.h"
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

}  // namespace

void checkTailSelection() {
  std::mt19937_64 generator(9);
  for (const std::size_t count : {1, 2, 7, 8, 9, 63, 64, 65, 200, 2047, 2048, 2051, 10000}) {
    for (const double confidence : {0.01, 0.5, 0.9, 0.975, 0.99, 0.9999}) checkRows(count, confidence, generator);
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
