#include "tail_selection.h"

#include <algorithm>
#include <cmath>

#include "compress.h"
#include "layout.h"
#include "sampled_tail.h"

namespace margincube {
namespace {

using namespace lanes;

/** Room for the rounding of 1 - confidence at the boundary of the tail. */
constexpr double kBoundaryTolerance = 1e-15;

/** Whether all entries are finite: x - x is 0 for a finite x and NaN otherwise. */
bool allFinite(const double* vector, std::size_t count) noexcept {
  std::size_t s = 0;
  double sum = 0;
  if (count >= 2 * kPacket) {
    Packet first = broadcast(0);
    Packet second = broadcast(0);
    for (; s + 2 * kPacket <= count; s += 2 * kPacket) {
      const Packet a = load(vector + s);
      const Packet b = load(vector + s + kPacket);
      first = padd(first, psub(a, a));
      second = padd(second, psub(b, b));
    }
    sum = Eigen::internal::predux(padd(first, second));
  }
  for (; s < count; ++s) sum += vector[s] - vector[s];
  return sum == 0;
}

std::size_t compressAtMost(const double* vector, std::size_t count, double threshold, double* to) noexcept {
  const Packet limit = broadcast(threshold);
  std::size_t kept = 0;
  std::size_t s = 0;
  for (; s + kPacket <= count; s += kPacket) kept += appendAtMost(load(vector + s), limit, to + kept);
  for (; s < count; ++s) {
    to[kept] = vector[s];
    kept += vector[s] <= threshold;
  }
  return kept;
}

/** The `tail` smallest entries of a finite row, ascending, at the start of the workspace. */
void selectSmallest(const double* vector, std::size_t count, std::size_t tail, double* workspace) noexcept {
  std::size_t kept = 0;
  if (paysToSample(count, tail)) {
    takeSample([vector](std::size_t s) { return vector[s]; }, count, workspace);
    kept = compressAtMost(vector, count, thresholdOf(workspace, count, tail), workspace);
  }
  if (kept < tail) {
    std::copy(vector, vector + count, workspace);
    kept = count;
  }
  sortSmallest(workspace, kept, tail);
}

/** The first index of a row that is not finite, for a row that has one. */
std::size_t firstNotFinite(const double* vector) noexcept {
  std::size_t s = 0;
  while (std::isfinite(vector[s])) ++s;
  return s;
}

}  // namespace

std::size_t tailCount(std::size_t scenarioCount, double confidence) noexcept {
  const double touched = std::ceil(static_cast<double>(scenarioCount) * (1 - confidence - kBoundaryTolerance));
  return std::min(scenarioCount, static_cast<std::size_t>(std::max(1.0, touched)));
}

std::size_t tailWorkspaceLength(std::size_t scenarioCount) noexcept {
  return std::max(scenarioStride(scenarioCount), kSample) + kScenarioBlock;
}

KernelStatus tailRisk(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                      double* valueAtRisk, double* expectedShortfall, double* workspace,
                      std::size_t* firstBad) noexcept {
  const std::size_t stride = scenarioStride(scenarioCount);
  const std::size_t tail = tailCount(scenarioCount, confidence);
  const double mass = static_cast<double>(scenarioCount) * (1 - confidence);
  for (std::size_t row = 0; row < rowCount; ++row) {
    const double* vector = vectors + row * stride;
    if (!allFinite(vector, scenarioCount)) {
      *firstBad = row * stride + firstNotFinite(vector);
      return KernelStatus::kVectors;
    }
    selectSmallest(vector, scenarioCount, tail, workspace);
    measureTail(workspace, tail, mass, valueAtRisk + row, expectedShortfall + row);
  }
  return KernelStatus::kOk;
}

KernelStatus tailScenarios(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                           std::uint32_t* scenario, double* weight, double* workspace, std::size_t* firstBad) noexcept {
  const std::size_t stride = scenarioStride(scenarioCount);
  const std::size_t tail = tailCount(scenarioCount, confidence);
  const double mass = static_cast<double>(scenarioCount) * (1 - confidence);
  for (std::size_t row = 0; row < rowCount; ++row) {
    const double* vector = vectors + row * stride;
    if (!allFinite(vector, scenarioCount)) {
      *firstBad = row * stride + firstNotFinite(vector);
      return KernelStatus::kVectors;
    }
    selectSmallest(vector, scenarioCount, tail, workspace);
    const double last = workspace[tail - 1];
    std::uint32_t* scenarios = scenario + row * tail;
    std::size_t found = 0;
    for (std::size_t s = 0; s < scenarioCount && found < tail; ++s) {
      if (vector[s] < last) scenarios[found++] = static_cast<std::uint32_t>(s);
    }
    for (std::size_t s = 0; s < scenarioCount && found < tail; ++s) {
      if (vector[s] == last) scenarios[found++] = static_cast<std::uint32_t>(s);
    }
    std::sort(scenarios, scenarios + tail, [vector](std::uint32_t a, std::uint32_t b) {
      return vector[a] < vector[b] || (vector[a] == vector[b] && a < b);
    });
    std::fill(weight + row * tail, weight + (row + 1) * tail - 1, 1 / mass);
    weight[(row + 1) * tail - 1] = (mass - static_cast<double>(tail - 1)) / mass;
  }
  return KernelStatus::kOk;
}

}  // namespace margincube
