/**
 * Memory layout that TypeScript and C++ agree on; `src/kernel/layout.ts` states the same numbers, gives the meaning of
 * every column, and a test compares the two.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** Scenarios of one block of a cube. */
constexpr std::size_t kScenarioBlock = 64;

/** Domain of the kernels: magnitudes at most this, positive numbers at least that. */
constexpr double kMagnitudeMax = 1e60;
constexpr double kPositiveMin = 1e-60;

enum class Payoff : std::uint8_t {
  kLinearCall = 0,
  kLinearPut = 1,
  kInverseCall = 2,
  kInversePut = 3,
  kLinearDeltaOne = 4,
  kInverseDeltaOne = 5,
};
constexpr std::uint8_t kPayoffCount = 6;

constexpr bool isDeltaOne(std::uint8_t payoff) noexcept {
  return payoff >= static_cast<std::uint8_t>(Payoff::kLinearDeltaOne);
}

/** Scenarios rounded up to whole blocks. */
constexpr std::size_t scenarioStride(std::size_t count) noexcept {
  return (count + kScenarioBlock - 1) / kScenarioBlock * kScenarioBlock;
}

/** First cell of one instrument's row in one block: `[block][instrument][kScenarioBlock]`. */
constexpr std::size_t cubeRow(std::size_t block, std::size_t instrument, std::size_t instrumentCount) noexcept {
  return (block * instrumentCount + instrument) * kScenarioBlock;
}

/** Columns of `count` options. */
struct Black76Inputs {
  std::size_t count;
  const std::uint8_t* isCall;
  const double* forward;
  const double* strike;
  const double* volatility;
  const double* timeToExpiryYears;
};

/** Columns of `count` results in the caller's memory. */
struct Black76Outputs {
  double* price;
  double* delta;
  double* gamma;
  double* vega;
  double* theta;
  double* vanna;
  double* volga;
};

/** Columns of `count` instruments. */
struct InstrumentColumns {
  std::size_t count;
  const std::uint8_t* payoff;
  const double* forward;
  const double* fixedForward;
  const double* strike;
  const double* volatility;
  const double* timeToExpiryYears;
  const double* scale;
  const std::uint32_t* spotRow;
  const std::uint32_t* volRow;
  const double* termFactor;
  const double* skewFactor;
  const double* smileFactor;
};

/** Matrices `[row][scenarioStride(count)]`. */
struct ScenarioColumns {
  std::size_t count;
  std::size_t spotRows;
  std::size_t volRows;
  const double* spotFactor;
  const double* volShock;
  const double* skewShock;
  const double* smileShock;
  const double* volFloor;
};

/** Signed positions in compressed rows. */
struct SparseRows {
  std::size_t rowCount;
  const std::uint32_t* rowOffsets;
  const std::uint32_t* instrument;
  const double* quantity;
};

}  // namespace margincube
