#include "tail_candidates.h"

#include <algorithm>

namespace margincube {
namespace {

using namespace single_lanes;

constexpr std::size_t kPacketsPerBlock = kScenarioBlock / kPacket;

/** Halvings after which the numbers of single precision between two bounds are few. */
constexpr int kHalvings = 24;

std::size_t countAtMost(const float* values, std::size_t count, float limit) noexcept {
  const Packet limits = broadcast(limit);
  std::size_t found = 0;
  std::size_t k = 0;
  for (; k + kPacket <= count; k += kPacket) {
    found += static_cast<std::size_t>(__builtin_popcountll(maskAtMost(load(values + k), limits)));
  }
  for (; k < count; ++k) found += values[k] <= limit;
  return found;
}

/** Smallest and largest; the caller starts both with a value. */
void findBounds(const float* values, std::size_t count, float* low, float* high) noexcept {
  Packet least = broadcast(*low);
  Packet most = broadcast(*high);
  std::size_t k = 0;
  for (; k + kPacket <= count; k += kPacket) {
    const Packet packet = load(values + k);
    least = Eigen::internal::pmin(least, packet);
    most = Eigen::internal::pmax(most, packet);
  }
  float lanes[2 * kPacket];
  store(lanes, least);
  store(lanes + kPacket, most);
  for (const float lane : lanes) {
    *low = std::min(*low, lane);
    *high = std::max(*high, lane);
  }
  for (; k < count; ++k) {
    *low = std::min(*low, values[k]);
    *high = std::max(*high, values[k]);
  }
}

/** Bits of the scenarios of a block that are at most the threshold. */
std::uint64_t blockMask(const float* sums, std::size_t count, float threshold) noexcept {
  const Packet limit = broadcast(threshold);
  std::uint64_t mask = 0;
  for (std::size_t p = 0; p < kPacketsPerBlock; ++p) {
    mask |= maskAtMost(load(sums + p * kPacket), limit) << (p * kPacket);
  }
  return count == kScenarioBlock ? mask : mask & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

float thresholdOf(const float* values, std::size_t count, std::size_t rank, std::size_t spare) noexcept {
  float low = values[0];
  float high = values[0];
  findBounds(values, count, &low, &high);
  for (int halving = 0; halving < kHalvings; ++halving) {
    const float middle = low + (high - low) / 2;
    const std::size_t found = countAtMost(values, count, middle);
    if (found < rank) {
      low = middle;
      continue;
    }
    high = middle;
    if (found <= rank + spare) break;
  }
  return high;
}

std::uint32_t appendAtMost(const float* sums, std::size_t count, float threshold, std::size_t firstScenario,
                           std::size_t capacity, std::uint32_t found, float* values,
                           std::uint32_t* scenarios) noexcept {
  std::uint64_t mask = blockMask(sums, count, threshold);
  if (mask == 0) return found;
  const std::uint32_t after = found + static_cast<std::uint32_t>(__builtin_popcountll(mask));
  if (found > capacity) return after;
#if defined(__AVX512F__)
  const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (std::size_t p = 0; p < kPacketsPerBlock; ++p) {
    const auto own = static_cast<__mmask16>(mask >> (p * kPacket));
    const __m512i scenario = _mm512_add_epi32(lane, _mm512_set1_epi32(static_cast<int>(firstScenario + p * kPacket)));
    store(values + found, _mm512_maskz_compress_ps(own, load(sums + p * kPacket)));
    _mm512_storeu_si512(scenarios + found, _mm512_maskz_compress_epi32(own, scenario));
    found += static_cast<std::uint32_t>(__builtin_popcount(own));
  }
#else
  for (; mask != 0; mask &= mask - 1) {
    const auto at = static_cast<std::size_t>(__builtin_ctzll(mask));
    values[found] = sums[at];
    scenarios[found] = static_cast<std::uint32_t>(firstScenario + at);
    ++found;
  }
#endif
  return after;
}

}  // namespace margincube
