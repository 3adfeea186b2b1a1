#pragma once

#include <napi.h>

namespace margincube {

void runNetExpiries(const Napi::CallbackInfo& info);

}  // namespace margincube
