/**
 * Starting points of a slice without a past: for every corner (m, s) of a grid the best hyperbola is a linear problem
 * in (p1, p2, a). After Zeliade Systems, Quasi-explicit calibration of Gatheral's SVI model, 2009, in wing slopes
 * instead of (c, d), which makes its domain a box.
 */
#pragma once

#include <cstddef>

#include "svi_slice.h"

namespace margincube {

constexpr std::size_t kSviShifts = 21;
constexpr std::size_t kSviWidths = 20;

/**
 * The `startCount` best starts, best first: row-major [start][5] parameters p1, p2, wMin, m, s. Neighbouring corners of
 * the grid with a better neighbour are left out, so that the starts lie in different valleys. Returns how many were
 * found. Quotes have finite numbers and at least one positive weight.
 */
std::size_t sviStarts(std::size_t quoteCount, const double* logMoneyness, const double* totalVariance,
                      const double* weight, std::size_t startCount, double* starts) noexcept;

}  // namespace margincube
