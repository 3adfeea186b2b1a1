#pragma once

namespace margincube::harness {

/** Books of random accounts, some of them odd, against sums over their rows; exact extents for sanitizers. */
void checkBookArrangement();

}  // namespace margincube::harness
