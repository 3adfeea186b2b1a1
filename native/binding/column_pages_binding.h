/** Runs, dictionaries of numbers and of texts (`kernels/column_pages.h`), in the order of `src/kernel/addon.ts`. */
#pragma once

#include <napi.h>

namespace margincube {

Napi::Value runPackRuns(const Napi::CallbackInfo& info);
Napi::Value runKeepNumbers(const Napi::CallbackInfo& info);
Napi::Value runCodeNumbers(const Napi::CallbackInfo& info);
void runCodeTexts(const Napi::CallbackInfo& info);

}  // namespace margincube
