#pragma once

#include <cstddef>

namespace margincube {

/** `tailRisk` by `std::nth_element` on a copy of the whole row; nothing is checked. */
void nthElementTailRisk(const double* vectors, std::size_t rowCount, std::size_t scenarioCount, double confidence,
                        double* valueAtRisk, double* expectedShortfall, double* workspace) noexcept;

}  // namespace margincube
