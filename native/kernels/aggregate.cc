#include "aggregate.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "lanes.h"

namespace margincube {
namespace {

using namespace lanes;

constexpr std::size_t kPacketsPerRun = kRun / kPacket;

/** Sums kept in registers at a time: 16 vector registers below AVX-512, 32 with it, less operands and constants. */
constexpr std::size_t kAccumulators = kPacket >= 8 ? 8 : 12;
constexpr std::size_t kRunsMax = kAccumulators / kPacketsPerRun;

/** Cube rows of the positions this far ahead are fetched; rows follow no order that the hardware could foresee. */
constexpr std::size_t kPrefetchAhead = 4;
constexpr std::size_t kDoublesPerCacheLine = 8;

inline void prefetchToRead(const double* from, std::size_t doubles) noexcept {
  for (std::size_t line = 0; line < doubles; line += kDoublesPerCacheLine) __builtin_prefetch(from + line);
}

/** Sums come from memory before they are overwritten; asked for early, that takes no time. */
inline void prefetchToWrite(double* to, std::size_t doubles) noexcept {
  for (std::size_t line = 0; line < doubles; line += kDoublesPerCacheLine) __builtin_prefetch(to + line, 1);
}

/** Part `part` of `parts` of the next block, asked for while the rows pass over this one. */
inline void prefetchPart(const double* block, std::size_t doubles, std::size_t part, std::size_t parts) noexcept {
  const std::size_t lines = doubles / kDoublesPerCacheLine;
  for (std::size_t line = lines * part / parts; line < lines * (part + 1) / parts; ++line) {
    __builtin_prefetch(block + line * kDoublesPerCacheLine, 0, 2);
  }
}

/** Entries of one row of positions. */
struct Entries {
  const std::uint32_t* instrument;
  const double* quantity;
  std::size_t count;
};

template <std::size_t kRuns>
void accumulate(const double* cells, const Entries& entries, double* sums) noexcept {
  constexpr std::size_t kPackets = kRuns * kPacketsPerRun;
  Packet accumulators[kPackets];
  for (std::size_t p = 0; p < kPackets; ++p) accumulators[p] = broadcast(0);
  for (std::size_t k = 0; k < entries.count; ++k) {
    if (k + kPrefetchAhead < entries.count) {
      prefetchToRead(cells + entries.instrument[k + kPrefetchAhead] * kScenarioBlock, kRuns * kRun);
    }
    const double* row = cells + entries.instrument[k] * kScenarioBlock;
    const Packet quantity = broadcast(entries.quantity[k]);
    for (std::size_t p = 0; p < kPackets; ++p) {
      accumulators[p] = pmadd(quantity, load(row + p * kPacket), accumulators[p]);
    }
  }
  for (std::size_t p = 0; p < kPackets; ++p) store(sums + p * kPacket, accumulators[p]);
}

template <std::size_t kRuns>
void accumulateRuns(std::size_t runs, const double* cells, const Entries& entries, double* sums) noexcept {
  if constexpr (kRuns > 0) {
    if (runs == kRuns) return accumulate<kRuns>(cells, entries, sums);
    accumulateRuns<kRuns - 1>(runs, cells, entries, sums);
  }
}

/** One row over the first `runs` runs of a block, in pieces of nearly equal width that fit the registers. */
void sumBlock(const double* block, const Entries& entries, std::size_t runs, double* sums) noexcept {
  std::size_t done = 0;
  while (done < runs) {
    const std::size_t left = runs - done;
    const std::size_t pieces = (left + kRunsMax - 1) / kRunsMax;
    const std::size_t width = (left + pieces - 1) / pieces;
    accumulateRuns<kRunsMax>(width, block + done * kRun, entries, sums + done * kRun);
    done += width;
  }
}

}  // namespace

KernelStatus aggregate(const double* pnl, std::size_t instrumentCount, std::size_t scenarioCount,
                       const SparseRows& positions, double* vectors, std::size_t* firstBad) noexcept {
  const KernelStatus status = checkPositions(positions, instrumentCount, firstBad);
  if (status != KernelStatus::kOk) return status;
  const std::size_t stride = scenarioStride(scenarioCount);
  const std::size_t blockLength = instrumentCount * kScenarioBlock;
  for (std::size_t begin = 0; begin < stride; begin += kScenarioBlock) {
    const std::size_t count = std::min(kScenarioBlock, scenarioCount - begin);
    const std::size_t runs = (count + kRun - 1) / kRun;
    const double* block = pnl + cubeRow(begin / kScenarioBlock, 0, instrumentCount);
    for (std::size_t row = 0; row < positions.rowCount; ++row) {
      const std::size_t from = positions.rowOffsets[row];
      const Entries entries = {positions.instrument + from, positions.quantity + from,
                               positions.rowOffsets[row + 1] - from};
      double* sums = vectors + row * stride + begin;
      prefetchToWrite(sums, runs * kRun);
      if (begin + kScenarioBlock < stride) {
        prefetchPart(block + blockLength, blockLength, row, positions.rowCount);
      }
      sumBlock(block, entries, runs, sums);
      std::fill(sums + count, sums + kScenarioBlock, 0.0);
    }
  }
  return KernelStatus::kOk;
}

KernelStatus worstLoss(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double* worst,
                       std::uint32_t* worstIndex, std::size_t* firstBad) noexcept {
  const std::size_t stride = scenarioStride(scenarioCount);
  for (std::size_t row = 0; row < rowCount; ++row) {
    const double* vector = vectors + row * stride;
    double smallest = vector[0];
    // x - x is 0 for a finite x and NaN otherwise: the sum tells whether any entry was bad.
    double finite = 0;
    std::size_t s = 0;
    if (scenarioCount >= kPacket) {
      Packet smallestLanes = load(vector);
      Packet finiteLanes = broadcast(0);
      for (; s + kPacket <= scenarioCount; s += kPacket) {
        const Packet value = load(vector + s);
        smallestLanes = pmin(smallestLanes, value);
        finiteLanes = padd(finiteLanes, psub(value, value));
      }
      smallest = Eigen::internal::predux_min(smallestLanes);
      finite = Eigen::internal::predux(finiteLanes);
    }
    for (; s < scenarioCount; ++s) {
      smallest = std::min(smallest, vector[s]);
      finite += vector[s] - vector[s];
    }
    if (!(finite == 0)) {
      std::size_t bad = 0;
      while (std::isfinite(vector[bad])) ++bad;
      *firstBad = row * stride + bad;
      return KernelStatus::kVectors;
    }
    const double* first = std::find(vector, vector + scenarioCount, smallest);
    worst[row] = *first;
    worstIndex[row] = static_cast<std::uint32_t>(first - vector);
  }
  return KernelStatus::kOk;
}

}  // namespace margincube
