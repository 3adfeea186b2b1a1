#include "checks.h"

#include <cmath>

namespace margincube {
namespace {

// Comparisons are written so that a NaN fails them.
bool finite(double value) noexcept { return std::fabs(value) <= kMagnitudeMax; }
bool nonNegative(double value) noexcept { return value >= 0 && value <= kMagnitudeMax; }
bool positive(double value) noexcept { return value >= kPositiveMin && value <= kMagnitudeMax; }
bool nonNegativePrice(double value) noexcept { return value == 0 || positive(value); }

/** Whether all entries pass; without an early exit, so that the compiler may use vectors. */
bool allBetween(const double* column, std::size_t count, double low, double high) noexcept {
  bool good = true;
  for (std::size_t i = 0; i < count; ++i) good &= (column[i] >= low) & (column[i] <= high);
  return good;
}

bool allBelow(const std::uint32_t* column, std::size_t count, std::size_t bound) noexcept {
  bool good = true;
  for (std::size_t i = 0; i < count; ++i) good &= column[i] < bound;
  return good;
}

template <typename Column, typename Test>
std::size_t firstFailing(const Column* column, std::size_t count, Test passes) noexcept {
  std::size_t i = 0;
  while (i < count && passes(column[i])) ++i;
  return i;
}

/** The first failing cell of a scenario matrix whose rows are `stride` long and `count` of them used; else its end. */
template <typename Test>
std::size_t firstFailingCell(const double* matrix, std::size_t rows, const ScenarioColumns& scenarios,
                             Test passes) noexcept {
  const std::size_t stride = scenarioStride(scenarios.count);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t bad = firstFailing(matrix + row * stride, scenarios.count, passes);
    if (bad < scenarios.count) return row * stride + bad;
  }
  return rows * stride;
}

KernelStatus checkInstrument(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                             std::size_t i) noexcept {
  if (!(instruments.payoff[i] < kPayoffCount)) return KernelStatus::kPayoff;
  if (!positive(instruments.forward[i])) return KernelStatus::kForward;
  if (!finite(instruments.scale[i])) return KernelStatus::kScale;
  if (!(instruments.spotRow[i] < scenarios.spotRows)) return KernelStatus::kSpotRow;
  if (isDeltaOne(instruments.payoff[i])) return KernelStatus::kOk;
  if (!nonNegativePrice(instruments.fixedForward[i])) return KernelStatus::kFixedForward;
  if (!positive(instruments.strike[i])) return KernelStatus::kStrike;
  if (!nonNegative(instruments.volatility[i])) return KernelStatus::kVolatility;
  if (!nonNegative(instruments.timeToExpiryYears[i])) return KernelStatus::kTimeToExpiryYears;
  if (!finite(instruments.termFactor[i])) return KernelStatus::kTermFactor;
  if (!finite(instruments.skewFactor[i])) return KernelStatus::kSkewFactor;
  if (!finite(instruments.smileFactor[i])) return KernelStatus::kSmileFactor;
  if (!(instruments.volRow[i] < scenarios.volRows)) return KernelStatus::kVolRow;
  return KernelStatus::kOk;
}

/** Whether a plain sweep over the columns already shows that nothing is wrong. */
bool clean(const InstrumentColumns& instruments, const ScenarioColumns& scenarios) noexcept {
  const std::size_t count = instruments.count;
  bool good = allBetween(instruments.forward, count, kPositiveMin, kMagnitudeMax);
  for (std::size_t i = 0; i < count; ++i) good &= instruments.payoff[i] < kPayoffCount;
  // A positive fixed part below the smallest positive number is left to the check row by row.
  for (std::size_t i = 0; i < count; ++i) {
    const double fixed = instruments.fixedForward[i];
    good &= (fixed == 0) | ((fixed >= kPositiveMin) & (fixed <= kMagnitudeMax));
  }
  return good && allBetween(instruments.strike, count, kPositiveMin, kMagnitudeMax) &&
         allBetween(instruments.volatility, count, 0, kMagnitudeMax) &&
         allBetween(instruments.timeToExpiryYears, count, 0, kMagnitudeMax) &&
         allBetween(instruments.scale, count, -kMagnitudeMax, kMagnitudeMax) &&
         allBetween(instruments.termFactor, count, -kMagnitudeMax, kMagnitudeMax) &&
         allBetween(instruments.skewFactor, count, -kMagnitudeMax, kMagnitudeMax) &&
         allBetween(instruments.smileFactor, count, -kMagnitudeMax, kMagnitudeMax) &&
         allBelow(instruments.spotRow, count, scenarios.spotRows) &&
         allBelow(instruments.volRow, count, scenarios.volRows);
}

}  // namespace

KernelStatus checkBlack76(const Black76Inputs& inputs, std::size_t* firstBad) noexcept {
  for (std::size_t i = 0; i < inputs.count; ++i) {
    *firstBad = i;
    if (inputs.isCall[i] > 1) return KernelStatus::kIsCall;
    if (!nonNegativePrice(inputs.forward[i])) return KernelStatus::kForward;
    if (!nonNegativePrice(inputs.strike[i])) return KernelStatus::kStrike;
    if (!nonNegative(inputs.volatility[i])) return KernelStatus::kVolatility;
    if (!nonNegative(inputs.timeToExpiryYears[i])) return KernelStatus::kTimeToExpiryYears;
  }
  return KernelStatus::kOk;
}

KernelStatus checkScenarios(const ScenarioColumns& scenarios, std::size_t* firstBad) noexcept {
  const std::size_t stride = scenarioStride(scenarios.count);
  *firstBad = firstFailingCell(scenarios.spotFactor, scenarios.spotRows, scenarios, positive);
  if (*firstBad < scenarios.spotRows * stride) return KernelStatus::kSpotFactor;
  const std::size_t end = scenarios.volRows * stride;
  *firstBad = firstFailingCell(scenarios.volShock, scenarios.volRows, scenarios, finite);
  if (*firstBad < end) return KernelStatus::kVolShock;
  *firstBad = firstFailingCell(scenarios.skewShock, scenarios.volRows, scenarios, finite);
  if (*firstBad < end) return KernelStatus::kSkewShock;
  *firstBad = firstFailingCell(scenarios.smileShock, scenarios.volRows, scenarios, finite);
  if (*firstBad < end) return KernelStatus::kSmileShock;
  *firstBad = firstFailingCell(scenarios.volFloor, scenarios.volRows, scenarios, nonNegative);
  if (*firstBad < end) return KernelStatus::kVolFloor;
  return KernelStatus::kOk;
}

KernelStatus checkInstruments(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                              std::size_t* firstBad) noexcept {
  if (clean(instruments, scenarios)) return KernelStatus::kOk;
  for (std::size_t i = 0; i < instruments.count; ++i) {
    *firstBad = i;
    const KernelStatus status = checkInstrument(instruments, scenarios, i);
    if (status != KernelStatus::kOk) return status;
  }
  return KernelStatus::kOk;
}

KernelStatus checkPositions(const SparseRows& positions, std::size_t instrumentCount, std::size_t* firstBad) noexcept {
  const std::size_t begin = positions.rowOffsets[0];
  const std::size_t count = positions.rowOffsets[positions.rowCount] - begin;
  const std::uint32_t* instrument = positions.instrument + begin;
  const double* quantity = positions.quantity + begin;
  if (!allBelow(instrument, count, instrumentCount)) {
    *firstBad = begin + firstFailing(instrument, count, [=](std::uint32_t row) { return row < instrumentCount; });
    return KernelStatus::kPositionInstrument;
  }
  if (!allBetween(quantity, count, -kMagnitudeMax, kMagnitudeMax)) {
    *firstBad = begin + firstFailing(quantity, count, finite);
    return KernelStatus::kPositionQuantity;
  }
  return KernelStatus::kOk;
}

}  // namespace margincube
