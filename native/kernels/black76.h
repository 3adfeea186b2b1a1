/**
 * Undiscounted Black-76 over columns. Relative error <= 1e-12 of price and Greeks, tails and tiny total volatilities
 * included; method and limits as in the twin, `src/kernel/reference/black76.ts`. Zero volatility, time, forward or
 * strike give the intrinsic value; a NaN, an infinity or a number outside the domain of `layout.h` gives a status.
 */
#pragma once

#include "layout.h"
#include "status.h"

namespace margincube {

KernelStatus black76Price(const Black76Inputs& inputs, double* price, std::size_t* firstBad) noexcept;
KernelStatus black76(const Black76Inputs& inputs, const Black76Outputs& outputs, std::size_t* firstBad) noexcept;

}  // namespace margincube
