#pragma once

namespace margincube::harness {

/** Tails of rows of every length around a packet and beyond the sample, against a full sort; exact extents for
 * sanitizers. */
void checkTailSelection();

}  // namespace margincube::harness
