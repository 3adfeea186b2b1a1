#pragma once

namespace margincube::harness {

/**
 * Tails of books over a cube with and without a basis, against a full sort of their P&L in double precision: no
 * scenario of a tail may be missing. Exact extents for sanitizers.
 */
void checkBookTail();

}  // namespace margincube::harness
