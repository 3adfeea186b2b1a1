#pragma once

#include "../kernels/implied_volatility.h"

namespace margincube {

/** The method of `implied_volatility_lanes.h` on plain doubles, row after row, with the logarithm of the library. */
void scalarImpliedVolatility(const ImpliedVolatilityInputs& inputs, double* volatility, std::uint8_t* status) noexcept;

}  // namespace margincube
