/**
 * Sobol points with Owen scrambling.
 *
 * The sequence is that of I. M. Sobol (1967) with the direction numbers of Joe and Kuo, in Gray-code order (I. Antonov
 * and V. Saleev, 1979), 32 bits. The scrambling is a nested uniform one (A. Owen, 1995) by hashing: a permutation of
 * the reversed bits in which every bit depends on the bits below it alone (S. Laine and T. Karras, 2011; B. Burley,
 * "Practical hash-based Owen scrambling", 2020). Integer arithmetic: the same bits everywhere, for any split of the
 * points over calls.
 */
#pragma once

#include <cstddef>
#include <cstdint>

#include "status.h"

namespace margincube {

/**
 * `uniform[d * pointCount + i]` = coordinate d of point `firstPoint + i`, in (0, 1): (bits + 1/2) / 2^32. Domain: 1 to
 * `kSobolDimensions` dimensions, points below 2^32; otherwise `kSobolDimension`.
 */
KernelStatus sobol(std::uint32_t seed, std::size_t firstPoint, std::size_t pointCount, std::size_t dimensions,
                   double* uniform) noexcept;

}  // namespace margincube
