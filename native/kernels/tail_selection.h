/**
 * Value at risk and expected shortfall of rows of P&L, by the fractional tail: of n scenarios and a confidence c the
 * tail has the mass m = n (1 - c), value at risk is the loss at which the count of the largest losses reaches m, and
 * expected shortfall is (sum of the losses before it + the rest of m x value at risk) / m (C. Acerbi and D. Tasche
 * 2002). `src/measures` has the same convention, FRACTIONAL_TAIL, and the same bits.
 *
 * A threshold safely beyond the tail comes from some 512 evenly spaced entries; what lies below it is compressed into
 * the workspace, selected and sorted there. Where the threshold was too strict the whole row is selected from. The sum
 * runs from the largest loss down, so the bits depend on neither the instruction level nor the way that was taken.
 *
 * Domain: finite entries, `scenarioCount` > 0, 0 < confidence < 1. The first entry that is not finite is reported by
 * its index in `vectors`.
 */
#pragma once

#include <cstddef>
#include <cstdint>

#include "status.h"

namespace margincube {

/** Scenarios that the tail touches, at least one. */
std::size_t tailCount(std::size_t scenarioCount, double confidence) noexcept;

/** Entries of the workspace of the functions below. */
std::size_t tailWorkspaceLength(std::size_t scenarioCount) noexcept;

/** `vectors` is row-major `[row][scenarioStride]`; both results are losses, one per row. */
KernelStatus tailRisk(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                      double* valueAtRisk, double* expectedShortfall, double* workspace,
                      std::size_t* firstBad) noexcept;

/**
 * The scenarios of every row's tail and their weights, both `[row][tailCount]`, largest loss first and among equal
 * losses the earlier scenario. Expected shortfall is the weighted sum of these losses; the weights of a row sum to 1.
 */
KernelStatus tailScenarios(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                           std::uint32_t* scenario, double* weight, double* workspace, std::size_t* firstBad) noexcept;

}  // namespace margincube
