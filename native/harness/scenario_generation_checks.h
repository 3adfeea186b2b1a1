#pragma once

namespace margincube::harness {

/** Sobol points, correlation matrices and the t copula: extents, repair, quantiles in extended precision, threads. */
void checkScenarioGeneration();

}  // namespace margincube::harness
