#pragma once

#include <napi.h>

namespace margincube {

/** Position of the node whose sums leave their range; the number of nodes where none does. */
Napi::Value runRehashSumTree(const Napi::CallbackInfo& info);

}  // namespace margincube
