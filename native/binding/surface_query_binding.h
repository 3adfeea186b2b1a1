#pragma once

#include <napi.h>

namespace margincube {

/** `surfaceQuery` of `src/kernel/addon.ts`. */
void runSurfaceQuery(const Napi::CallbackInfo& info);

}  // namespace margincube
