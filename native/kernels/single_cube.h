/** Dollars in single precision, with what bounds their rounding. */
#pragma once

#include "layout.h"

namespace margincube {

/** Dollars per unit of every row in every scenario, `[block][row][kScenarioBlock]`. */
struct SingleCube {
  const float* cells;
  std::size_t rowCount;
  std::size_t scenarioCount;
  /** Largest |cell| of each row before it was rounded. */
  const double* largest;
  /** Largest |intermediate| of the formula behind each row's cells. */
  const double* gross;
};

constexpr double kSingleRounding = 5.9604644775390625e-8;  // 2^-24
constexpr double kDoubleRounding = 2.220446049250313e-16;  // 2^-52

constexpr std::size_t blockCount(std::size_t scenarioCount) noexcept {
  return scenarioStride(scenarioCount) / kScenarioBlock;
}

constexpr std::size_t scenariosInBlock(std::size_t block, std::size_t scenarioCount) noexcept {
  const std::size_t left = scenarioCount - block * kScenarioBlock;
  return left < kScenarioBlock ? left : kScenarioBlock;
}

constexpr std::size_t doublesFor(std::size_t bytes) noexcept { return (bytes + sizeof(double) - 1) / sizeof(double); }

}  // namespace margincube
