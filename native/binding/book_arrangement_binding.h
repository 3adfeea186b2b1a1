#pragma once

#include <napi.h>

namespace margincube {

/**
 * `arrangeBooks(instruments..., underlyings..., assets..., accounts..., limits..., books..., workspace)`, each list in
 * the order of its struct in `native/kernels/book_arrangement.h`; an absent `averagePrice` is `undefined`.
 */
void runArrangeBooks(const Napi::CallbackInfo& info);

}  // namespace margincube
