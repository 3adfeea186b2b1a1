#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** Why a kernel refused its input: the column whose number lies outside the domain of the kernels. */
enum class KernelStatus : std::uint8_t {
  kOk,
  kIsCall,
  kForward,
  kFixedForward,
  kStrike,
  kVolatility,
  kTimeToExpiryYears,
  kPayoff,
  kScale,
  kSpotRow,
  kVolRow,
  kTermFactor,
  kSkewFactor,
  kSmileFactor,
  kSpotFactor,
  kVolShock,
  kSkewShock,
  kSmileShock,
  kVolFloor,
  kPositionInstrument,
  kPositionQuantity,
  kVectors,
  kSurfaceSlice,
  kQueryStrike,
  kQueryTime,
  kSobolDimension,
  kCorrelationFactor,
  kDegreesOfFreedom,
  kMarginGrid,
  kMarginTail,
  kUniform,
};

}  // namespace margincube
