#include "largest_positions.h"

#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

/**
 * Places and sizes of the `count` largest of the values `from` to `to`, by insertion: `count` is small, and most values
 * are too small to get in. `count` is at most the count of values.
 */
void findLargest(const double* values, std::size_t from, std::size_t to, std::size_t count, std::uint32_t* found,
                 double* sizes) noexcept {
  std::size_t length = 0;
  for (std::size_t at = from; at < to; ++at) {
    const double size = std::fabs(values[at]);
    if (length < count) {
      ++length;
    } else if (count == 0 || !(sizes[count - 1] < size)) {
      continue;
    }
    std::size_t place = length - 1;
    for (; place > 0 && sizes[place - 1] < size; --place) {
      sizes[place] = sizes[place - 1];
      found[place] = found[place - 1];
    }
    sizes[place] = size;
    found[place] = static_cast<std::uint32_t>(at);
  }
}

}  // namespace

void largestPositions(std::size_t bookCount, const std::uint32_t* positionOffsets, const std::uint32_t* instrument,
                      const double* quantity, const double* contribution, std::size_t most,
                      const PositionRows& rows) noexcept {
  std::size_t row = 0;
  rows.offsets[0] = 0;
  for (std::size_t book = 0; book < bookCount; ++book) {
    const std::size_t from = positionOffsets[book];
    const std::size_t to = positionOffsets[book + 1];
    const std::size_t count = std::min(to - from, most);
    // The places stand where the instruments will, the sizes where the contributions will.
    findLargest(contribution, from, to, count, rows.instrument + row, rows.contribution + row);
    for (const std::size_t end = row + count; row < end; ++row) {
      const std::size_t position = rows.instrument[row];
      rows.book[row] = static_cast<std::uint32_t>(book);
      rows.instrument[row] = instrument[position];
      rows.quantity[row] = quantity[position];
      rows.contribution[row] = contribution[position];
    }
    rows.offsets[book + 1] = static_cast<std::uint32_t>(row);
  }
}

}  // namespace margincube
