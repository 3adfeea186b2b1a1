/** Entry points of the SVI kernels. */
#pragma once

#include <napi.h>

namespace margincube {

void runSviFit(const Napi::CallbackInfo& info);
Napi::Value runSviStarts(const Napi::CallbackInfo& info);
void runSviTotalVariance(const Napi::CallbackInfo& info);
void runSviArbitrage(const Napi::CallbackInfo& info);

}  // namespace margincube
