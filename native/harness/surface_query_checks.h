#pragma once

namespace margincube::harness {

/** `surfaceQuery` against the formulas in extended precision, for every width of a block. */
void checkSurfaceQuery();

}  // namespace margincube::harness
