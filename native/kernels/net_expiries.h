/**
 * Worst P&L of books whose expiries are discounted by the sign of their value and then netted. `src/kernel/layout.ts`
 * gives the meaning of every column.
 *
 * Sums run in the order of the rows and nothing is fused, so that the bits are those of the textbook loop. Offsets and
 * the indices of expiries and instruments must lie within their columns; numbers may be anything: what is not finite
 * makes the account incomplete.
 */
#pragma once

#include "layout.h"

namespace margincube {

struct NettingTerms {
  std::size_t count;
  std::size_t stride;
  const double* spotMove;
  const double* dampening;
  const double* skewed;
  const double* unitValue;
  const double* volatilityConfidence;
  const std::uint8_t* usable;
  const double* longDiscount;
  const double* shortDiscount;
  const double* basisFactor;
  const double* expiryConfidence;
  double confidenceThreshold;
  double confidenceRate;
};

struct NettingBooks {
  std::size_t accountCount;
  const std::uint32_t* firstRow;
  SparseRows rows;
  const std::uint32_t* rowExpiry;
  const double* rowGross;
  const double* contracts;
  const double* price;
  const std::uint32_t* firstMoving;
  const double* movingValue;
  const double* spot;
  const double* confidence;
  const double* vectors;
};

struct NettingResults {
  double* worst;
  double* value;
  double* confidenceCharge;
  std::uint8_t* isComplete;
};

/** At most `kNettedScenariosMax` scenarios. */
void netExpiries(const NettingTerms& terms, const NettingBooks& books, const NettingResults& results) noexcept;

/** Bounds the vector of one account on the stack: 8 KiB. */
constexpr std::size_t kNettedScenariosMax = 1024;

}  // namespace margincube
