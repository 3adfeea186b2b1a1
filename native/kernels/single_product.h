/** The dense product of single-precision kernels: a few rows of weights times a block of lanes, sums in registers. */
#pragma once

#include "layout.h"
#include "single_lanes.h"

namespace margincube {

/** Rows of one product. */
constexpr std::size_t kProductRows = 6;

constexpr std::size_t kSinglePackets = kScenarioBlock / single_lanes::kPacket;

/** Below AVX-512 there are 16 vector registers: half of the rows and some of the packets at a time. */
constexpr std::size_t kRegisterRows = single_lanes::kPacket >= 16 ? kProductRows : kProductRows / 2;
constexpr std::size_t kRegisterPackets = 4;

/** `sums[row][lane] = sum over d of weights[row][d] * lanes[d][lane]`, added up in ascending order of d. */
inline void multiplyBlock(const float* const* weights, std::size_t depth, const float* lanes, float* sums) noexcept {
  using namespace single_lanes;
  for (std::size_t row = 0; row < kProductRows; row += kRegisterRows) {
    for (std::size_t first = 0; first < kSinglePackets; first += kRegisterPackets) {
      Packet accumulators[kRegisterRows][kRegisterPackets];
      for (auto& packets : accumulators) {
        for (auto& packet : packets) packet = broadcast(0);
      }
      const float* from = lanes + first * kPacket;
      for (std::size_t d = 0; d < depth; ++d, from += kScenarioBlock) {
        Packet factors[kRegisterPackets];
        for (std::size_t p = 0; p < kRegisterPackets; ++p) factors[p] = load(from + p * kPacket);
        for (std::size_t r = 0; r < kRegisterRows; ++r) {
          const Packet weight = broadcast(weights[row + r][d]);
          for (std::size_t p = 0; p < kRegisterPackets; ++p) {
            accumulators[r][p] = Eigen::internal::pmadd(weight, factors[p], accumulators[r][p]);
          }
        }
      }
      for (std::size_t r = 0; r < kRegisterRows; ++r) {
        float* to = sums + (row + r) * kScenarioBlock + first * kPacket;
        for (std::size_t p = 0; p < kRegisterPackets; ++p) store(to + p * kPacket, accumulators[r][p]);
      }
    }
  }
}

}  // namespace margincube
