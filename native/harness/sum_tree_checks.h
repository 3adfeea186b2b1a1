#pragma once

namespace margincube::harness {

/** Known digests with and without special instructions, a tree of three leaves, and what is refused. */
void checkSumTree();

}  // namespace margincube::harness
