/** Turns a kernel's status into the `RangeError` that names the column, the first bad row and its value. */
#pragma once

#include <napi.h>

#include <cstddef>

#include "../kernels/layout.h"
#include "../kernels/status.h"

namespace margincube {

/** Everything a status may point into; members that a kernel does not take stay null. */
struct Operands {
  const Black76Inputs* black76 = nullptr;
  const InstrumentColumns* instruments = nullptr;
  const ScenarioColumns* scenarios = nullptr;
  const SparseRows* positions = nullptr;
  std::size_t instrumentCount = 0;
  const double* vectors = nullptr;
};

/** Throws unless the status is `kOk`. */
void throwIfRefused(Napi::Env env, KernelStatus status, std::size_t index, const Operands& operands);

}  // namespace margincube
