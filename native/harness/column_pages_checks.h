/** Runs and dictionaries of columns. */
#pragma once

namespace margincube::harness {

void checkColumnPages();

}  // namespace margincube::harness
