#pragma once

#include <napi.h>

namespace margincube {

/** `impliedVolatility(count, isCall, forward, strike, price, timeToExpiryYears, volatility, status)`. */
void runImpliedVolatility(const Napi::CallbackInfo& info);

}  // namespace margincube
