#include "nth_element_tail.h"

#include <algorithm>
#include <cmath>

#include "../kernels/layout.h"

namespace margincube {

void nthElementTailRisk(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                        double* valueAtRisk, double* expectedShortfall, double* workspace) noexcept {
  const double mass = static_cast<double>(scenarioCount) * (1 - confidence);
  const auto tail = static_cast<std::size_t>(std::ceil(mass - 1e-9));
  for (std::size_t row = 0; row < rowCount; ++row) {
    const double* vector = vectors + row * scenarioStride(scenarioCount);
    std::copy(vector, vector + scenarioCount, workspace);
    std::nth_element(workspace, workspace + tail - 1, workspace + scenarioCount);
    double sum = 0;
    for (std::size_t k = 0; k + 1 < tail; ++k) sum -= workspace[k];
    valueAtRisk[row] = -workspace[tail - 1];
    expectedShortfall[row] = (sum + (mass - static_cast<double>(tail - 1)) * valueAtRisk[row]) / mass;
  }
}

}  // namespace margincube
