#pragma once

namespace margincube::harness {

/** Round trips over the whole range in units of the attainable error, every status, every length up to two blocks. */
void checkImpliedVolatility();

}  // namespace margincube::harness
