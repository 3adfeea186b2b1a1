#pragma once

#include <napi.h>

namespace margincube {

/**
 * `largestPositions(bookCount, positionOffsets, instrument, quantity, contribution, most, rows...)`; `rows...` is
 * `offsets, book, instrument, quantity, contribution`.
 */
void runLargestPositions(const Napi::CallbackInfo& info);

}  // namespace margincube
