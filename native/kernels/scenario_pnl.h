/**
 * The two kernels over instruments x scenarios; rule and layout in `src/kernel/layout.ts`.
 *
 * `scenarioPnl` writes the cube, block-major. Per cell, with s the total volatility and f the forward of the scenario,
 *
 *   d1 = ln(f/K)/s + s/2, d2 = d1 - s,
 *
 * and the value in one of two forms, each with one division for both distribution functions:
 *
 * Central, where all quantiles of a block are within 4 and K <= 2 (unshocked forward), with M(d) = N(d) - 1/2 of
 * `normal_centre.h`, without an exponential:
 *   call = (f - K)/2 + f M(d1) - K M(d2), put = (K - f)/2 + f M(d1) - K M(d2).
 *
 * Tails, everywhere else: E = exp(-d1^2/2), f n(d1) = K n(d2) exactly, so f N(-|d1|) = f E R(|d1|) and
 * K N(-|d2|) = f E R(|d2|) with one exp and the ratio R of `mills_ratio.h`;
 *   call = [d1 > 0] f - [d2 > 0] K + f E (sign(d2) R(|d2|) - sign(d1) R(|d1|)), and a put differs only in the bracketed
 * part.
 *
 * The unshocked value is found in the form of the block, so that a scenario that moves nothing gives exactly 0. A row
 * that follows the other side of the same option takes from it what both have in common.
 *
 * Absolute error of the two prices of a P&L together <= 1e-15 x (forward + scenario forward); the tails' relative error
 * is not bounded. Puts whose strike lies above the forward are priced as call minus forward, so that their error does
 * not grow with the strike; for inverse payoffs the bound is 1e-15 x max(1, strike / scenario forward) coins for each
 * price. The total volatility is kept above 1e-20 and quantiles within 8.7, where the price has reached its limits, so
 * that zero volatility, zero time and saturation need no branch. Nothing but row i and the scenarios decides the bits
 * of row i.
 */
#pragma once

#include "layout.h"
#include "status.h"

namespace margincube {

/** Shocked volatility, row-major `[instrument][scenarioStride]`; delta-one rows and padding are 0. */
KernelStatus shockedVolatility(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                               double* volatility, std::size_t* firstBad) noexcept;

/** The P&L cube. Allocates nothing: constants of the rows wait in the last block until that block is written. */
KernelStatus scenarioPnl(const InstrumentColumns& instruments, const ScenarioColumns& scenarios, double* pnl,
                         std::size_t* firstBad) noexcept;

}  // namespace margincube
