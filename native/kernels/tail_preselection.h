/**
 * The scenarios that can belong to the tail of a book, found in single precision. A book is a sparse row over a cube of
 * dollars `[scenario block][row][kScenarioBlock]`; its P&L y(s) in single precision is within a proven E of the P&L
 * x(s) in double precision, so with v the tail-th smallest y every scenario of the tail of x has y <= v + 2 E: at least
 * `tail` scenarios have x <= v + E, hence the tail ends at or below v + E, and what lies there has y <= v + 2 E. Ties
 * at the end of the tail are all among them.
 *
 * A book of few positions is summed over its rows,
 *
 *   E = sum of |q_k| (g M_k + (n + 64) 2^-52 G_k)    g = (n + 4) 2^-24, the rounding of n products of rounded factors
 *
 * with M_k the largest |cell| of a row and G_k the largest |intermediate| of the double-precision formula behind it
 * (N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1). A larger book goes by the vectors
 * of the cube's basis, with the weights w_j = sum of q_k loading(k, j), of which there are as many whatever its size:
 *
 *   E = sum of |q_k| (R_k + 2^-24 M_k + (n + 64) 2^-52 (G_k + L_k)) + (r + 4) 2^-24 sum of |w_j|
 *
 * with R_k and L_k the basis' residual and sum of loadings of a row, r its rank, its vectors at most 1.
 *
 * Some evenly spaced blocks give every book a threshold safely beyond its tail, the other blocks append what lies below
 * it. A book whose threshold was too strict is summed over its rows in full. A book without rows has no candidates.
 *
 * Domain: rows within the cube, finite quantities, `scenarioCount` > 0, 0 < confidence < 1; the cube itself is trusted.
 */
#pragma once

#include "cube_basis.h"
#include "layout.h"
#include "status.h"

namespace margincube {

/** Candidates that a book may have; one that would have more is left to double precision. */
std::size_t candidateCapacity(std::size_t scenarioCount, double confidence) noexcept;

/** Doubles of workspace for a call over that many books with that many positions together. */
std::size_t preselectionWorkspaceLength(std::size_t bookCount, std::size_t positionCount, std::size_t scenarioCount,
                                        std::size_t rank, double confidence) noexcept;

/**
 * Appends the candidates of each book to `candidate`, in no order: those of book b stand from `candidateOffsets[b]` to
 * `candidateOffsets[b + 1]`, where `candidateOffsets[0]` is the caller's. A book that has too many, or numbers beyond
 * single precision, gets none and a 1 in `isLeft`, which is otherwise left as it is. `candidate` has room for
 * `candidateCapacity` entries of every book from `candidateOffsets[0]` on.
 */
KernelStatus preselectTail(const SingleCube& cube, const CubeBasis& basis, const SparseRows& books, double confidence,
                           std::uint32_t* candidateOffsets, std::uint32_t* candidate, std::uint8_t* isLeft,
                           double* workspace, std::size_t* firstBad) noexcept;

}  // namespace margincube
