#include "tail_of_sum.h"

#include <limits>

#include "compress.h"
#include "layout.h"
#include "sampled_tail.h"
#include "tail_selection.h"

namespace margincube {
namespace {

using namespace lanes;

double entryOf(const WeightedSum& sum, std::size_t s) noexcept {
  const std::size_t stride = scenarioStride(sum.scenarioCount);
  double pnl = sum.base[s];
  for (std::size_t k = 0; k < sum.termCount; ++k) pnl += sum.weight[k] * sum.units[sum.unitRow[k] * stride + s];
  return pnl;
}

Packet packetOf(const WeightedSum& sum, std::size_t stride, std::size_t s) noexcept {
  Packet pnl = load(sum.base + s);
  for (std::size_t k = 0; k < sum.termCount; ++k) {
    pnl = padd(pnl, pmul(broadcast(sum.weight[k]), load(sum.units + sum.unitRow[k] * stride + s)));
  }
  return pnl;
}

/** Entries at or below the threshold, packed in their order; `finite` becomes 0 where all entries are finite, else NaN.
 */
std::size_t keepAtMost(const WeightedSum& sum, double threshold, double* to, double* finite) noexcept {
  const std::size_t count = sum.scenarioCount;
  const std::size_t stride = scenarioStride(count);
  const Packet limit = broadcast(threshold);
  // x - x is 0 for a finite x and NaN otherwise.
  Packet nothing = broadcast(0);
  std::size_t kept = 0;
  std::size_t s = 0;
  for (; s + kPacket <= count; s += kPacket) {
    const Packet pnl = packetOf(sum, stride, s);
    nothing = padd(nothing, psub(pnl, pnl));
    kept += appendAtMost(pnl, limit, to + kept);
  }
  *finite = Eigen::internal::predux(nothing);
  for (; s < count; ++s) {
    const double pnl = entryOf(sum, s);
    *finite += pnl - pnl;
    to[kept] = pnl;
    kept += pnl <= threshold;
  }
  return kept;
}

}  // namespace

void tailRiskOfSum(const WeightedSum& sum, double confidence, double* valueAtRisk, double* expectedShortfall,
                   double* workspace) noexcept {
  const std::size_t count = sum.scenarioCount;
  const std::size_t tail = tailCount(count, confidence);
  const double everything = std::numeric_limits<double>::infinity();
  double finite = 0;
  double threshold = everything;
  if (paysToSample(count, tail)) {
    takeSample([&sum](std::size_t s) { return entryOf(sum, s); }, count, workspace);
    for (std::size_t k = 0; k < kSample; ++k) finite += workspace[k] - workspace[k];
    if (finite == 0) threshold = thresholdOf(workspace, count, tail);
  }
  std::size_t kept = 0;
  if (finite == 0) kept = keepAtMost(sum, threshold, workspace, &finite);
  if (finite == 0 && kept < tail) kept = keepAtMost(sum, everything, workspace, &finite);
  if (!(finite == 0)) {
    *valueAtRisk = *expectedShortfall = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  sortSmallest(workspace, kept, tail);
  measureTail(workspace, tail, static_cast<double>(count) * (1 - confidence), valueAtRisk, expectedShortfall);
}

}  // namespace margincube
