/**
 * The cells of a slice of instruments in the two cubes of a tail (`book_tail.h`, `single_cube.h`), from the P&L of one
 * contract as `scenarioPnl` gives it. Slices of one cube may be filled by several threads at once.
 *
 *   linear    pnl x price
 *   inverse   (pnl + value) x price x factor - value x price
 *   coins     price x (factor - 1)
 *
 * in dollars, price that of the settlement currency (spot for an inverse contract) and factor 1 + the move of the
 * underlying. A row knows the largest |cell| before it is rounded to single precision and the largest |intermediate|;
 * a cell that is no number makes both none.
 *
 * Domain: scenarios and rows of price moves within their extents, which the caller has checked.
 */
#pragma once

#include "layout.h"

namespace margincube {

struct CubeSlice {
  /** Settlement currency, `[scenario block][count][kScenarioBlock]`. */
  const double* pnl;
  /** Place of the slice's first instrument in the cubes. */
  std::size_t first;
  std::size_t count;
  std::size_t scenarioCount;
};

/** One entry per instrument of the slice. */
struct SliceTerms {
  /** Row of the price moves of its underlying. */
  const std::uint32_t* spotRow;
  const std::uint8_t* isInverse;
  const double* price;
  /** What one option is worth today, settlement currency; 0 for what is none. */
  const double* value;
};

/** The single cube of a tail in the making, all of its rows. */
struct DollarCells {
  /** `[scenario block][rowCount][kScenarioBlock]`; cells past the last scenario stay as they are. */
  float* cells;
  std::size_t rowCount;
  double* largest;
  double* gross;
};

/** Writes the slice into `rows`, `[block of places][instrumentCount][kTailLanes]`; `scenarioAt` is what stands where.
 */
void placeCells(const CubeSlice& slice, const std::uint32_t* scenarioAt, std::size_t instrumentCount,
                double* rows) noexcept;

/** Writes the slice into the rows from its first instrument on; `spotFactor` is `[row][scenarioStride]`. */
void dollarCells(const CubeSlice& slice, const SliceTerms& terms, const double* spotFactor,
                 const DollarCells& to) noexcept;

/** Writes the coins of `count` underlyings into the rows from `first` on. */
void coinCells(std::size_t first, std::size_t count, std::size_t scenarioCount, const std::uint32_t* spotRow,
               const double* price, const double* spotFactor, const DollarCells& to) noexcept;

}  // namespace margincube
