/**
 * A cube of dollars as a product of few: cell(k, s) = sum over j of loading(k, j) basis(j, s) + what is left, and the
 * largest of what is left of every row. Prices of options on one underlying move together, so that some fifty vectors
 * of scenarios hold a thousand rows to a ten-thousandth; what a book's sum over them may miss is then known before it
 * is looked at.
 *
 * The vectors are those of the randomised range finder (N. Halko, P. Martinsson, J. Tropp, "Finding structure with
 * randomness", SIAM Review 53, 2011, algorithm 4.1): sums of all rows with random signs, each row first divided by its
 * largest cell, made orthogonal in double precision and scaled to a largest entry of 1. Loadings are projections. The
 * bound holds whatever the vectors are: it is the largest difference seen over all scenarios, plus the rounding of
 * looking.
 *
 * Domain: as `SingleCube`; 0 < rank <= `kScenarioBlock`.
 */
#pragma once

#include "single_cube.h"

namespace margincube {

/** Vectors, loadings and bounds in the caller's memory; rank 0 stands for none. */
struct CubeBasis {
  std::size_t rank;
  /** `[block][rank][kScenarioBlock]`, sizes at most 1; 0 past the last scenario. */
  const float* vectors;
  /** `[row][rank]`. */
  const float* loadings;
  /** Sum of the sizes of each row's loadings. */
  const double* loadingSum;
  /** Largest |cell - sum of loading x vector| of each row, before the cell was rounded. */
  const double* residual;
};

struct CubeBasisOutputs {
  float* vectors;
  float* loadings;
  double* loadingSum;
  double* residual;
};

std::size_t cubeBasisWorkspaceLength(std::size_t rowCount, std::size_t scenarioCount, std::size_t rank) noexcept;

void factorCube(const SingleCube& cube, std::size_t rank, const CubeBasisOutputs& basis, double* workspace) noexcept;

}  // namespace margincube
