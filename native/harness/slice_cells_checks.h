#pragma once

namespace margincube::harness {

/** Cells of slices against their formula, for every width of a block; exact extents for sanitizers. */
void checkSliceCells();

}  // namespace margincube::harness
