/**
 * One row of `impliedVolatility`, whatever its numbers: what is wrong with it, or its volatility by a bracketed
 * iteration. Slower than `implied_volatility_lanes.h` and without its limits.
 */
#pragma once

#include <cstdint>

namespace margincube {

/** Codes of `IMPLIED_VOLATILITY_STATUS` in `src/kernel/implied-volatility.ts`, which says what they mean. */
enum class ImpliedVolatilityStatus : std::uint8_t {
  kOk = 0,
  kBelowIntrinsic = 1,
  kAtIntrinsic = 2,
  kAboveMaximum = 3,
  kZeroTime = 4,
  kNotFinite = 5,
  kOutOfDomain = 6,
};

/** Writes 0 for every status but `kOk`. */
ImpliedVolatilityStatus impliedVolatilityOf(std::uint8_t isCall, double forward, double strike, double price,
                                            double timeToExpiryYears, double* volatility) noexcept;

}  // namespace margincube
