/** Seeded inputs in memory of exactly the stated extents, so that a sanitizer sees every step beyond. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "../kernels/layout.h"

namespace margincube::harness {

class Book {
 public:
  /** `reach`: how far the scenarios move, 1 for moves far beyond any market, 0.1 for those of a margin model. */
  Book(std::size_t instruments, std::size_t scenarios, std::uint64_t seed, double reach = 1);

  InstrumentColumns instruments() const noexcept;
  ScenarioColumns scenarios() const noexcept;
  std::size_t cubeLength() const noexcept { return payoff_.size() * scenarioStride(scenarioCount_); }

 private:
  std::size_t scenarioCount_;
  std::vector<std::uint8_t> payoff_;
  std::vector<double> forward_, fixedForward_, strike_, volatility_, timeToExpiryYears_, scale_;
  std::vector<double> termFactor_, skewFactor_, smileFactor_;
  std::vector<std::uint32_t> spotRow_, volRow_;
  std::vector<double> spotFactor_, volShock_, skewShock_, smileShock_, volFloor_;
};

}  // namespace margincube::harness
