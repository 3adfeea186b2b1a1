#pragma once

namespace margincube::harness {

/** The kernels of SVI slices. */
void checkSvi();

}  // namespace margincube::harness
