#pragma once

#include <cstddef>

namespace margincube {

/** Doubles per packet of the instruction set that this library was compiled for: 2, 4 or 8. Free of Eigen's types. */
std::size_t packetDoubles() noexcept;

}  // namespace margincube
