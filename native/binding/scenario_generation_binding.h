#pragma once

#include <napi.h>

namespace margincube {

/** The kernels of `src/kernel/scenario-generation.ts`. */
void runSobol(const Napi::CallbackInfo& info);
void runEwmaCorrelation(const Napi::CallbackInfo& info);
void runCorrelationFactor(const Napi::CallbackInfo& info);
void runTCopulaMoves(const Napi::CallbackInfo& info);

}  // namespace margincube
