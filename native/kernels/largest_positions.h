/**
 * The positions of each book that contribute most, as rows of a table: the largest |contribution| first, among equal
 * ones the position that comes first. Contributions are finite.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace margincube {

/** Rows of all books, one book after the other. */
struct PositionRows {
  /** `[bookCount + 1]`, rows of each book; the first is 0. */
  std::uint32_t* offsets;
  std::uint32_t* book;
  std::uint32_t* instrument;
  double* quantity;
  double* contribution;
};

/**
 * Book b holds the positions `positionOffsets[b]` to `positionOffsets[b + 1]` and gets a row for each, but at most
 * `most`. The columns of `rows` have room for that: at most as many entries as there are positions.
 */
void largestPositions(std::size_t bookCount, const std::uint32_t* positionOffsets, const std::uint32_t* instrument,
                      const double* quantity, const double* contribution, std::size_t most,
                      const PositionRows& rows) noexcept;

}  // namespace margincube
