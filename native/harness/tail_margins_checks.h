#pragma once

namespace margincube::harness {

/** Margins from tails of every count of books up to some packets, exact extents for sanitizers. */
void checkTailMargins();

}  // namespace margincube::harness
