#pragma once

namespace margincube::harness {

/** The largest positions of books against a stable sort, exact extents for sanitizers. */
void checkLargestPositions();

}  // namespace margincube::harness
