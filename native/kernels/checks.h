/** Domain checks of the kernels' inputs. Every function gives the first bad index of the column that its status names.
 */
#pragma once

#include "layout.h"
#include "status.h"

namespace margincube {

KernelStatus checkBlack76(const Black76Inputs& inputs, std::size_t* firstBad) noexcept;
KernelStatus checkScenarios(const ScenarioColumns& scenarios, std::size_t* firstBad) noexcept;
KernelStatus checkInstruments(const InstrumentColumns& instruments, const ScenarioColumns& scenarios,
                              std::size_t* firstBad) noexcept;
/** Instruments and quantities only: row offsets are extents and were checked before. */
KernelStatus checkPositions(const SparseRows& positions, std::size_t instrumentCount, std::size_t* firstBad) noexcept;

}  // namespace margincube
