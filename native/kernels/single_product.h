/** The dense product of single-precision kernels: a few rows of weights times a block of lanes, sums in registers. */
#pragma once

#include "layout.h"
#include "single_lanes.h"

namespace margincube {

/** Rows of one product. */
constexpr std::size_t kProductRows = 6;

constexpr std::size_t kSinglePackets = kScenarioBlock / single_lanes::kPacket;

/**
 * Sums in registers at a time. Of the 16 vector registers below AVX-512 twelve hold sums of six rows and two packets,
 * which takes fewer loads for each product than three rows and four; AVX-512 has 32.
 */
constexpr std::size_t kRegisterPackets = single_lanes::kPacket >= 16 ? 4 : 2;

/**
 * `sums[row][lane] = sum over d of weights[row][d] * lanes[d][lane]`, added up in ascending order of d. Never inlined:
 * in a larger function the pointers to the rows would leave their registers.
 */
__attribute__((noinline)) inline void multiplyBlock(const float* const* weights, std::size_t depth, const float* lanes,
                                                    float* sums) noexcept {
  using namespace single_lanes;
  const float* rows[kProductRows];
  for (std::size_t r = 0; r < kProductRows; ++r) rows[r] = weights[r];
  for (std::size_t first = 0; first < kSinglePackets; first += kRegisterPackets) {
    Packet accumulators[kProductRows][kRegisterPackets];
    for (auto& packets : accumulators) {
      for (auto& packet : packets) packet = broadcast(0);
    }
    const float* from = lanes + first * kPacket;
    for (std::size_t d = 0; d < depth; ++d, from += kScenarioBlock) {
      Packet factors[kRegisterPackets];
      for (std::size_t p = 0; p < kRegisterPackets; ++p) factors[p] = load(from + p * kPacket);
      for (std::size_t r = 0; r < kProductRows; ++r) {
        const Packet weight = broadcast(rows[r][d]);
        for (std::size_t p = 0; p < kRegisterPackets; ++p) {
          accumulators[r][p] = Eigen::internal::pmadd(weight, factors[p], accumulators[r][p]);
        }
      }
    }
    for (std::size_t r = 0; r < kProductRows; ++r) {
      float* to = sums + r * kScenarioBlock + first * kPacket;
      for (std::size_t p = 0; p < kRegisterPackets; ++p) store(to + p * kPacket, accumulators[r][p]);
    }
  }
}

}  // namespace margincube
